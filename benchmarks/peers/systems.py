"""The systems by name."""

from collections.abc import Mapping
from types import MappingProxyType

from peers.mocogan import Mocogan
from peers.per_frame import PerFrame
from peers.system import System
from peers.tgans_c import TgansC

SYSTEMS: Mapping[str, type[System]] = MappingProxyType(
    {system.name: system for system in (Mocogan, TgansC, PerFrame)}
)
