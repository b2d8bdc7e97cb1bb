"""What films of other people's prompts show: VBench's tagged prompts (Huang et al. 2024) before an independent judge.

Even and odd entries are counted apart, each with as many seeds as asked for. A thing of which the judge knows nothing
is not counted, and its prompts are named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from textreel.evaluation.bench import Progress, quiet
from textreel.evaluation.reading import DimensionScore, places_of, read_prompts
from textreel.evaluation.world_judge import Look, WorldJudge, frames_of, load_world_judge
from textreel.language.finding import find_concept

__all__ = ["DIMENSIONS", "FilmScore", "measure_world", "read_prompts"]

SECONDS = 1.0
TARGETS = {
    "object_class": 0.9,
    "color": 0.9,
    "multiple_objects": 0.8,
    "spatial_relationship": 0.8,
    "scene": 0.7,
}
ASIDE = 0.03  # of the view's width or height, that one thing must be beside, over or under another


class Filming(Protocol):
    """What makes films of prompts: `textreel.Reel`, and whatever can do the same."""

    def generate(self, prompt: str, *, seed: int, seconds: float, sound: bool) -> Any:
        """Make a film, which has `frames` and `left_out`."""


class UnjudgedError(Exception):
    """The judge does not know a thing or a place of a prompt."""


@dataclass(frozen=True, kw_only=True)
class FilmScore(DimensionScore):
    """How many films of one dimension are right.

    Attributes:
        told: of the films that are wrong, how many name something that they leave out.
        unjudged: prompts that were not counted.
    """

    told: int
    unjudged: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """Return the score as plain values."""
        return {**super().to_dict(), "target": TARGETS[self.dimension]}


def thing_of(name: str, judge: WorldJudge) -> str:
    """The judge's name of a thing."""
    if name in judge.config.things:
        return name
    found = find_concept(name)
    if found is None or found.name not in judge.config.things:
        raise UnjudgedError(name)
    return found.name


def shows_objects(look: Look, entry: Mapping[str, Any], judge: WorldJudge) -> bool:
    """Tell whether each object of the tag is seen."""
    (tag,) = entry["auxiliary_info"].values()
    return all(look.sees(thing_of(name, judge)) for name in tag["object"].split(" and "))


def shows_colour(look: Look, entry: Mapping[str, Any], judge: WorldJudge) -> bool:
    """Tell whether the object is seen in the tag's colour."""
    colour = entry["auxiliary_info"]["color"]["color"]
    thing = thing_of(entry["prompt_en"].partition(colour)[2].strip(), judge)
    return look.has_colour(thing, colour)


def shows_relation(look: Look, entry: Mapping[str, Any], judge: WorldJudge) -> bool:
    """Tell whether both objects are seen, and where the tag puts them."""
    tag = entry["auxiliary_info"]["spatial_relationship"]["spatial_relationship"]
    first, second = (thing_of(tag[name], judge) for name in ("object_a", "object_b"))
    if not (look.sees(first) and look.sees(second)):
        return False
    right, down = (
        one - other for one, other in zip(look.middle_of(first), look.middle_of(second), strict=True)
    )
    return {
        "on the left of": right < -ASIDE,
        "on the right of": right > ASIDE,
        "on the top of": down < -ASIDE,
        "on the bottom of": down > ASIDE,
    }[tag["relationship"]]


def shows_place(look: Look, entry: Mapping[str, Any], judge: WorldJudge) -> bool:
    """Tell whether the place is the tag's."""
    named = places_of(entry)
    if not named & set(judge.config.places):
        raise UnjudgedError(entry["prompt_en"])
    return look.place() in named


DIMENSIONS: Mapping[str, Callable[[Look, Mapping[str, Any], WorldJudge], bool]] = {
    "object_class": shows_objects,
    "color": shows_colour,
    "multiple_objects": shows_objects,
    "spatial_relationship": shows_relation,
    "scene": shows_place,
}


def measure_world(
    reel: Filming,
    entries: Sequence[Mapping[str, Any]],
    *,
    seeds: Sequence[int] = (0, 1, 2),
    films: int = 10_000,
    judge: WorldJudge | None = None,
    progress: Progress = quiet,
) -> list[FilmScore]:
    """Make films of tagged prompts, and count what the judge sees.

    Args:
        reel: the model.
        entries: as :func:`read_prompts` gives them.
        seeds: each prompt is filmed once with each.
        films: of each dimension at most, from prompts evenly over it.
        judge: another than the one that ships.
        progress: told before every film.
    """
    judge = judge or load_world_judge()
    scores = []
    for dimension, is_right in DIMENSIONS.items():
        tagged = [(at, entry) for at, entry in enumerate(entries) if dimension in entry["dimension"]]
        every = -(-len(tagged) * len(seeds) // films)
        chosen = tagged[:: every + (every + 1) % 2]  # an odd step takes prompts of both halves
        right, total, told, unjudged, mistakes = [0, 0], [0, 0], 0, list[str](), list[str]()
        for number, (at, entry) in enumerate(chosen):
            progress(f"filming {dimension}", number, len(chosen))
            prompt = entry["prompt_en"]
            try:
                for film, is_shown in _judged(reel, prompt, entry, seeds, is_right, judge):
                    total[at % 2] += 1
                    right[at % 2] += is_shown
                    if not is_shown:
                        told += bool(film.left_out)
                        mistakes.append(prompt)
            except UnjudgedError:
                unjudged.append(prompt)
        scores.append(
            FilmScore(
                dimension=dimension,
                right=(right[0], right[1]),
                total=(total[0], total[1]),
                told=told,
                unjudged=tuple(unjudged),
                mistakes=tuple(dict.fromkeys(mistakes)),
            )
        )
    return scores


def _judged(
    reel: Filming,
    prompt: str,
    entry: Mapping[str, Any],
    seeds: Sequence[int],
    is_right: Callable[[Look, Mapping[str, Any], WorldJudge], bool],
    judge: WorldJudge,
) -> Iterator[tuple[Any, bool]]:
    for seed in seeds:
        film = reel.generate(prompt, seed=seed, seconds=SECONDS, sound=False)
        yield film, is_right(judge.look(frames_of(film.frames)), entry, judge)
