"""The words of a shot, as the generator reads them, and those that it cannot show."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from textreel.generator import ShotWords, word_tensors
from textreel.language import WordVectors, tokenize
from textreel.language.known import KnownWords, knowledge_of
from textreel.language.reader import read_shot
from textreel.models import ModelCard
from textreel.scene import LeftOut, Scene, spans_of
from textreel.storyboard import Storyboard
from textreel.types import MAX_READ_WORDS


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading(ShotWords):
    """The words of one shot: all of them, the positions of those that are read, and what the generator reads.

    `cut`: what follows the last word that a text encoder has room for.
    """

    words: list[str]
    positions: list[int]
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class WordReader:
    """Reads the words of shots for one model; with `scenes`, what they ask for as well."""

    vectors: WordVectors = field(repr=False)
    card: ModelCard = field(repr=False)
    scenes: bool = False

    def read(self, text: str, aspect: float = 1.0) -> Reading:
        """The words of a text, for a film of that width in its heights."""
        words = tokenize(text)
        vectors_BLD, mask_BL = word_tensors([text], self.vectors)
        positions = [at for at, word in enumerate(words) if self.vectors.lookup(word)[1] != "none"]
        end = positions[MAX_READ_WORDS] if len(positions) > MAX_READ_WORDS else len(words)
        positions = positions[:MAX_READ_WORDS]
        return Reading(
            words=words,
            positions=positions,
            vectors=vectors_BLD,
            mask=mask_BL,
            spelled=tuple(words[at] for at in positions),
            scene=read_shot(text).scene if self.scenes else Scene(),
            aspect=aspect,
            cut=tuple(words[end:]),
        )

    def without_effect(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The words that the model cannot show, each once; words that are cut off are no matter of the model's.

        A word counts as without effect if it has no vector, or if no word of the model's ``vocabulary`` (the words
        it was trained with) is similar to it: cosine below the model's ``known_similarity``.
        """
        without: dict[str, None] = {}
        for reading in map(self.read, texts):
            for position, word in enumerate(reading.words[: len(reading.words) - len(reading.cut)]):
                if not (position in reading.positions and word in self.known):
                    without[word] = None
        return tuple(without)

    @cached_property
    def known(self) -> KnownWords:
        """The words that the model was trained with."""
        return KnownWords.from_metadata(self.card.metadata, self.vectors)

    def left_out(
        self, board: Storyboard, scenes: Sequence[Scene], heard: Collection[str] = ()
    ) -> tuple[LeftOut, ...]:
        """Return what of a storyboard is not shown, and why, each once.

        Args:
            board: the storyboard.
            scenes: of its shots.
            heard: words that are heard, and so do have an effect.
        """
        knowledge = knowledge_of(self.card.metadata, self.vectors)
        told = [each for scene in scenes for each in (*scene.left_out, *knowledge.lacks(scene))]
        told += [LeftOut(words=note.words, reason=note.reason) for note in board.notes]
        said = {word for each in told if each.words for word in tokenize(each.words.text)}
        if (
            self.scenes
        ):  # what stands in a slot was found by its concept, whether or not the word has a vector
            said |= {word for scene in scenes for _, span in spans_of(scene) for word in tokenize(span.text)}
        unknown = self.without_effect(shot.text for shot in board.shots)
        told += [
            LeftOut(reason=f"this model does not know the word “{word}”")
            for word in unknown
            if word not in said and word.lower() not in heard
        ]
        return tuple({(each.words and each.words.text, each.reason): each for each in told}.values())
