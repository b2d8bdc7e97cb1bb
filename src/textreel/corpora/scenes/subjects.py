"""The subjects of the scenes corpus: what each is called, where it lives, and which way its art looks.

The art is the animated Fluent emoji, found by code point; `sprites` turns it into arrays in which every
directional subject looks right.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["animal", "vehicle", "weather", "thing"]
Medium = Literal["ground", "air", "water", "float"]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One thing a caption can name.

    Attributes:
        name: the canonical noun; always `words[0]`.
        hexcode: code point of the emoji, lower case, variation selector kept: also the file name of its art.
        words: singular nouns captions may use.
        held_out_words: single words close in meaning that no caption ever uses.
        kind: animal, vehicle, weather or thing.
        home: the setting it is shown in when a caption names none.
        medium: ground (stands), air (flies), water (swims or sails), float (hangs anywhere).
        faces: the way the original art looks: -1 left, +1 right, 0 to the front.
        calls: whether it makes a voice or engine call.
        animated: whether the art moves by itself.
        kept_height: upper part of the art that is kept, 0..1; below it the ships bring a piece of sea along.
    """

    name: str
    hexcode: str
    words: tuple[str, ...]
    held_out_words: tuple[str, ...]
    kind: Kind
    home: str
    medium: Medium
    faces: int
    calls: bool
    animated: bool = True
    kept_height: float = 1.0


def _subject(
    kind: Kind,
    words: str,
    hexcode: str,
    home: str,
    medium: Medium,
    faces: int,
    *,
    held_out: str = "",
    calls: bool = False,
    animated: bool = True,
    kept_height: float = 1.0,
) -> Subject:
    names = tuple(word.strip() for word in words.split(","))
    return Subject(
        name=names[0],
        hexcode=hexcode,
        words=names,
        held_out_words=tuple(held_out.split()),
        kind=kind,
        home=home,
        medium=medium,
        faces=faces,
        calls=calls,
        animated=animated,
        kept_height=kept_height,
    )


def _animal(
    words: str,
    hexcode: str,
    home: str,
    medium: Medium,
    faces: int,
    *,
    held_out: str = "",
    calls: bool = False,
) -> Subject:
    return _subject("animal", words, hexcode, home, medium, faces, held_out=held_out, calls=calls)


_ANIMALS: tuple[Subject, ...] = (
    _animal("lion, lion cub, cub", "1f981", "savanna", "ground", 0, held_out="lioness", calls=True),
    _animal("tiger", "1f405", "forest", "ground", -1, calls=True),
    _animal("zebra", "1f993", "savanna", "ground", -1),
    _animal("elephant", "1f418", "savanna", "ground", -1, calls=True),
    _animal("giraffe", "1f992", "savanna", "ground", -1),
    _animal(
        "horse, mare, pony", "1f40e", "meadow", "ground", -1, held_out="stallion racehorse colt", calls=True
    ),
    _animal("dog, hound", "1f415", "meadow", "ground", -1, held_out="puppy canine", calls=True),
    _animal("cat, kitten, tomcat", "1f408", "city", "ground", -1, held_out="kitty", calls=True),
    _animal("cow, heifer", "1f404", "meadow", "ground", -1, held_out="bovine", calls=True),
    _animal("pig, piglet", "1f416", "meadow", "ground", -1, held_out="hog", calls=True),
    _animal("rooster, hen, chicken", "1f413", "meadow", "ground", -1, calls=True),
    _animal("sheep, ewe, lamb", "1f411", "meadow", "ground", -1, calls=True),
    _animal("fox, vixen", "1f98a", "forest", "ground", 0, calls=True),
    _animal("wolf", "1f43a", "snow", "ground", 0, calls=True),
    _animal("rabbit, bunny, hare", "1f407", "meadow", "ground", -1),
    _animal("bear, grizzly", "1f43b", "forest", "ground", 0, calls=True),
    _animal("monkey, chimpanzee", "1f412", "forest", "ground", -1, held_out="ape", calls=True),
    _animal(
        "snake, serpent, cobra, python",
        "1f40d",
        "desert",
        "ground",
        -1,
        held_out="viper rattlesnake",
        calls=True,
    ),
    _animal("camel", "1f42a", "desert", "ground", -1, held_out="dromedary"),
    _animal("deer, stag", "1f98c", "forest", "ground", -1, held_out="elk antelope moose"),
    _animal("kangaroo", "1f998", "savanna", "ground", -1, held_out="wallaby"),
    _animal("dinosaur", "1f996", "mountains", "ground", -1, held_out="tyrannosaurus", calls=True),
    _animal("penguin", "1f427", "snow", "ground", 0, calls=True),
    _animal("flamingo", "1f9a9", "beach", "ground", -1),
    _animal("frog", "1f438", "forest", "ground", 0, held_out="toad", calls=True),
    _animal("turtle", "1f422", "beach", "ground", -1, held_out="tortoise"),
    _animal("crab", "1f980", "beach", "ground", 0, held_out="lobster"),
    _animal("owl", "1f989", "forest", "ground", 0, calls=True),
    _animal("parrot", "1f99c", "forest", "ground", -1, held_out="macaw", calls=True),
    _animal("eagle, hawk", "1f985", "mountains", "air", -1, held_out="falcon", calls=True),
    _animal("butterfly, moth", "1f98b", "meadow", "air", 0),
    _animal("bee, honeybee, bumblebee", "1f41d", "meadow", "air", -1, held_out="wasp", calls=True),
    _animal("duck, mallard, duckling", "1f986", "sea", "water", -1, held_out="goose", calls=True),
    _animal("shark", "1f988", "underwater", "water", -1),
    _animal("whale", "1f40b", "sea", "water", -1, held_out="orca humpback", calls=True),
    _animal("dolphin", "1f42c", "sea", "water", -1, held_out="porpoise", calls=True),
    _animal("fish", "1f41f", "underwater", "water", -1, held_out="trout salmon tuna"),
    _animal("octopus", "1f419", "underwater", "water", 0, held_out="squid"),
)

_VEHICLES: tuple[Subject, ...] = (
    _subject("vehicle", "car", "1f697", "city", "ground", -1, held_out="automobile sedan suv", calls=True),
    _subject("vehicle", "bus", "1f68c", "city", "ground", -1, calls=True),
    _subject("vehicle", "taxi, cab", "1f695", "city", "ground", -1, held_out="taxicab", calls=True),
    _subject("vehicle", "police car, patrol car", "1f693", "city", "ground", -1, calls=True),
    _subject("vehicle", "fire engine, fire truck, firetruck", "1f692", "city", "ground", -1, calls=True),
    _subject("vehicle", "tractor", "1f69c", "meadow", "ground", -1, calls=True),
    _subject(
        "vehicle",
        "motorcycle, motorbike",
        "1f3cd-fe0f",
        "desert",
        "ground",
        -1,
        held_out="moped scooter",
        calls=True,
    ),
    _subject("vehicle", "bicycle, bike", "1f6b2", "beach", "ground", -1, animated=False),
    _subject("vehicle", "train", "1f682", "mountains", "ground", -1, held_out="locomotive", calls=True),
    _subject(
        "vehicle",
        "sailboat, yacht",
        "26f5",
        "sea",
        "water",
        -1,
        held_out="catamaran dinghy sloop",
        kept_height=0.755,
    ),
    _subject(
        "vehicle",
        "ship, steamship",
        "1f6a2",
        "sea",
        "water",
        -1,
        held_out="vessel ferry freighter liner",
        calls=True,
        kept_height=0.855,
    ),
    _subject("vehicle", "helicopter", "1f681", "sky", "air", -1, held_out="chopper", calls=True),
    _subject(
        "vehicle",
        "airplane, plane",
        "2708-fe0f",
        "sky",
        "air",
        1,
        held_out="jet airliner aircraft jetliner",
        calls=True,
    ),
    _subject("vehicle", "rocket", "1f680", "space", "float", 1, held_out="missile", calls=True),
    _subject("vehicle", "ufo, flying saucer, spaceship", "1f6f8", "space", "float", 0, calls=True),
)

_WEATHER: tuple[Subject, ...] = (
    _subject("weather", "cloud, thundercloud", "1f329-fe0f", "sky", "float", 0, calls=True),
    _subject(
        "weather",
        "tornado, twister, whirlwind",
        "1f32a-fe0f",
        "savanna",
        "ground",
        0,
        held_out="cyclone typhoon",
        calls=True,
    ),
    _subject("weather", "rainbow", "1f308", "sky", "float", 0),
    _subject("weather", "sun", "1f31e", "sky", "float", 0),
    _subject("weather", "moon", "1f31d", "space", "float", 0),
    _subject("weather", "comet, meteor", "2604-fe0f", "space", "float", -1, held_out="asteroid meteorite"),
    _subject(
        "weather",
        "fire, flame",
        "1f525",
        "desert",
        "ground",
        0,
        held_out="bonfire blaze campfire",
        calls=True,
    ),
    _subject("weather", "snowman", "26c4", "snow", "ground", 0),
)

_THINGS: tuple[Subject, ...] = (
    _subject(
        "thing",
        "ball, soccer ball",
        "26bd",
        "beach",
        "ground",
        0,
        held_out="football basketball",
        animated=False,
    ),
    _subject("thing", "balloon", "1f388", "sky", "float", 0, animated=False),
    _subject("thing", "kite", "1fa81", "beach", "float", 0, animated=False),
    _subject("thing", "star", "2b50", "space", "float", 0),
    _subject("thing", "ghost, phantom, ghoul", "1f47b", "forest", "float", 0, held_out="spectre", calls=True),
    _subject(
        "thing", "robot, droid", "1f916", "city", "ground", 0, held_out="android humanoid cyborg", calls=True
    ),
    _subject("thing", "pumpkin", "1f383", "meadow", "ground", 0, held_out="gourd"),
    _subject("thing", "umbrella, parasol", "2602-fe0f", "beach", "ground", 0),
    _subject("thing", "clock, alarm clock", "23f0", "city", "ground", 0, held_out="timer", calls=True),
)

SUBJECTS: tuple[Subject, ...] = _ANIMALS + _VEHICLES + _WEATHER + _THINGS
"""Every subject of the corpus, in an order that never changes."""

BY_NAME: dict[str, Subject] = {subject.name: subject for subject in SUBJECTS}
"""The subjects by their canonical name."""
