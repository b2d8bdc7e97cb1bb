"""The judges. Each reads a `Showing` of clips, or a `Hearing` of sounds, and a sentence vector, and answers one logit a
clip (real is high)."""

from textreel.discriminators.base import Discriminator, DiscriminatorConfig, Showing
from textreel.discriminators.frame import FrameDiscriminator
from textreel.discriminators.motion import MotionDiscriminator
from textreel.discriminators.panel import DiscriminatorPanel
from textreel.discriminators.sound import Hearing, SpectrogramDiscriminator, WaveformDiscriminator
from textreel.discriminators.sprite import SpriteDiscriminator

__all__ = [
    "Discriminator",
    "DiscriminatorConfig",
    "DiscriminatorPanel",
    "FrameDiscriminator",
    "Hearing",
    "MotionDiscriminator",
    "Showing",
    "SpectrogramDiscriminator",
    "SpriteDiscriminator",
    "WaveformDiscriminator",
]
