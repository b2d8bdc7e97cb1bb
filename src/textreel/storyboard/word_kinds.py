"""What words are about, where a storyboard must know: times of day, weather, places, travelling, framing.

The lists themselves are in ``data/words.txt``: a name, a tab, and words with spaces or phrases with "|" between.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).parent / "data" / "words.txt"
_LISTS = dict(line.split("\t", 1) for line in _FILE.read_text(encoding="utf-8").splitlines())


def words(name: str) -> frozenset[str]:
    """The words of a list."""
    return frozenset(_LISTS[name].split())


def sayings(name: str) -> tuple[str, ...]:
    """The phrases of a list, in order."""
    return tuple(_LISTS[name].split("|"))


COLOURS = words("colours")
MORE_COLOURS = COLOURS | words("more-colours")
THING_COLOURS = words("thing-colours")
"""Things that are a colour where they stand before another noun: "a sapphire kite"."""
COLOUR_STRENGTHS = words("colour-strengths")
"""Words that are one colour with the colour behind them: "pitch black"."""
COLOUR_ENDINGS = words("colour-endings")
"""Words that are a colour with the noun and the hyphen before them: "gold-plated"."""
TIME_NOUNS = words("time-nouns")
"""Times of day and seasons."""
WEATHER_NOUNS = words("weather-nouns")
WEATHER_ADJECTIVES = words("weather-adjectives")
WEATHER_VERBS = words("weather-verbs")
LIGHT_ADJECTIVES = words("light-adjectives")
BEGINNING = words("beginning")
"""Verbs by which a time or a weather comes."""
MORE_VERBS = words("more-verbs")
"""Verbs of films beside those of the language room, which the tagger may take for nouns."""
ENDING = words("ending")
"""Verbs by which a weather goes."""
SETTING_KINDS = words("setting-kinds")
"""Kinds of nouns that are a setting for everybody, and not only where one subject is."""
SEASONS = words("seasons")
SINKING = words("sinking")
"""Words by which the sun goes down."""
STARTING = words("starting")
"""Words by which a weather starts."""
OBJECT_STARTS = words("object-starts")
"""Words with which the object of a verb begins."""
AT_TIMES = words("at-times")
"""Times that stand behind "at"."""
ON_PLACES = words("on-places")
"""Places that stand behind "on"."""
IN_PLACES = words("in-places")
"""Places of several that stand behind "in", although one of them stands behind "on"."""
TRAVELLING = words("travelling")
"""Verbs that take somebody from place to place."""
PATHS = words("paths")
"""Prepositions that name a way or a goal, and not where something is."""
PLACE_PREPOSITIONS = words("place-prepositions")
PLACE_ADVERBS = words("place-adverbs")
WITH_ARTICLE = words("with-article")
"""Times and weathers that take "the" behind "in"."""
BARE_PLACES = words("bare-places")
"""Places that take no preposition."""
OPENERS = sayings("openers")
"""Words before what is shown that say only that it is shown."""
_AS_THEY_ARE = "these words go to the generator as they are"
FRAMING: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(sayings("framing"), f"a storyboard has no framing; {_AS_THEY_ARE}")
    | dict.fromkeys(sayings("film-speed"), f"a storyboard has no change of the film's speed; {_AS_THEY_ARE}")
    | dict.fromkeys(sayings("editing"), f"a storyboard does not know this; {_AS_THEY_ARE}")
)
"""Words of direction that a storyboard cannot follow, and what becomes of them."""
