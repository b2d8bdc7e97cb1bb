"""One contract for whoever paints: begin a shot, carry it on frame by frame, declare what is possible.

A generator gets the scene of a shot and the vectors of its words. Some read the scene, some the sentence.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypeVar

import torch
from torch import Tensor, nn

from textreel.generator.beliefs import AttributeClasses, AttributeReader
from textreel.nn.attention import WordAttention
from textreel.nn.compositing import SLOTS, WORLD_WIDTH
from textreel.nn.noise import Noise
from textreel.nn.text_encoder import TextEncoder, TextEncoderConfig, TextEncoding
from textreel.scene import LeftOut, Scene
from textreel.types import Scenery

State = TypeVar("State")
Ability = Literal["scenes", "layers", "poses", "morph"]
"""What a generator may be able to do: read the scene of a shot, paint in layers that can be told apart, know where its
subjects are before it paints them, and pass from one shot into another."""
LEAST_BELIEF = 0.35


@dataclass(frozen=True, kw_only=True, eq=False)
class ShotWords:
    """What a generator gets of one shot.

    Attributes:
        vectors: of the words that have one, [1, L, D].
        mask: which of these are words, [1, L].
        spelled: these words as they are written, L of them.
        scene: what the words ask for; empty where the generator does not read scenes.
        aspect: width of the film in its heights.
    """

    vectors: Tensor = field(repr=False)
    mask: Tensor = field(repr=False)
    spelled: tuple[str, ...] = ()
    scene: Scene = field(default_factory=Scene)
    aspect: float = 1.0


class Morph(ABC, Generic[State]):
    """Two shots on their way into each other; both go on meanwhile.

    Attributes:
        first, second: their states before the next frame.
    """

    first: State
    second: State

    @abstractmethod
    def advance(
        self, shares: Sequence[float], camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The next T frames [B, T, 3, H, W], and how much the words of the two shots were read [B, T, L] each.

        `shares` says for each frame how far it has come, from 0 (the first shot) to 1 (the second).
        """


class Generator(nn.Module, ABC, Generic[State]):
    """Words and noise -> frames, float32 in [-1, 1], [B, T, 3, H, W].

    Everything that the next frame depends on is in the state; the generator itself remembers nothing.
    """

    config: Any
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    """With "morph" :meth:`morph` knows the middle of two shots, with "poses" :meth:`whereabouts` the subjects."""
    world_width: ClassVar[float] = WORLD_WIDTH
    """How wide the world is that its poses are in, in heights of the view; it goes round."""

    @abstractmethod
    def start_shot(self, words: ShotWords, noise: Noise, like: State | None = None) -> State:
        """Decide what is decided once a shot, and stand before the first frame.

        With `like`, a state that other words led to (at any frame), what both say alike is taken over from it,
        and what moves goes on from where it stands there.
        """

    @abstractmethod
    def advance(
        self, state: State, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, State]:
        """The next T frames: ([B, T, 3, H, W], attention [B, T, L], the state after them).

        `camera_BTC` is x, y, zoom, roll in radians and, where the camera dollies, the dolly (see nn.compositing).
        """

    @abstractmethod
    def decoders(self) -> tuple[nn.Module, ...]:
        """The parts that paint, which may compute in bfloat16."""

    def for_inference(
        self, *, fast_bfloat16: bool, layout: torch.memory_format = torch.channels_last
    ) -> "Generator[State]":
        """Ready to make films: no gradients, weights in the faster layout, decoders in bfloat16 where that is fast."""
        self.requires_grad_(False).eval().to(memory_format=layout)  # type: ignore[call-overload]
        if fast_bfloat16:
            for decoder in self.decoders():
                decoder.to(torch.bfloat16)
        return self

    def morph(self, first: State, second: State, frames: int) -> "Morph[State] | None":
        """The passage of one shot into another in so many frames; None if this generator knows no middle of both."""
        return None

    def whereabouts(self, state: State, frames: int) -> Tensor | None:
        """Where the subjects will be in the next T frames, before these are painted.

        Returns:
            Poses [B, T, S, 10], see compositing.POSE_FIELDS; None if this generator does not know.
        """
        return None

    def clocks(self, state: State, frames: int) -> Tensor | None:
        """The path and the loop of each subject in the next T frames, in cycles [B, T, S, 2]; None if unknown."""
        return None

    def glances(self, state: State, seconds_T: Tensor) -> Tensor | None:
        """Where the subjects will be about so much later, without going there: poses [B, T, S, 10]; None if unknown."""
        return None

    def hastened(self, state: State, seconds: float) -> State:
        """The same with every subject so much further on its path, its step unchanged."""
        return state

    def slot_of(self, state: State, subject: ShotWords) -> int:
        """Which of the subjects of one shot (B = 1) is the one that some words name; the main one is 0."""
        return 0

    def left_out(self, state: State) -> tuple[LeftOut, ...]:
        """What of a shot is understood and finds no place in its pictures, and why."""
        return ()

    def scenery(self, state: State, words: ShotWords, present: Sequence[bool]) -> Scenery:
        """What the words of a shot are taken to mean, as its sound needs it; nothing where nobody taught it."""
        return Scenery()

    def later(self, state: State, frames: int, size: tuple[int, int]) -> State:
        """The state so many frames later, whose pictures nobody sees."""
        camera = torch.tensor([0.0, 0.0, 1.0, 0.0]).expand(1, frames, -1)
        return self.advance(state, camera, size)[2]

    def step(self, state: State, camera_B4: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor, State]:
        """One frame: ([B, 3, H, W], attention [B, L], next state); `advance` for one frame."""
        frames, attention, state = self.advance(state, camera_B4[:, None], size)
        return frames[:, 0], attention[:, 0], state


class SentenceGenerator(Generator[State]):
    """A generator that reads the sentence: a text encoder, and attention to its words by place, weather and slots."""

    def __init__(self, text: TextEncoderConfig, classes: AttributeClasses, slots: int = SLOTS) -> None:
        super().__init__()
        features = text.features
        self.text_encoder = TextEncoder(text)
        self.scene_queries = nn.Parameter(torch.randn(2 + slots, features))
        self.scene_attention = WordAttention(features, features, heads=8)
        self.reader = AttributeReader(features, classes)

    def encode(self, word_vectors_BLD: Tensor, mask_BL: Tensor) -> TextEncoding:
        """Word vectors [B, L, word_dimensions] and mask [B, L] -> features of the words and of the sentence."""
        return self.text_encoder(word_vectors_BLD, mask_BL)

    def read(self, encoding: TextEncoding) -> tuple[Tensor, Tensor]:
        """What the words say of place, weather and slots [B, 2 + S, D], and where it was read [B, 2 + S, L]."""
        words = self.scene_attention.project_words(encoding.features)
        queries = self.scene_queries.expand(len(encoding.mask), -1, -1)
        return self.scene_attention(queries, words, encoding.mask)

    def reading_parameters(self) -> list[nn.Parameter]:
        """Everything that reads: the text encoder, the queries to the words, the attribute heads."""
        parts = (self.text_encoder, self.scene_attention, self.reader)
        return [self.scene_queries, *(parameter for part in parts for parameter in part.parameters())]

    @abstractmethod
    def compile_decoders(self) -> None:
        """Compile what costs most in training with torch.compile; the parameters keep their names."""

    @abstractmethod
    def initial_state(self, encoding: TextEncoding, noise: Noise, like: State | None = None) -> State:
        """Decide what is decided once a shot, and stand before the first frame.

        With `like`, a state that other words led to (at any frame), what both say alike is taken over from it,
        and what moves goes on from where it stands there.
        """

    def start_shot(self, words: ShotWords, noise: Noise, like: State | None = None) -> State:
        return self.initial_state(self.encode(words.vectors, words.mask), noise, like=like)

    def scenery(self, state: State, words: ShotWords, present: Sequence[bool]) -> Scenery:
        classes = self.config.classes
        if not (classes.place or classes.weather or classes.slots):
            return Scenery()
        contexts, _ = self.read(self.encode(words.vectors, words.mask))
        values = {**classes.place, **classes.weather}
        told = {
            name: values[name][int(logits[0].argmax())]
            for name, logits in self.reader.scene(contexts).items()
        }
        slots = {
            name: logits[0].float().softmax(dim=-1) for name, logits in self.reader.subjects(contexts).items()
        }

        def of_slots(name: str) -> tuple[str, ...]:
            sure = [(row.max() > LEAST_BELIEF, int(row.argmax())) for row in slots.get(name, ())]
            return tuple(
                classes.slots[name][value] if there and is_sure else ""
                for (is_sure, value), there in zip(sure, present, strict=False)
            )

        return Scenery(
            subjects=of_slots("subject"),
            motions=of_slots("motion"),
            setting=told.get("setting", ""),
            time=told.get("time", ""),
            weather=told.get("weather", ""),
        )

    def film(
        self,
        encoding: TextEncoding,
        noise: Noise,
        camera_BTC: Tensor,
        size: tuple[int, int],
        *,
        progress: Callable[[int, int], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        chunk: int = 12,
    ) -> tuple[Tensor, Tensor]:
        """A whole film, `chunk` frames at a time: frames [B, T, 3, H, W] and attention [B, T, L].

        `progress(done, total)` is called after every chunk; when `cancel()` is true the film ends there.
        """
        state = self.initial_state(encoding, noise)
        total = camera_BTC.shape[1]
        frames, attention = [], []
        for start in range(0, total, chunk):
            if cancel is not None and cancel():
                break
            part, seen, state = self.advance(state, camera_BTC[:, start : start + chunk], size)
            frames.append(part)
            attention.append(seen)
            if progress is not None:
                progress(min(start + chunk, total), total)
        if not frames:
            empty = camera_BTC.new_zeros(len(noise), 0, 3, *size)
            return empty, camera_BTC.new_zeros(len(noise), 0, encoding.mask.shape[1])
        return torch.cat(frames, dim=1), torch.cat(attention, dim=1)
