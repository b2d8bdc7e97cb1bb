"""Attention over words: weights that can be shown, and words that are masked out have no say."""

import pytest
import torch

from textreel.nn.attention import WordAttention


def test_rows_sum_to_one_and_masked_words_are_ignored() -> None:
    torch.manual_seed(0)
    attention = WordAttention(6, 8, heads=2)
    queries, words = torch.randn(2, 3, 6), torch.randn(2, 5, 8)
    mask = torch.tensor([[True] * 5, [True] * 2 + [False] * 3])
    context, weights = attention(queries, attention.project_words(words), mask)
    assert context.shape == (2, 3, 8)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 3))
    assert not weights[1, :, 2:].any()
    changed = words.clone()
    changed[1, 2:] = 100.0
    same, _ = attention(queries, attention.project_words(changed), mask)
    assert torch.equal(same, context)


def test_heads_must_divide_the_words() -> None:
    with pytest.raises(ValueError, match="multiple of heads, got 10 and 4"):
        WordAttention(6, 10, heads=4)
