"""Attention of queries over the words of a prompt, with the weights handed back for inspection."""

import torch
from torch import Tensor, nn


class WordAttention(nn.Module):
    """Multi-head attention (Vaswani et al. 2017) from queries [B, Q, D] to words [B, L, D].

    Returns the context [B, Q, D] and the weights averaged over the heads [B, Q, L], each row summing to 1 over
    the words that the mask [B, L] (True where there is a word) allows.
    """

    def __init__(self, query_size: int, word_size: int, heads: int = 4) -> None:
        super().__init__()
        if word_size % heads:
            raise ValueError(f"word_size must be a multiple of heads, got {word_size} and {heads}")
        self.heads = heads
        self.query = nn.Linear(query_size, word_size)
        self.key = nn.Linear(word_size, word_size)
        self.value = nn.Linear(word_size, word_size)
        self.output = nn.Linear(word_size, word_size)

    def project_words(self, words_BLD: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values, each [B, heads, L, D / heads]: computed once, read at every frame."""
        return self._split(self.key(words_BLD)), self._split(self.value(words_BLD))

    def forward(
        self, queries_BQD: Tensor, words: tuple[Tensor, Tensor], mask_BL: Tensor
    ) -> tuple[Tensor, Tensor]:
        keys, values = words
        queries = self._split(self.query(queries_BQD))
        scores = (queries @ keys.transpose(-1, -2)).float() * keys.shape[-1] ** -0.5
        scores = scores.masked_fill(~mask_BL[:, None, None, :], torch.finfo(torch.float32).min)
        weights = scores.softmax(dim=-1)
        context = (weights.to(values.dtype) @ values).transpose(1, 2).flatten(2)
        return self.output(context), weights.mean(dim=1)

    def _split(self, features_BQD: Tensor) -> Tensor:
        batch, length, size = features_BQD.shape
        return features_BQD.view(batch, length, self.heads, size // self.heads).transpose(1, 2)
