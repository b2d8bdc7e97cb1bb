"""Training of the reader's tagger: captions by the grammar, a network in torch, weights for numpy."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import Tensor, nn

from textreel.errors import TrainingError
from textreel.language.reader.labels import OFFSETS, TAGS
from textreel.language.reader.tagger import BUCKETS, DILATIONS, Featurizer, Tagger
from textreel.language.tokens import split
from textreel.language.vectors import WordVectors
from textreel.training.reader.captions import TaggedCaption, captions

IGNORED = -100
POOL = 16


@dataclass(frozen=True, kw_only=True)
class ReaderOptions:
    """How the reader is trained; the same options and seed give the same weights on the same machine."""

    steps: int = 5000
    batch: int = 48
    channels: int = 128
    letter_channels: int = 32
    learning_rate: float = 2e-3
    word_dropout: float = 0.1
    dropout: float = 0.2
    seed: int = 0


class ReaderNetwork(nn.Module):
    """What :class:`textreel.language.reader.tagger.Tagger` computes in numpy, with dropout for training."""

    def __init__(self, dense_size: int, options: ReaderOptions) -> None:
        super().__init__()
        width = options.channels
        self.options = options
        self.letters = nn.Parameter(torch.randn(BUCKETS, options.letter_channels) * 0.3)
        self.input = nn.Linear(dense_size + options.letter_channels, width)
        self.blocks = nn.ModuleList(
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation) for dilation in DILATIONS
        )
        self.heads = nn.Linear(width, len(TAGS) + 2 * len(OFFSETS))

    def forward(self, dense_BLF: Tensor, letters_BLG: Tensor, mask_BL1: Tensor) -> Tensor:
        """Return the scores of tags, owners and targets, [batch, words, tags + 2 * offsets]."""
        letters_BLC = F.embedding(letters_BLG, self.letters).mean(dim=2)
        words_BLC = torch.cat([dense_BLF, letters_BLC], dim=2)
        if self.training:
            words_BLC = words_BLC * (torch.rand_like(words_BLC[..., :1]) > self.options.word_dropout)
        hidden_BLC = F.relu(self.input(words_BLC)) * mask_BL1
        for block in self.blocks:
            normed_BCL = (F.layer_norm(hidden_BLC, hidden_BLC.shape[-1:]) * mask_BL1).transpose(1, 2)
            added_BLC = F.dropout(
                F.relu(block(normed_BCL)).transpose(1, 2), self.options.dropout, self.training
            )
            hidden_BLC = (hidden_BLC + added_BLC) * mask_BL1
        return self.heads(
            F.dropout(F.layer_norm(hidden_BLC, hidden_BLC.shape[-1:]), self.options.dropout, self.training)
        )


@dataclass(frozen=True, kw_only=True)
class ReaderBatch:
    """Captions as tensors: features, and gold tags, owners and targets [batch, words], IGNORED where none counts."""

    dense_BLF: Tensor
    letters_BLG: Tensor
    mask_BL1: Tensor
    gold_BL3: Tensor


def encode(found: Sequence[TaggedCaption], featurizer: Featurizer) -> ReaderBatch:
    """Return captions as one batch, padded to the longest."""
    rows = [(featurizer.features(split(each.text)), gold_rows(each)) for each in found]
    longest = max(len(gold) for _, gold in rows)
    size = (len(rows), longest)
    dense = torch.zeros(*size, featurizer.size)
    letters = torch.zeros(*size, rows[0][0].letters.shape[1], dtype=torch.long)
    mask = torch.zeros(*size, 1)
    gold = torch.full((*size, 3), IGNORED)
    for at, (words, golden) in enumerate(rows):
        count = len(golden)
        dense[at, :count] = torch.from_numpy(words.dense)
        letters[at, :count] = torch.from_numpy(words.letters)
        gold[at, :count] = torch.from_numpy(golden)
        mask[at, :count] = 1
    return ReaderBatch(dense_BLF=dense, letters_BLG=letters, mask_BL1=mask, gold_BL3=gold)


def gold_rows(caption: TaggedCaption) -> np.ndarray:
    """Return tag, owner and target of each word, int [words, 3]; only a span's first word has an owner."""
    tokens = split(caption.text)
    rows = np.full((len(tokens), 3), IGNORED)
    rows[:, 0] = TAGS.index("O")
    for span in caption.spans:
        inside = [at for at, token in enumerate(tokens) if token.start < span.end and token.end > span.start]
        for at in inside:
            rows[at, 0] = TAGS.index(f"{'B' if at == inside[0] else 'I'}-{span.label}")
        if inside:
            rows[inside[0], 1:] = OFFSETS.index(span.owner), OFFSETS.index(span.target)
    return rows


def loss_of(scores_BLH: Tensor, gold_BL3: Tensor) -> Tensor:
    """Return the mean cross-entropy of tags, owners and targets."""
    parts = torch.split(scores_BLH, [len(TAGS), len(OFFSETS), len(OFFSETS)], dim=2)
    losses = [
        F.cross_entropy(part.flatten(0, 1), gold_BL3[..., at].flatten(), ignore_index=IGNORED)
        for at, part in enumerate(parts)
    ]
    return losses[0] + 0.3 * losses[1] + 0.3 * losses[2]


def batches(options: ReaderOptions, featurizer: Featurizer) -> Iterator[ReaderBatch]:
    """Yield batches of captions of like length; each is seen twice, as writing them costs as much as a step."""
    source, order = captions(options.seed), np.random.default_rng(options.seed)
    while True:
        pool = sorted(islice(source, options.batch * POOL), key=lambda caption: len(caption.text))
        made = [
            encode(pool[at : at + options.batch], featurizer) for at in range(0, len(pool), options.batch)
        ]
        for at in (*order.permutation(POOL), *order.permutation(POOL)):
            yield made[at]


def train_reader(
    out: Path, options: ReaderOptions, report: Callable[[int, float], None] = lambda step, loss: None
) -> Tagger:
    """Train a tagger and write its weights (float16) and how they were made to ``out``.

    Args:
        out: the safetensors file; a JSON file of the same name is written beside it.
        options: how long and with what.
        report: called every 100 steps with the step and the mean loss since.

    Raises:
        TrainingError: nothing can be written there.
    """
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"The folder '{out.parent}' cannot be made: {error.strerror}.") from error
    torch.manual_seed(options.seed)
    featurizer = Featurizer(WordVectors.load_default())
    network = ReaderNetwork(featurizer.size, options)
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, options.learning_rate, options.steps, pct_start=0.1
    )
    began, losses = time.monotonic(), []
    for step, batch in enumerate(islice(batches(options, featurizer), options.steps), start=1):
        loss = loss_of(network(batch.dense_BLF, batch.letters_BLG, batch.mask_BL1), batch.gold_BL3)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        losses.append(float(loss.detach()))
        if step % 100 == 0:
            report(step, math.fsum(losses[-100:]) / 100)
    weights = {
        name: tensor.detach().numpy().astype(np.float16) for name, tensor in network.state_dict().items()
    }
    made = {
        "options": asdict(options),
        "loss": round(math.fsum(losses[-100:]) / len(losses[-100:]), 4),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "parameters": sum(tensor.size for tensor in weights.values()),
    }
    part = out.with_name(f".{out.name}.part")
    try:
        save_file(weights, part)
        part.replace(out)
        out.with_suffix(".json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise TrainingError(f"The reader could not be written to '{out}': {error.strerror}.") from error
    return Tagger({name: tensor.astype(np.float32) for name, tensor in weights.items()}, featurizer)
