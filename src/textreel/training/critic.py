"""The discriminators' side of the game: their own reading of the text, and the panel of judges."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from textreel import checkpoint
from textreel.discriminators import DiscriminatorConfig, DiscriminatorPanel, Showing
from textreel.models import DISCRIMINATORS
from textreel.nn.text_encoder import TextEncoder, TextEncoderConfig


class Critic(nn.Module):
    """Word vectors and a showing in, logits [B] by judge out."""

    def __init__(self, text: TextEncoderConfig, judges: tuple[str, ...]) -> None:
        super().__init__()
        self.text_encoder = TextEncoder(text)
        self.panel = DiscriminatorPanel(DiscriminatorConfig(sentence=text.features), judges)

    def read(self, words: tuple[Tensor, Tensor]) -> Tensor:
        """The sentence vectors [B, D] of captions."""
        return self.text_encoder(*words).sentence

    def forward(self, showing: Showing, sentence_BD: Tensor) -> dict[str, Tensor]:
        return self.panel(showing, sentence_BD)


def save_discriminators(critic: Critic, model: Path, facts: Mapping[str, Any]) -> None:
    """Keep a critic beside the model that it judged, at MODEL/discriminators."""
    checkpoint.save(model / DISCRIMINATORS, critic.state_dict(), facts, kind=DISCRIMINATORS, half=True)
