"""Camera: does the background move as the prompt tells the camera to, and the subject against it?

Scenes get camera words in many wordings and amounts. The path that the storyboard reads from them is what was asked;
the path that was shown is fitted to the frames alone (`camera_motion`).
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.protocol import Window
from textreel.corpora.scenes.captions import caption
from textreel.corpora.scenes.spec import SceneSpec
from textreel.evaluation.bench import AT_ONCE, Bench, as_shown
from textreel.evaluation.camera_motion import camera_motion, seen_from_first
from textreel.evaluation.camera_subjects import subject_figures
from textreel.evaluation.figures import Figure, Result, interval_figure, median_or_none, share_figure
from textreel.evaluation.metric import Metric
from textreel.nn.compositing import compose
from textreel.storyboard import plan

Motion = NDArray[np.float64]
"""Where a camera is in each frame, seen from the first one; see `camera_motion`."""

FILMED = Window(frames=48, shown=tuple(range(48)), longest_start_seconds=0.0)
FPS = 24.0
SIDE = 128
STILL_PIXELS = 0.3
LEAST_MOVE = 0.02  # view heights at the edge of the view, below which nothing counts as a move
LEAST_SHARE = 0.25  # of the largest move, below which another one is an error of the fit
LEAST_TREMBLE = 0.003  # view heights
TREMBLES = 3  # turns along both axes that make a tremble
TREMBLE_FRAMES = 22  # over which it evens out


def told(words: str, *directions: tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """The wordings of a move, one a line, with its directions put into "{}" and by their names."""
    lines = [line.strip() for line in words.strip().splitlines()]
    return {name: tuple(line.format(way) for line in lines) for name, way in directions}


PAN = """while the camera pans to the {}
as the camera sweeps {0}
with the camera slowly panning {0}
while the camera pans {} by half
while the camera quickly pans {}
with a slow pan to the {}
as the camera trucks {}
while the camera pans slightly {}
while the camera pans {} by 15 degrees
while the camera steadily pans {}"""
TILT = """while the camera tilts {}
as the camera cranes {}
with the camera tilting {}
while the camera tilts {} by 10 %
while the camera slowly tilts {}wards
while the camera pans {}
while the camera tilts {} by nine degrees
while the camera slightly tilts {}"""
ZOOM = """while the camera zooms {}
with the camera slowly zooming {}
while the camera zooms {} by half
with a slow zoom {}
while the camera zooms {} by a third
while the camera slightly zooms {}"""
DOLLY = """while the camera dollies {}
with the camera slowly dollying {}
while the camera dollies {} by a third
as the camera tracks {}"""
ROLL = """while the camera rolls {}
as the camera rotates {}
while the camera rolls 30 degrees {}
with the camera slowly rolling {}
as the camera slightly rolls {}
as the camera spins {} by a quarter turn"""
STATIC = """while the camera stays still
in a locked-off shot
with a fixed camera
as the camera does not move
filmed by a static camera"""
HANDHELD = """in a handheld shot
with a shaky camera
while the camera shakes
as the camera trembles slightly
filmed with a handheld camera"""

WORDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    told(STATIC, ("static", ""))
    | told(PAN, ("pan-left", "left"), ("pan-right", "right"))
    | told(TILT, ("tilt-up", "up"), ("tilt-down", "down"))
    | told(ZOOM, ("zoom-in", "in"), ("zoom-out", "out"))
    | told(DOLLY, ("dolly-in", "in"), ("dolly-out", "out"))
    | told(ROLL, ("roll-clockwise", "clockwise"), ("roll-anticlockwise", "anticlockwise"))
    | told(HANDHELD, ("handheld", ""))
)
"""What is said of the camera, by the move it asks for."""

LOOKS_LIKE = {"dolly-in": "zoom-in", "dolly-out": "zoom-out"}
"""What the background alone does not tell from something else."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A scene with words for the camera, the move they ask for, and the path [T, 4] that the storyboard reads."""

    spec: SceneSpec
    text: str
    move: str
    path: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Error:
    """One way to be wrong: for which moves it counts, its unit, and how it is had from a film and what was asked."""

    moves: tuple[str, ...]
    unit: str
    of: Callable[[Motion, Motion], float]


def off_the_way(found: Motion, asked: Motion) -> float:
    """The largest distance of all frames in pixels of a view 128 high."""
    return SIDE * float(np.hypot(*(found - asked)[:, :2].T).max())


def off_the_zoom(found: Motion, asked: Motion) -> float:
    """The largest error of all frames in percent."""
    return 100 * float(np.abs(found[:, 2] / asked[:, 2] - 1).max())


def off_the_roll(found: Motion, asked: Motion) -> float:
    """The largest error of all frames in degrees."""
    return float(np.degrees(np.abs(found[:, 3] - asked[:, 3]).max()))


ERRORS: Mapping[str, Error] = MappingProxyType(
    {
        "path of pans and tilts": Error(
            moves=("pan-left", "pan-right", "tilt-up", "tilt-down"), unit="px", of=off_the_way
        ),
        "path when handheld": Error(moves=("handheld",), unit="px", of=off_the_way),
        "zoom": Error(moves=("zoom-in", "zoom-out", "dolly-in", "dolly-out"), unit="%", of=off_the_zoom),
        "dolly/zoom of the place": Error(moves=("dolly-in", "dolly-out"), unit="%", of=off_the_zoom),
        "roll": Error(moves=("roll-clockwise", "roll-anticlockwise"), unit="degrees", of=off_the_roll),
        "static drift": Error(moves=("static",), unit="px", of=off_the_way),
    }
)


def measure(bench: Bench) -> Result:
    """See the module's text; beside it real clips under the same paths, and films of other prompts."""
    asked = told_scenes(bench)
    seeds = range(bench.seed, bench.seed + len(asked))
    texts = [each.text for each in asked]
    films = bench.films_of(texts, seeds, "films with a camera", window=FILMED, side=SIDE)
    found = [camera_motion(film) for some in films for film in some]
    real = [camera_motion(composed(bench, index, each)) for index, each in enumerate(asked)]
    return Result(
        metric="camera",
        figures=(*figures(asked, found, real), *subject_figures(bench)),
        method=f"{len(asked)} films, noise seeds {bench.seed} to {seeds[-1]}, prompts from seed {bench.seed}, moves in "
        "turn; a similarity is fitted to the background; errors are those of the worst frame, medians over films "
        "(px of a view 128 high); chance: each film against the other prompts; real: composed clips under the same "
        "path: what the fit itself sees at best. Tracked subjects and dollies: a quarter as many films each, of one "
        "subject, whose place and height the judge finds; chance: the same film and seed without words for the camera, "
        "or with a zoom for the dolly.",
    )


def told_scenes(bench: Bench) -> list[Asked]:
    """Scenes without a word of the camera, with such words put behind; the moves take turns."""
    generator = np.random.default_rng([bench.seed, *b"camera"])
    asked = []
    for index, prompt in enumerate(bench.prompts("seen", bench.films)):
        move = tuple(WORDINGS)[index % len(WORDINGS)]
        spec = replace(prompt.spec, camera=None)
        words = WORDINGS[move][int(generator.integers(len(WORDINGS[move])))]
        text = f"{caption(spec, generator).text.rstrip('.')} {words}"
        asked.append(Asked(spec=spec, text=text, move=move, path=asked_path(text)))
    return asked


def asked_path(text: str) -> NDArray[np.float32]:
    """Where the camera of a prompt's first shot should be in every frame, [T, 4]."""
    return plan(text).shots[0].camera.at(np.arange(FILMED.frames) / FPS)


def composed(bench: Bench, index: int, asked: Asked) -> Tensor:
    """A real clip [T, 3, H, W] of the scene under the path that was asked for."""
    if index % AT_ONCE == 0:
        bench.progress("real clips with a camera", index, bench.films)
    generator = np.random.default_rng([bench.seed, 2, index])
    scene = replace(bench.corpus.stage(asked.spec, generator, FILMED), camera=asked.path)
    known = bench.corpus.annotate([scene], FILMED)
    seconds = torch.arange(FILMED.frames) / FPS
    scroll = torch.remainder(known.weather_velocity[:, None] * seconds[None, :, None], 1.0)
    frames = compose(known.layers, torch.from_numpy(asked.path)[None], scroll, SIDE, SIDE)
    return as_shown(frames.clamp(-1, 1))[0]


def figures(asked: Sequence[Asked], found: Sequence[Motion], real: Sequence[Motion]) -> list[Figure]:
    """Every error, and the shares of films that move as asked, altogether and by move."""
    made = [error_figure(name, error, asked, found, real) for name, error in ERRORS.items()]
    still = ERRORS["static drift"]
    static = [at for at, each in enumerate(asked) if each.move in still.moves]
    calm, calm_real = (
        sum(still.of(motions[at], seen_from_first(asked[at].path)) < STILL_PIXELS for at in static)
        for motions in (found, real)
    )
    if static:
        real_share = calm_real / len(static)
        made.append(share_figure(f"static drift below {STILL_PIXELS} px", calm, len(static), real=real_share))
    wanted, shown, ceiling = ([each.move for each in asked], *(map(moves_of, each) for each in (found, real)))
    return made + class_figures(wanted, list(shown), list(ceiling))


def error_figure(
    name: str, error: Error, asked: Sequence[Asked], found: Sequence[Motion], real: Sequence[Motion]
) -> Figure:
    """The median of one error, beside that of real clips and that of films of other prompts."""
    ways = {at: seen_from_first(each.path) for at, each in enumerate(asked) if each.move in error.moves}
    own, best = ([error.of(motions[at], way) for at, way in ways.items()] for motions in (found, real))
    others = [
        error.of(motion, way) for at, way in ways.items() for other, motion in enumerate(found) if other != at
    ]
    chance, ceiling = median_or_none(others), median_or_none(best)
    return interval_figure(name, own, error.unit, chance=chance, real=ceiling)


def class_figures(
    wanted: Sequence[str], found: Sequence[frozenset[str]], real: Sequence[frozenset[str]]
) -> list[Figure]:
    """The share of films that make the move they were asked for and no other."""
    made = []
    for move in ("all", *dict.fromkeys(wanted)):
        chosen = [at for at, each in enumerate(wanted) if move in ("all", each)]
        right = [is_move(found[at], wanted[at]) for at in chosen]
        ceiling = statistics.fmean(is_move(real[at], wanted[at]) for at in chosen)
        others = [
            is_move(seen, wanted[at]) for at in chosen for other, seen in enumerate(found) if other != at
        ]
        chance = statistics.fmean(others) if others else None
        made.append(share_figure(f"move/{move}", sum(right), len(right), chance=chance, real=ceiling))
    return made


def is_move(found: frozenset[str], asked: str) -> bool:
    """Whether the moves that were found are the one asked for; of a static camera none is found."""
    return found == (frozenset() if asked == "static" else {LOOKS_LIKE.get(asked, asked)})


def moves_of(motion: Motion) -> frozenset[str]:
    """The moves that a camera makes; a dolly is a zoom here."""
    x, y, zoom, roll = without_outliers(motion).T
    tracks = {
        ("pan-left", "pan-right"): x,
        ("tilt-up", "tilt-down"): y,
        ("zoom-out", "zoom-in"): np.log(zoom) / 2,
        ("roll-anticlockwise", "roll-clockwise"): roll / 2,
    }  # in view heights at the edge of the view
    trembles = min(len(legs(track, LEAST_TREMBLE)) for track in (x, y)) >= TREMBLES
    if trembles:
        window = np.ones(TREMBLE_FRAMES) / TREMBLE_FRAMES
        tracks = {names: np.convolve(track, window, mode="valid") for names, track in tracks.items()}
    gone = {names: legs(track, LEAST_MOVE) for names, track in tracks.items()}
    least = LEAST_SHARE * max((abs(leg) for found in gone.values() for leg in found), default=0.0)
    moves = {names[leg > 0] for names, found in gone.items() for leg in found if abs(leg) >= least}
    return frozenset(moves | ({"handheld"} if trembles else set()))


def without_outliers(motion: Motion) -> Motion:
    """Every number the median of three frames: rain makes single frames hard to fit, and no camera trembles so fast."""
    padded = np.concatenate([motion[:1], motion, motion[-1:]])
    return np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)


def legs(track: NDArray[np.float64], least: float) -> list[float]:
    """How far it goes between turns, forward positive; what is shorter than `least` is neither leg nor turn."""
    turns, furthest, way = [float(track[0])], float(track[0]), 0.0
    for value in map(float, track):
        if not way and abs(value - furthest) >= least:
            way, furthest = math.copysign(1.0, value - furthest), value
        elif way * (value - furthest) > 0:
            furthest = value
        elif way * (furthest - value) >= least:
            turns.append(furthest)
            way, furthest = -way, value
    return np.diff([*turns, furthest]).tolist() if way else []


METRIC = Metric(
    name="camera",
    summary="errors of the camera's path in films whose prompts direct it, and the share that make the asked move",
    measure=measure,
    corpora=("scenes",),
)
