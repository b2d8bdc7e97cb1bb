"""What is to be heard of a shot: its subjects' voices and steps, what falls and bounces, the weather, the place.

Cues come from what the picture generator takes the words to mean (so that sound and picture show the same) and from
the words themselves. Each keeps the words that caused it; what is silent says why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from textreel.corpora.scenes.subjects import BY_NAME as SUBJECTS
from textreel.corpora.sounds.kinds import BY_NAME as KINDS
from textreel.language.tokens import Span, split, tokenize
from textreel.soundtrack.lexicon import OF_SUBJECTS, Lexicon
from textreel.storyboard.sounds import SoundDirections, SoundWord, sound_directions
from textreel.types import Scenery, TextSpan

GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "savanna": "steps on grass",
        "beach": "steps on sand",
        "forest": "steps on leaves",
        "desert": "steps on sand",
        "snow": "steps on snow",
        "mountains": "steps on stone",
        "city": "steps on stone",
        "meadow": "steps on grass",
    }
)
"""What is heard of a foot in each setting; where it is not named nobody stands on a ground."""
HARD = frozenset(("city", "mountains", "savanna", "meadow"))
HOOFED = frozenset(("horse", "zebra", "cow", "deer", "camel", "giraffe", "sheep", "pig"))
FOOTLESS = frozenset(("snake", "crab", "turtle"))
WALKERS = frozenset(("robot",))
BEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "savanna": ("wind", "birdsong"),
        "beach": ("waves",),
        "forest": ("birdsong", "wind"),
        "desert": ("wind",),
        "snow": ("wind",),
        "mountains": ("wind",),
        "city": ("city",),
        "sea": ("waves", "wind"),
        "underwater": ("underwater",),
        "meadow": ("birdsong", "wind"),
        "sky": ("wind",),
        "space": ("space",),
    }
)
"""The bed of each setting; at night the birds sleep and the crickets sing."""
PLACES = frozenset(bed for beds in BEDS.values() for bed in beds) | {"night", "crowd"}
WEATHERS = frozenset(("rain", "wind", "storm"))
OF_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "thunder": "thunder",
        "ring": "bell",
        "chime": "bell",
        "toll": "bell",
        "splash": "splash",
        "tick": "clock",
        "slam": "door",
        "crackle": "fire",
        "patter": "rain",
        "rustle": "steps on leaves",
        "whoosh": "whoosh",
        "thud": "thud",
        "clang": "metal",
        "honk": "car horn",
        "clop": "hooves",
        "clatter": "hooves",
    }
)
"""What a verb of sound is heard as where it is not a voice."""


@dataclass(frozen=True, kw_only=True)
class Cue:
    """Something that is heard in a shot.

    Attributes:
        kind: its name in the list of kinds.
        role: voice, steps, impacts, whoosh (these follow the picture's events), thing, weather or bed.
        slot: the subject that makes it; None is no subject.
        words: what caused it; None is what was left unsaid (a place has its bed).
        asked: whether a verb says that it is heard: it then happens whatever the picture's clocks say.
    """

    kind: str
    role: str
    slot: int | None = None
    words: TextSpan | None = None
    asked: bool = False

    @property
    def manner(self) -> str:
        """event or steady."""
        return KINDS[self.kind].manner


@dataclass(frozen=True, kw_only=True)
class Silence:
    """Something that is not heard, and why."""

    words: TextSpan
    reason: str


@dataclass(frozen=True, kw_only=True)
class CueSheet:
    """Everything that is to be heard of a shot, what is not, and how."""

    cues: tuple[Cue, ...]
    silences: tuple[Silence, ...]
    directions: SoundDirections

    @property
    def heard_words(self) -> frozenset[str]:
        """The words, in lower case, of which something is heard: voices, things, how loud, how far, echo."""
        said, kinds = self.directions, {cue.kind for cue in self.cues}
        own = {verb for kind in kinds for verb in KINDS[kind].verbs}
        verbs = (verb.words for verb in said.verbs if verb.base in own or OF_VERBS.get(verb.base) in kinds)
        places = (said.distant, said.near, said.coming, said.going)
        spans = [*(cue.words for cue in self.cues), *verbs, *places, said.level_words, said.silent, said.echo]
        return frozenset(word for span in spans if span is not None for word in tokenize(span.text.lower()))


def cue_sheet(text: str, scenery: Scenery, lexicon: Lexicon) -> CueSheet:
    """Plan the sound of a shot from its words and what the picture shows."""
    directions = sound_directions(text)
    if directions.silent is not None:
        return CueSheet(cues=(), silences=(), directions=directions)
    words = [span for span in split(text) if span.is_word]
    cues: list[Cue] = []
    silences: list[Silence] = []
    for slot, subject in enumerate(scenery.subjects):
        if subject:
            said = named(subject, text, words, lexicon)
            voice = voice_of(subject, slot, said, directions)
            if voice is not None:
                cues.append(voice)
            elif (words_for_it := said or (naming(words, lexicon) if slot == 0 else None)) is not None:
                silences += silent(subject, words_for_it)
            cues += movement(slot, subject, scenery)
    cues += others(words, text, scenery, lexicon, cues)
    cues += of_verbs(directions, cues)
    cues += surroundings(scenery, cues)
    # Two of a kind are named by the same words, and told of once.
    told = tuple(dict.fromkeys(silences))
    return CueSheet(cues=tuple(distinct(cues)), silences=told, directions=directions)


def named(subject: str, text: str, words: list[Span], lexicon: Lexicon) -> TextSpan | None:
    """The words that name a subject, or a thing with the same voice."""
    lowered = text.lower()
    for name in SUBJECTS[subject].words if subject in SUBJECTS else ():
        if " " in name and name in lowered:
            at = lowered.index(name)
            return TextSpan(text=text[at : at + len(name)], start=at, end=at + len(name))
    voice = OF_SUBJECTS.get(subject)
    for span in words:
        meaning = lexicon.kind_of(span.text)
        if meaning is not None and (meaning.noun == subject or (voice is not None and meaning.kind == voice)):
            return whole(span)
    return None


def naming(words: list[Span], lexicon: Lexicon) -> TextSpan | None:
    """The first word for something that is known to have no sound."""
    for span in words:
        meaning = lexicon.kind_of(span.text)
        if meaning is not None and meaning.kind is None:
            return whole(span)
    return None


def voice_of(subject: str, slot: int, said: TextSpan | None, directions: SoundDirections) -> Cue | None:
    """The voice of a subject: only where the words name it, so that nobody has another animal's."""
    voice = OF_SUBJECTS.get(subject)
    if voice is None or said is None:
        return None
    own = {*KINDS[voice].verbs, "call", "cry", "sing", "scream", "roar"}
    verb = next((each for each in directions.verbs if each.base in own), None) if slot == 0 else None
    return Cue(
        kind=voice, role="voice", slot=slot, words=verb.words if verb else said, asked=verb is not None
    )


def silent(subject: str, said: TextSpan) -> Iterator[Silence]:
    """Why a subject that lives or runs, and that the words ask for, is not heard."""
    known = SUBJECTS.get(subject)
    if known is None or not (known.calls or known.kind in ("animal", "vehicle")):
        return
    yield Silence(words=said, reason=f"no sound of {said.text!r} is known, so that it is silent")


def movement(slot: int, subject: str, scenery: Scenery) -> Iterator[Cue]:
    """What is heard of a subject that moves: steps on the ground, impacts, the air that it moves."""
    known = SUBJECTS.get(subject)
    motion = scenery.motions[slot] if slot < len(scenery.motions) else ""
    grounded = known is None or known.medium == "ground"
    walks = known is None or known.kind == "animal" or subject in WALKERS
    if walks and grounded and subject not in FOOTLESS and scenery.setting in GROUNDS:
        hooves = subject in HOOFED and scenery.setting in HARD
        yield Cue(kind="hooves" if hooves else GROUNDS[scenery.setting], role="steps", slot=slot)
    if motion in ("bounce", "jump") or not motion:
        wet = scenery.setting in ("sea", "underwater")
        kind = "splash" if wet else "ball" if subject == "ball" else "thud"
        yield Cue(kind=kind, role="impacts", slot=slot)
    if motion in ("spin", "circle", "fall", "approach", "recede"):
        yield Cue(kind="whoosh", role="whoosh", slot=slot)


def others(
    words: list[Span], text: str, scenery: Scenery, lexicon: Lexicon, cues: list[Cue]
) -> Iterator[Cue]:
    """Things with a sound that the words name beside the subjects: thunder, a bell, a crowd, a river."""
    lowered = text.lower()
    phrases = [
        name for subject in scenery.subjects if subject in SUBJECTS for name in SUBJECTS[subject].words
    ]
    covered = {part for name in phrases if " " in name and name in lowered for part in name.split()}
    taken = {cue.kind for cue in cues} | {OF_SUBJECTS.get(subject, "") for subject in scenery.subjects}
    animals = {kind for subject, kind in OF_SUBJECTS.items() if SUBJECTS[subject].kind == "animal"}
    verbs = {verb.words.start for verb in sound_directions(text).verbs}
    for span in words:
        meaning = None if span.start in verbs else lexicon.kind_of(span.text)
        if meaning is None or meaning.kind is None or span.text.lower() in covered or meaning.kind in taken:
            continue
        if meaning.likeness < 1 or meaning.kind in animals:
            continue  # a guess, or an animal that the picture does not show: better silent than wrong
        role = "bed" if meaning.kind in PLACES else "weather" if meaning.kind in WEATHERS else "thing"
        taken.add(meaning.kind)
        yield Cue(kind=meaning.kind, role=role, words=whole(span), asked=role == "thing")


def of_verbs(directions: SoundDirections, cues: list[Cue]) -> Iterator[Cue]:
    """What verbs of sound ask for beside voices."""
    taken = {cue.kind for cue in cues}
    voiced = any(cue.role == "voice" and cue.asked for cue in cues)
    for verb in directions.verbs:
        kind = OF_VERBS.get(verb.base)
        if kind is not None and kind not in taken and not (voiced and is_voice(verb, cues)):
            yield Cue(kind=kind, role="thing", words=verb.words, asked=True)


def is_voice(verb: SoundWord, cues: list[Cue]) -> bool:
    """Whether the verb was taken to be a subject's voice already."""
    return any(cue.words == verb.words for cue in cues)


def surroundings(scenery: Scenery, cues: list[Cue]) -> Iterator[Cue]:
    """The weather and the bed of the place."""
    taken = {cue.kind for cue in cues}
    if scenery.weather == "rain" and "rain" not in taken:
        yield Cue(kind="rain", role="weather")
    for bed in BEDS.get(scenery.setting, ()):
        kind = "night" if bed == "birdsong" and scenery.time == "night" else bed
        if kind not in taken and not (kind == "birdsong" and scenery.weather in ("rain", "snow")):
            yield Cue(kind=kind, role="bed")


def distinct(cues: list[Cue]) -> list[Cue]:
    """Each kind once for each subject."""
    found: dict[tuple[str, int | None], Cue] = {}
    for cue in cues:
        found.setdefault((cue.kind, cue.slot), cue)
    return list(found.values())


def whole(span: Span) -> TextSpan:
    """A token as a stretch of the text."""
    return TextSpan(text=span.text, start=span.start, end=span.end)
