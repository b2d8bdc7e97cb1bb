"""All judges at once, behind the contract of one."""

from torch import Tensor, nn

from textreel.discriminators.base import Discriminator, DiscriminatorConfig, Showing
from textreel.discriminators.frame import FrameDiscriminator
from textreel.discriminators.motion import MotionDiscriminator
from textreel.discriminators.sound import Hearing, SpectrogramDiscriminator, WaveformDiscriminator
from textreel.discriminators.sprite import SpriteDiscriminator

JUDGES: dict[str, type[Discriminator]] = {
    "frame": FrameDiscriminator,
    "motion": MotionDiscriminator,
    "sprite": SpriteDiscriminator,
}
JUDGES_OF_SOUND: dict[str, type[Discriminator]] = {
    "spectrogram": SpectrogramDiscriminator,
    "waveform": WaveformDiscriminator,
}
EVERY_JUDGE = {**JUDGES, **JUDGES_OF_SOUND}


class DiscriminatorPanel(nn.Module):
    """Judges by name: answers {name: logits [B]}."""

    def __init__(self, config: DiscriminatorConfig, names: tuple[str, ...] = tuple(JUDGES)) -> None:
        super().__init__()
        unknown = sorted(set(names) - set(EVERY_JUDGE))
        if unknown:
            raise ValueError(f"judges must be among {sorted(EVERY_JUDGE)}, got {unknown}")
        self.judges = nn.ModuleDict({name: EVERY_JUDGE[name](config) for name in names})

    def forward(self, showing: Showing | Hearing, sentence_BD: Tensor) -> dict[str, Tensor]:
        return {name: judge(showing, sentence_BD) for name, judge in self.judges.items()}
