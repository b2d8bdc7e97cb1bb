"""The options of a training run. A run is one recipe: a function that returns a whole TrainingConfig."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from textreel.corpora.protocol import Window
from textreel.errors import UsageError
from textreel.generator import (
    ClipsGeneratorConfig,
    LayeredGeneratorConfig,
    PlainGeneratorConfig,
    ThingsGeneratorConfig,
)
from textreel.soundtrack import SoundGeneratorConfig
from textreel.training.losses import ADVERSARIAL_LOSSES

Config = TypeVar("Config")
DISTANCES = ("absolute", "squared")
PENALTIES = ("none", "gradient", "approximated")


@dataclass(frozen=True, kw_only=True)
class CorpusConfig:
    name: str = "scenes"
    seed: int = 0
    variations: int = 24  # paintings of every place, time and weather
    subjects: tuple[str, ...] | None = None  # None: all that are at hand
    digits: tuple[int, ...] = (1,)  # how many move in a clip of the corpus `digits`
    kinds: tuple[str, ...] | None = None  # of the corpus `sounds`; None: all of them
    folder: str | None = None  # of the shards of a person's own clips
    held_out: tuple[str, ...] | None = None  # groups of own clips that are kept out; None: a tenth of them
    mirror: bool = False  # whether every second own clip is shown as in a mirror


@dataclass(frozen=True, kw_only=True)
class AdversarialConfig:
    loss: str = "non-saturating"
    judges: tuple[str, ...] = ("frame", "motion", "sprite")
    weight: float = 0.05  # of the adversarial term in the generator's loss; 0 switches the game off
    start_step: int = 2000  # the game begins here: first the pictures have to resemble something
    ramp_steps: int = 500  # the weight grows linearly over so many steps
    mismatch_weight: float = 0.5  # of real clips under a wrong caption
    penalty: str = "approximated"
    penalty_every: int = 4
    r1_gamma: float = 0.3
    r2_gamma: float = 0.3
    penalty_deviation: float = 0.05  # of the noise of the approximated penalty
    learning_rate: float = 2e-4
    betas: tuple[float, float] = (0.0, 0.99)

    def __post_init__(self) -> None:
        require(self.loss in ADVERSARIAL_LOSSES, "loss", f"one of {', '.join(ADVERSARIAL_LOSSES)}", self.loss)
        require(self.penalty in PENALTIES, "penalty", f"one of {', '.join(PENALTIES)}", self.penalty)
        require(self.weight >= 0, "weight", "at least 0", self.weight)
        require(self.penalty_every >= 1, "penalty_every", "at least 1", self.penalty_every)


@dataclass(frozen=True, kw_only=True)
class LayerWeights:
    """Weights of the auxiliary losses: on the layers that a composing corpus knows, or on whole frames."""

    frames: float = 10.0  # of generators that know no layers
    canvas: float = 10.0
    sprites: float = 8.0
    poses: float = 4.0
    composite: float = 1.0
    weather: float = 2.0
    reading: float = 0.1  # attributes read from the contexts by linear heads
    facts: float = 1.0  # tint, light, presence, clocks, weather velocity


@dataclass(frozen=True, kw_only=True)
class CodesConfig:
    """How codes are learned from clips whose layers nobody knows."""

    distance: str = "absolute"  # of pixels; "squared" for sparse pictures, whose median is empty
    moving_weight: float = 4.0  # how much more pixels count the further they are from the clip's mean frame
    content_weight: float = 0.005  # of the divergence of content codes from the standard normal, per nat
    motion_weight: float = 0.01  # of the divergence of motion codes from what the prior expects, per nat
    hold_steps: int = 0  # without either divergence
    warmup_steps: int = 500  # after these, over which their weights grow
    expected_weight: float = 0.3  # of the picture that words alone make of a thing, beside the coded one
    unseen_steps: int = 0  # in which things are found by standing out: no picture shows them yet
    single_steps: int = 0  # in which only clips that show one thing are learned from: all words are about it
    sharp_steps: int = 0  # at the end, in which pictures of things are learned by absolute distance
    led_steps: int = 0  # in which ways are learned mostly by being led along them, before they count alone
    annotations: bool = True  # whether what a corpus knows of where things are is used
    painted_every: int = 2  # one of so many frames is painted and judged; all are read and followed

    def __post_init__(self) -> None:
        require(self.painted_every >= 1, "painted_every", "at least 1", self.painted_every)
        require(self.distance in DISTANCES, "distance", f"one of {', '.join(DISTANCES)}", self.distance)

    def warmth(self, step: int) -> float:
        """The share of its weight that a divergence has at a step."""
        return min(1.0, max(0.0, (step - self.hold_steps) / max(1, self.warmup_steps)))


@dataclass(frozen=True, kw_only=True)
class SoundsConfig:
    """How sounds are learned: the vocoder alone, then what it is given, then both with the judges."""

    vocoder_steps: int = 0  # of making recordings heard again from their features
    imagining_steps: int = 0  # of features alone
    lesson_batch: int = 16
    features_weight: float = 1.0
    spectra_weight: float = 0.5  # of the distance of spectra of the samples themselves
    rhythm_weight: float = (
        0.1  # of how far beat and bursts as words and codes say them are from the real ones
    )
    content_weight: float = 0.002  # of the divergence of content codes from the standard normal, per nat
    imagined_share: float = 0.5  # of the sounds in the game come from noise alone


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """A whole run. Unknown keys are refused when it is read back from JSON."""

    recipe: str
    generator: (
        LayeredGeneratorConfig
        | PlainGeneratorConfig
        | ClipsGeneratorConfig
        | ThingsGeneratorConfig
        | SoundGeneratorConfig
    ) = field(default_factory=LayeredGeneratorConfig)
    corpus: CorpusConfig = field(default_factory=CorpusConfig)
    adversarial: AdversarialConfig = field(default_factory=AdversarialConfig)
    layers: LayerWeights = field(default_factory=LayerWeights)
    codes: CodesConfig = field(default_factory=CodesConfig)
    sounds: SoundsConfig = field(default_factory=SoundsConfig)
    window: Window = field(default_factory=Window)
    seed: int = 0
    steps: int = 10_000
    batch: int = 16
    side: int = 128
    learning_rate: float = 1e-3
    final_learning_rate: float = 1e-4  # reached at the last step along half a cosine
    warmup_steps: int = 50
    betas: tuple[float, float] = (0.9, 0.99)
    gradient_norm: float = 1.0  # larger gradients of the generator are scaled down to this
    ema_decay: float = 0.999
    reading_steps: int = 1000  # of captions alone, before step 0
    reading_batch: int = 128
    place_steps: int = 2000  # of places alone, after the reading and before step 0
    place_batch: int = 16
    subject_steps: int = 3000  # of subjects alone, after the places and before step 0
    subject_batch: int = 24
    pose_steps: int = 1500  # of the ways that subjects go, unpainted, after the subjects and before step 0
    pose_batch: int = 96
    lessons_again: bool = False  # whether a run that begins with other weights has these lessons too
    reading_share: float = 0.1  # of the learning rate, for the parts that read, once painting begins
    reading_disturbance: float = 1.3  # how far word vectors are moved towards other words while only reading
    word_disturbance: float = 0.5  # the same while painting, so that synonyms work
    disturbed_words: float = 0.4  # share of the words that are moved
    compile: bool = False  # the decoders (needs a C++ compiler): a minute at the start, then a third faster
    precision: str = "auto"  # bf16-mixed where the processor multiplies it fast, else 32-true
    checkpoint_every: int = 200
    sheet_every: int = 200
    sheet_seconds: float = 300.0  # after so long a sheet is drawn, however few steps that were

    def __post_init__(self) -> None:
        require(self.steps >= 1, "steps", "at least 1", self.steps)
        require(self.batch >= 1, "batch", "at least 1", self.batch)
        require(0 <= self.ema_decay < 1, "ema_decay", "in [0, 1)", self.ema_decay)
        require(self.reading_steps >= 0, "reading_steps", "at least 0", self.reading_steps)
        require(self.place_steps >= 0, "place_steps", "at least 0", self.place_steps)
        require(self.pose_steps >= 0, "pose_steps", "at least 0", self.pose_steps)
        require(self.subject_steps >= 0, "subject_steps", "at least 0", self.subject_steps)
        require(self.seed >= 0, "seed", "at least 0", self.seed)
        require(self.checkpoint_every >= 1, "checkpoint_every", "at least 1", self.checkpoint_every)
        require(self.sheet_every >= 1, "sheet_every", "at least 1", self.sheet_every)
        require(self.sheet_seconds > 0, "sheet_seconds", "above 0", self.sheet_seconds)
        require(self.learning_rate > 0, "learning_rate", "above 0", self.learning_rate)
        require_no_negative(self)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainingConfig":
        """The configuration that :meth:`to_dict` gave; options that it does not name keep their defaults.

        Raises:
            UsageError: an option is unknown, or has a value that it cannot have.
        """
        return read_dataclass(cls, values)


def require(holds: bool, name: str, rule: str, given: object) -> None:
    """Raise a UsageError that names the field, unless the rule holds."""
    if not holds:
        raise UsageError(f"{name} must be {rule}, got {given!r}.")


def require_no_negative(config: object, path: str = "") -> None:
    """Raise a UsageError for the first number that is below 0 or not finite; no option of a run may be."""
    values = config if isinstance(config, dict) else vars(config)
    for name, value in values.items():
        if is_dataclass(value) or isinstance(value, dict):
            require_no_negative(value, f"{path}{name}.")
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float):
                require(0 <= number < math.inf, f"{path}{name}", "a number from 0 on", number)


def override(config: Config, changes: dict[str, Any]) -> Config:
    """A configuration dataclass with other values for some options, each named by its path: ``adversarial.weight``.

    Raises:
        UsageError: there is no such option, or it cannot have that value.
    """
    values = asdict(config)  # type: ignore[call-overload]
    for path, value in changes.items():
        *groups, name = path.split(".")
        place: Any = values
        for group in groups:
            place = place.get(group) if isinstance(place, dict) else None
        if not isinstance(place, dict) or name not in place:
            raise UsageError(f"There is no option {path!r}: options.json of a run lists them all.")
        place[name] = value
    return read_dataclass(type(config), values)


def differences(saved: dict[str, Any], given: dict[str, Any], group: str = "") -> dict[str, tuple[Any, Any]]:
    """The options in which two configurations differ, by their paths: what was saved, and what is given."""
    found: dict[str, tuple[Any, Any]] = {}
    for name in saved | given:
        was, now = saved.get(name), given.get(name)
        if isinstance(was, dict) and isinstance(now, dict):
            found |= differences(was, now, f"{group}{name}.")
        elif was != now:
            found[group + name] = was, now
    return found


def read_dataclass(kind: type[Config], values: dict[str, Any]) -> Config:
    """A (nested) configuration from plain JSON values; unknown keys and values of another type are refused."""
    names = {part.name for part in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(values) - names)
    if unknown:
        raise UsageError(f"{kind.__name__} has no option {unknown[0]!r}; it has {', '.join(sorted(names))}.")
    hints = get_type_hints(kind)
    try:
        return kind(**{name: read_value(name, hints[name], value) for name, value in values.items()})
    except UsageError:
        raise
    except (TypeError, ValueError) as error:
        raise UsageError(f"{kind.__name__} cannot be made of these options: {error}.") from error


def read_kind(name: str, choices: Sequence[Any], value: Any) -> Any:
    """One of several groups of options, told apart by the option `kind`; the first if it is not given."""
    require(isinstance(value, dict), name, "a group of options", value)
    kinds = {choice.kind: choice for choice in choices}
    kind = value.get("kind", next(iter(kinds)))
    require(kind in kinds, f"{name}.kind", f"one of {', '.join(kinds)}", kind)
    return read_dataclass(kinds[kind], value)


def read_value(name: str, hint: Any, value: Any) -> Any:
    """A JSON value as the type that an option has."""
    if is_dataclass(hint) and isinstance(hint, type):
        require(isinstance(value, dict), name, "a group of options", value)
        return read_dataclass(hint, value)
    if isinstance(hint, UnionType):
        choices = [choice for choice in get_args(hint) if is_dataclass(choice)]
        if len(choices) > 1:
            return read_kind(name, choices, value)
        return None if value is None else read_value(name, get_args(hint)[0], value)
    if get_origin(hint) is dict:
        require(isinstance(value, dict), name, "a group of lists", value)
        return {key: read_value(f"{name}.{key}", get_args(hint)[1], part) for key, part in value.items()}
    if get_origin(hint) is tuple:
        require(isinstance(value, list | tuple), name, "a list", value)
        parts = get_args(hint)
        kinds = [parts[0]] * len(value) if parts[-1] is Ellipsis else parts
        require(len(kinds) == len(value), name, f"a list of {len(kinds)}", value)
        return tuple(read_value(name, kind, part) for kind, part in zip(kinds, value, strict=True))
    accepted = (int, float) if hint is float else hint
    fits = isinstance(value, accepted) and (hint is bool or not isinstance(value, bool))
    require(
        fits, name, {int: "a whole number", float: "a number", bool: "true or false"}.get(hint, "text"), value
    )
    return value
