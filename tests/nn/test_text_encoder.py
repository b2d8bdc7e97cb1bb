"""The text encoder reads long captions, and short ones as it always did."""

import torch

from textreel.nn.text_encoder import TextEncoder, TextEncoderConfig
from textreel.types import MAX_READ_WORDS


def encoder(max_words: int) -> TextEncoder:
    torch.manual_seed(0)
    config = TextEncoderConfig(
        word_dimensions=8, features=16, prototypes=8, layers=1, heads=2, max_words=max_words
    )
    return TextEncoder(config).eval()


@torch.inference_mode()
def test_a_model_that_was_trained_with_fewer_words_reads_as_many_as_any() -> None:
    old, new = encoder(64), encoder(MAX_READ_WORDS)
    words, mask = torch.randn(1, 250, 8), torch.ones(1, 250, dtype=torch.bool)
    assert torch.equal(old(words[:, :20], mask[:, :20]).features, new(words[:, :20], mask[:, :20]).features)
    whole = old(words, mask).sentence
    for position, matters in ((150, True), (MAX_READ_WORDS, False)):
        changed = words.clone()
        changed[:, position] += 1
        assert bool((old(changed, mask).sentence != whole).any()) is matters
