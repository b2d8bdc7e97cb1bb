"""Are events heard when they are seen? Onsets of a film's sound against steps and impacts of its picture.

What is seen is where the generator has put the subject in the frames; textreel.soundtrack.events reads the moments off
that (on composed clips it finds them within 8 ms in the median, tests/soundtrack/test_events.py). What is heard is
found in the finished film's sound alone.
"""

import statistics
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from textreel.evaluation.bench import Bench
from textreel.evaluation.figures import Figure, Result, share_figure
from textreel.evaluation.metric import Metric
from textreel.nn.spectra import HOP, RATE, log_mel

PROMPTS = (
    "a red ball bounces on the beach",
    "a ball bounces in the city",
    "a horse runs through the city",
    "a horse walks in the mountains",
    "a cat runs in the snow",
    "a lion jumps across the savanna",
    "a dog walks in the forest",
    "a robot walks in the city",
)
FRAME_SECONDS = 1 / 24
REACH_SECONDS = 0.25  # an event whose onset is farther off was not heard
LEAST_RISE = 0.9  # of the mean log power in the bands within two hops, for an onset
APART_SECONDS = 0.09


@dataclass(frozen=True)
class Heard:
    """One film: when its events are seen, and when onsets are heard, in seconds."""

    seen: tuple[float, ...]
    heard: tuple[float, ...]


def measure(bench: Bench) -> Result:
    """Films of subjects that step, bounce and jump."""
    films = []
    count = max(len(PROMPTS), min(bench.films, 10 * len(PROMPTS)))
    for number in range(count):
        bench.progress("listening to films", number, count)
        films.append(film_events(bench.model, PROMPTS[number % len(PROMPTS)], bench.seed + number))
    errors = [error for film in films for error in errors_of(film.seen, film.heard)]
    others = films[1:] + films[:1]
    control = [
        error
        for film, other in zip(films, others, strict=True)
        for error in errors_of(film.seen, other.heard)
    ]
    within = sum(abs(error) <= FRAME_SECONDS for error in errors)
    by_chance = sum(abs(error) <= FRAME_SECONDS for error in control) / max(1, len(control))
    lateness = [1000 * abs(error) for error in errors if abs(error) < REACH_SECONDS]
    figures = [share_figure("within a frame", within, len(errors), chance=by_chance)]
    if lateness:
        figures.append(
            Figure(name="median error", value=statistics.median(lateness), unit="ms", n=len(lateness))
        )
    return Result(
        metric=METRIC.name,
        figures=tuple(figures),
        method=f"{count} films, seeds from {bench.seed}; onsets: rises of the mean log-mel power; chance: "
        "the sound of the next film under the same picture.",
    )


def film_events(model: Any, prompt: str, seed: int) -> Heard:
    """When the events of a film are seen and when onsets are heard."""
    seen = model.events(prompt, seed=seed)
    times = (event.time_seconds for event in seen if event.kind in ("step", "impact") and event.slot == 0)
    return Heard(tuple(times), heard_onsets(model.generate(prompt, seed=seed).audio))


def heard_onsets(audio_NC: NDArray[np.float32] | None) -> tuple[float, ...]:
    """The moments at which the power rises in many bands at once (spectral flux, Bello et al. 2005)."""
    if audio_NC is None or not len(audio_NC):
        return ()
    bands = log_mel(torch.from_numpy(audio_NC.mean(axis=1))[None])[0]
    rise = (bands[2:] - bands[:-2]).clamp(min=0).mean(dim=1).numpy()
    found: list[int] = []
    for frame in range(1, len(rise) - 1):
        peak = rise[frame] >= LEAST_RISE and rise[frame - 1] <= rise[frame] > rise[frame + 1]
        if peak and (not found or (frame - found[-1]) * HOP / RATE > APART_SECONDS):
            found.append(frame)
    # The window of the later frame of the two is half full where the power rises most.
    return tuple(((frame + 2) * HOP + HOP) / RATE for frame in found)


def errors_of(seen: tuple[float, ...], heard: tuple[float, ...]) -> list[float]:
    """For every event the time to the nearest onset; REACH_SECONDS where there is none so near."""
    return [
        min((time - event for time in heard), key=abs, default=REACH_SECONDS)
        if any(abs(time - event) < REACH_SECONDS for time in heard)
        else REACH_SECONDS
        for event in seen
    ]


def lacks(bench: Bench) -> str | None:
    """Why it cannot be measured."""
    if getattr(bench.model, "sound", None) is None:
        return (
            "The metric sound_event needs a model that makes sound: train one with `textreel train sounds`."
        )
    return None


METRIC = Metric(
    name="sound_event",
    summary="the share of visible steps and impacts whose onset is heard within one frame",
    measure=measure,
    corpora=("scenes",),
    lacks=lacks,
)
