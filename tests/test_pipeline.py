"""The flow from a prompt to a film, with a generator that is small enough to be seen through."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from textreel import checkpoint, media
from textreel.errors import Cancelled, CheckpointError, PromptError, UsageError
from textreel.evaluation.transitions import passed_of
from textreel.generator import ShotWords
from textreel.language import WordVectors
from textreel.models import ModelCard, read_card
from textreel.nn.noise import Noise
from textreel.pipeline import Reel, load
from textreel.storyboard import Storyboard

PROMPT = "a majestic lion walks on the beach"


class FakeGenerator:
    """Paints the sum of the words and the noise, a little brighter with each frame."""

    config = SimpleNamespace(fps=24, size=32)
    abilities: frozenset[str] = frozenset()
    world_width = 2.0

    def left_out(self, state: Any) -> tuple[()]:
        return ()

    def morph(self, first: Any, second: Any, frames: int) -> None:
        return None

    def start_shot(self, words: ShotWords, noise: Noise, like: Any = None) -> dict[str, Any]:
        encoding = torch.where(words.mask[..., None], words.vectors, 0.0)
        look = torch.tanh(encoding.sum(dim=(1, 2)) * 0.05 + noise.vector[:, 0])
        return {"look": look, "words": encoding.shape[1], "frame": 0}

    def advance(
        self, state: dict[str, Any], camera_BT4: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, dict[str, Any]]:
        count = camera_BT4.shape[1]
        clock = torch.arange(state["frame"], state["frame"] + count) / 100
        frames = (
            (0.5 * state["look"][:, None] + clock)
            .clamp(-1, 1)[:, :, None, None, None]
            .expand(-1, -1, 3, *size)
        )
        attention = torch.full((1, count, state["words"]), 1 / state["words"])
        return frames, attention, state | {"frame": state["frame"] + count}

    def later(self, state: dict[str, Any], frames: int, size: tuple[int, int]) -> dict[str, Any]:
        return state | {"frame": state["frame"] + frames}


class RoundingGenerator(FakeGenerator):
    """Paints each frame a little otherwise, by how many are painted with it: as rounding does, but to be seen."""

    def advance(
        self, state: dict[str, Any], camera_BT4: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, dict[str, Any]]:
        frames, attention, after = super().advance(state, camera_BT4, size)
        return frames + 0.01 * camera_BT4.shape[1], attention, after


class MorphingGenerator(RoundingGenerator):
    """Its morphs are black, and remember which frames of both shots they were asked for."""

    abilities = frozenset({"morph"})

    def __init__(self) -> None:
        self.morphed: list[tuple[int, int, int]] = []

    def morph(self, first: Any, second: Any, frames: int) -> Any:
        morph = SimpleNamespace(first=first, second=second)

        def advance(shares: Sequence[float], camera_BTC: Tensor, size: tuple[int, int]) -> tuple[Tensor, ...]:
            count = len(shares)
            self.morphed.append((morph.first["frame"], morph.second["frame"], count))
            both = [morph.first, morph.second]
            morph.first, morph.second = (self.later(each, count, size) for each in both)
            return torch.full((1, count, 3, *size), -1.0), *(
                torch.ones(1, count, each["words"]) for each in both
            )

        morph.advance = advance
        return morph


@pytest.fixture(scope="module")
def reel() -> Reel:
    metadata = {
        "vocabulary": ["lion", "walk", "beach", "the", "on", "a", "majestic"],
        "known_similarity": 0.4,
    }
    card = ModelCard(name="fake", folder=Path("fake"), weights_hash="abc", megabytes=0.0, metadata=metadata)
    return Reel(generator=FakeGenerator(), vectors=WordVectors.load_default(), card=card)  # type: ignore[arg-type]


def test_a_film_has_the_promised_shapes(reel: Reel) -> None:
    film = reel.generate(PROMPT, seed=7)
    assert film.frames.shape == (48, 32, 32, 3)
    assert film.frames.dtype == np.uint8
    assert (film.fps, film.seconds, film.prompt, film.seed) == (24.0, 2.0, PROMPT, 7)
    assert film.words == ("a", "majestic", "lion", "walks", "on", "the", "beach")
    assert film.attention.shape == (48, 7)
    assert film.attention.dtype == np.float32
    assert film.attention.sum(axis=1) == pytest.approx(1.0)
    assert film.storyboard.to_dict()["shots"]


def test_size_and_length_are_as_asked(reel: Reel) -> None:
    assert reel.generate(PROMPT, seconds=0.5, size=48).frames.shape == (12, 48, 48, 3)


def test_the_same_arguments_give_the_same_film_and_another_seed_another(reel: Reel) -> None:
    first, again, other = (reel.generate(PROMPT, seed=seed).frames for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_another_prompt_changes_the_film(reel: Reel) -> None:
    assert not np.array_equal(reel.generate(PROMPT).frames, reel.generate("a red car in the snow").frames)


def test_a_stream_is_the_film_and_goes_on(reel: Reel) -> None:
    frames = np.stack(list(itertools.islice(reel.stream(PROMPT, seed=7), 60)))
    assert np.array_equal(frames[:48], reel.generate(PROMPT, seed=7).frames)


def test_a_paragraph_is_filmed_shot_by_shot_and_ends_as_it_says(reel: Reel) -> None:
    film = reel.generate(
        "A lion walks on the beach. Dissolve to a red cat in the snow. Fade out.", seconds=3.0
    )
    assert len(film.storyboard.shots) == 2 and len(film.frames) == round(3.0 * film.fps)
    assert not film.frames[-1].any(), "it fades to black"
    cat = film.words.index("cat")
    assert film.attention[0, cat] == 0 and film.attention[-10, cat] > 0
    alone = reel.generate(film.storyboard.shots[0].text, seconds=film.storyboard.shots[0].seconds)
    assert np.array_equal(film.frames[0], alone.frames[0])


@pytest.mark.parametrize("seconds", ["a second", "1.25 seconds", "1.5 seconds", "2.3 seconds"])
def test_a_dissolve_ends_in_the_very_shots_that_are_filmed_alone(reel: Reel, seconds: str) -> None:
    rounding = replace(reel, generator=RoundingGenerator())  # type: ignore[arg-type]
    film = rounding.generate(f"A lion walks on the beach for {seconds}. Dissolve to a cat for {seconds}.")
    both = passed_of(rounding, film.storyboard, film.frames.astype(np.float32), "dissolve", film.seed)
    for shot, end in ((both.before, 0), (both.after, -1)):
        assert np.array_equal(both.during(film.frames)[end], both.during(shot)[end])


@pytest.mark.parametrize("seconds", ["a second", "1.25 seconds", "1.5 seconds", "2.3 seconds"])
def test_a_morph_begins_in_the_very_shot_that_is_filmed_alone(reel: Reel, seconds: str) -> None:
    generator = MorphingGenerator()
    morphing = replace(reel, generator=generator)  # type: ignore[arg-type]
    film = morphing.generate(f"A lion walks on the beach for {seconds}. It turns into a cat for {seconds}.")
    both = passed_of(morphing, film.storyboard, film.frames.astype(np.float32), "morph", film.seed)
    assert np.array_equal(film.frames[: both.first + 1], both.before[: both.first + 1])
    assert not film.frames[both.first + 1 : both.first + both.length - 1].any(), (
        "between, the generator morphs"
    )
    assert film.frames[both.first + both.length - 1 :].all(), "the second shot is whole at its end"
    starts = [
        both.first + 1 + done for done in itertools.accumulate((n for *_, n in generator.morphed), initial=0)
    ]
    assert [first for first, _, _ in generator.morphed] == starts[:-1], (
        "every frame of the first shot goes on"
    )
    assert [second - generator.morphed[0][1] for _, second, _ in generator.morphed] == [
        start - starts[0] for start in starts[:-1]
    ]


def test_a_storyboard_is_filmed_like_the_prompt_that_it_came_from(reel: Reel) -> None:
    film = reel.generate("A lion walks on the beach. Cut to a cat.", seconds=1.0)
    again = reel.generate(Storyboard.from_yaml(film.storyboard.to_yaml()))
    assert np.array_equal(film.frames, again.frames)
    with pytest.raises(UsageError, match="lasts 1 s"):
        reel.generate(film.storyboard, seconds=2.0)


def test_progress_reaches_the_end(reel: Reel) -> None:
    told: list[tuple[int, int]] = []
    reel.generate(PROMPT, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 48) for done in range(8, 49, 8)]


def test_it_stops_when_asked(reel: Reel) -> None:
    with pytest.raises(Cancelled, match="after 8 of 48 frames"):
        reel.generate(PROMPT, cancel=lambda: True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 31}, "even number of pixels from 32 to 720, got 31"),
        ({"size": 4096}, "got 4096"),
        ({"seconds": 0.0}, "lasts 0.1 to 600 seconds, got 0"),
        ({"seconds": float("nan")}, "got nan"),
        ({"seconds": 601}, "got 601"),
        ({"seed": -1}, "from 0 to"),
        ({"size": 512, "seconds": 600}, "more than 1 GiB"),
    ],
)
def test_what_is_out_of_range_is_refused(reel: Reel, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        reel.generate(PROMPT, **arguments)


@pytest.mark.parametrize("prompt", ["", "  ", "?!", "獅子が歩く", "lion " * 10_000])
def test_a_prompt_that_cannot_be_read_is_refused(reel: Reel, prompt: str) -> None:
    with pytest.raises(PromptError):
        reel.generate(prompt)
    with pytest.raises(PromptError):
        reel.stream(prompt)


def test_words_that_nothing_can_show_are_told_and_the_film_is_made(reel: Reel) -> None:
    film = reel.generate("a lion walks on the xqzvkw beach with parliament")
    assert film.frames.shape[0] == 48
    assert "xqzvkw" in film.words_without_effect
    assert any(each.words and "xqzvkw" in each.words.text for each in film.left_out)
    assert film.metadata["left_out"][0]["reason"]
    assert "parliament" in film.words_without_effect
    assert not {"lion", "walks", "beach"} & set(film.words_without_effect)
    assert film.attention[:, film.words.index("xqzvkw")].max() == 0


def test_a_file_carries_what_it_was_made_from(reel: Reel, tmp_path: Path) -> None:
    film = reel.generate(PROMPT, seed=7, seconds=0.5)
    metadata = media.read_metadata(film.save(tmp_path / "lion.mp4"))
    assert metadata == film.metadata
    assert (metadata["prompt"], metadata["seed"], metadata["model_hash"]) == (PROMPT, 7, "abc")
    assert {"version", "seconds", "size", "model"} <= metadata.keys()
    assert media.probe(tmp_path / "lion.mp4").frames == 12


def test_an_unknown_model_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="No model 'nonsense'"):
        load("nonsense")


def test_a_truncated_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x00" * 9)
    with pytest.raises(CheckpointError, match="truncated"):
        load(tmp_path)


def test_a_card_is_what_was_saved(tmp_path: Path) -> None:
    saved = checkpoint.save(tmp_path, {"weight": torch.ones(3)}, {"description": "ones"}, kind="generator")
    card = read_card(tmp_path)
    assert (card.weights_hash, card.description) == (saved, "ones")
