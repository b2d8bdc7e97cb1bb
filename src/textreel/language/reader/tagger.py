"""The tagger: a small convolutional network over word vectors, run in numpy.

Each word is its GloVe vector, its letters (hashed), its kind in WordNet and how it is written. Dilated
convolutions (Strubell et al. 2017, "Fast and accurate entity recognition with iterated dilated convolutions") see
30 words around it. Three heads give the tag, the owner and the target of each word; the best allowed sequence of
tags is found by the algorithm of Viterbi (1967).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from textreel.errors import AssetError
from textreel.language.kinds import kind_of, noun_kinds
from textreel.language.reader.labels import OFFSETS, TAGS
from textreel.language.tokens import Span, normal_form, split
from textreel.language.vectors import WordVectors
from textreel.language.word_lists import is_stop_word

WEIGHTS = Path(__file__).parent / "data" / "reader.safetensors"
BUCKETS = 4096
DILATIONS = (1, 2, 4, 8)
SHAPE_FEATURES = 6
NEVER = -1e9


@dataclass(frozen=True, kw_only=True)
class TaggedSpan:
    """A stretch of a text, in characters, with its label and how sure the tagger is of it (0..1).

    ``owner`` and ``target`` count mentions of subjects before (negative) or after it; 0 is none.
    """

    label: str
    start: int
    end: int
    owner: int = 0
    target: int = 0
    confidence: float = 1.0


@dataclass(frozen=True, kw_only=True)
class WordFeatures:
    """What the network sees of the words of a text.

    ``dense`` is float32 [words, features]; ``letters`` are the buckets of each word's letter groups,
    int [words, groups].
    """

    dense: NDArray[np.float32]
    letters: NDArray[np.int64]


class Featurizer:
    """Turns words into numbers; one word gives the same numbers wherever it stands."""

    def __init__(self, vectors: WordVectors) -> None:
        self.vectors = vectors
        self.kinds = sorted(set(noun_kinds().values()))
        self._known: dict[str, tuple[NDArray[np.float32], list[int]]] = {}

    @property
    def size(self) -> int:
        """Numbers in a row of ``dense``."""
        return self.vectors.dimensions + len(self.kinds) + 3 + SHAPE_FEATURES

    def features(self, tokens: Sequence[Span]) -> WordFeatures:
        """Return the features of a text's tokens."""
        rows = [self._word(normal_form(token.text)) for token in tokens]
        shapes = [_shape(token.text, at == 0) for at, token in enumerate(tokens)]
        dense = [np.concatenate([row, shape]) for (row, _), shape in zip(rows, shapes, strict=True)]
        return WordFeatures(
            dense=np.array(dense, dtype=np.float32).reshape(len(tokens), self.size),
            letters=np.array([letters for _, letters in rows], dtype=np.int64).reshape(len(tokens), -1),
        )

    def _word(self, word: str) -> tuple[NDArray[np.float32], list[int]]:
        if word not in self._known:
            vector, source = self.vectors.lookup(word)
            kind = kind_of(word)
            marks = [kind == each for each in self.kinds]
            extra = [source == "exact", source == "none", is_stop_word(word)]
            self._known[word] = np.concatenate([vector, marks, extra]).astype(np.float32), letter_groups(word)
        return self._known[word]


def letter_groups(word: str) -> list[int]:
    """Return the buckets of a word's beginning, endings and whole."""
    groups = (f"^{word[:3]}", f"{word[-2:]}$", f"{word[-3:]}$", f"{word[-4:]}$", f"^{word}$")
    return [zlib.crc32(group.encode()) % BUCKETS for group in groups]


def _shape(text: str, first: bool) -> list[bool]:
    words = any(map(str.isalpha, text))
    return [
        first,
        text.istitle(),
        text.isupper() and len(text) > 1,
        any(map(str.isdigit, text)),
        not words,
        text in ".!?",
    ]


class Tagger:
    """The network with its weights.

    Args:
        weights: float32 arrays by the names that training gives them.
        featurizer: what turns words into numbers.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]], featurizer: Featurizer) -> None:
        self.weights = weights
        self.featurizer = featurizer

    def spans(self, text: str) -> list[TaggedSpan]:
        """Return the labelled spans of a text, in order and without overlap."""
        tokens = split(text)
        if not tokens:
            return []
        tags, owners, targets = self.scores(self.featurizer.features(tokens))
        return spans_of(tokens, _log_softmax(tags), owners, targets)

    def scores(self, words: WordFeatures) -> tuple[NDArray[np.float32], ...]:
        """Return the scores of tags, owners and targets: float32 [words, tags], [words, offsets] twice."""
        weights = self.weights
        letters = weights["letters"][words.letters].mean(axis=1)
        hidden = (
            np.concatenate([words.dense, letters], axis=1) @ weights["input.weight"].T + weights["input.bias"]
        )
        hidden = np.maximum(hidden, 0)
        for number, dilation in enumerate(DILATIONS):
            hidden = hidden + self._convolution(_normed(hidden), number, dilation)
        hidden = _normed(hidden)
        heads = hidden @ weights["heads.weight"].T + weights["heads.bias"]
        return tuple(np.split(heads, [len(TAGS), len(TAGS) + len(OFFSETS)], axis=1))

    def _convolution(self, hidden: NDArray[np.float32], number: int, dilation: int) -> NDArray[np.float32]:
        """Return one dilated convolution of three words, [words, channels]."""
        kernel, bias = self.weights[f"blocks.{number}.weight"], self.weights[f"blocks.{number}.bias"]
        padded = np.pad(hidden, ((dilation, dilation), (0, 0)))
        count = len(hidden)
        total = sum(padded[dilation * at : dilation * at + count] @ kernel[:, :, at].T for at in range(3))
        return np.maximum(total + bias, 0)


def _normed(hidden: NDArray[np.float32]) -> NDArray[np.float32]:
    """Layer normalisation without weights."""
    centred = hidden - hidden.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)


def _log_softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@cache
def allowed_steps() -> NDArray[np.float32]:
    """Return 0 where a tag may follow another, and a large negative number elsewhere; [tags, tags]."""
    steps = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for at, tag in enumerate(TAGS):
        if tag.startswith("I-"):
            steps[:, at] = NEVER
            steps[[TAGS.index(f"B-{tag[2:]}"), at], at] = 0
    return steps


def best_tags(scores: NDArray[np.float32]) -> list[int]:
    """Return the best allowed sequence of tags for log probabilities [words, tags]."""
    steps = allowed_steps()
    best = scores[0] + np.array([NEVER if tag.startswith("I-") else 0 for tag in TAGS], dtype=np.float32)
    came_from = []
    for row in scores[1:]:
        paths = best[:, None] + steps
        came_from.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + row
    tags = [int(best.argmax())]
    for back in reversed(came_from):
        tags.append(int(back[tags[-1]]))
    return tags[::-1]


def spans_of(
    tokens: Sequence[Span],
    scores: NDArray[np.float32],
    owners: NDArray[np.float32],
    targets: NDArray[np.float32],
) -> list[TaggedSpan]:
    """Return the spans of the best tags; a span's first word says whom it belongs to."""
    tags = best_tags(scores)
    begins = [at for at, tag in enumerate(tags) if TAGS[tag].startswith("B-")]
    found = []
    for begin in begins:
        end = begin + 1
        while end < len(tags) and TAGS[tags[end]].startswith("I-"):
            end += 1
        found.append(
            TaggedSpan(
                label=TAGS[tags[begin]][2:],
                start=tokens[begin].start,
                end=tokens[end - 1].end,
                owner=OFFSETS[int(owners[begin].argmax())],
                target=OFFSETS[int(targets[begin].argmax())],
                confidence=float(np.exp(np.mean([scores[at][tags[at]] for at in range(begin, end)]))),
            )
        )
    return found


@cache
def default_tagger() -> Tagger:
    """Load the shipped tagger once.

    Raises:
        AssetError: its file is missing or damaged.
    """
    try:
        stored = load_tensors(WEIGHTS.read_bytes())
    except (OSError, SafetensorError) as error:
        raise AssetError(
            f"The reader that textreel ships is damaged ({error}); install textreel again."
        ) from error
    weights = {name: tensor.astype(np.float32) for name, tensor in stored.items()}
    return Tagger(weights, Featurizer(WordVectors.load_default()))
