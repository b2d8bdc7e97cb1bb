"""The inventory of what a film can show: data with small readers, without torch."""

from textreel.world.inventory import Concept, concepts

__all__ = ["Concept", "concepts"]
