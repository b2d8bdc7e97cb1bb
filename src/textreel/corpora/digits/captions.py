"""Other wordings of the protocol's captions, for training: a quarter of them, so that its own stay the rule."""

from collections.abc import Sequence

from numpy.random import Generator

from textreel.corpora.digits.protocol import Mover, caption

REWORDED_SHARE = 0.25
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NAMINGS = ("digit {}", "the digit {}", "a {}", "the number {}")
VERBS = ("is moving", "moves", "is going", "goes", "bounces", "is bouncing", "slides")
DIRECTIONS = {
    "horizontal": ("left and right", "from left to right and back", "horizontally", "right and left"),
    "vertical": ("up and down", "down and up", "vertically", "from top to bottom and back"),
}
JOINTS = (" and ", " while ", ", and ")


def say(movers: Sequence[Mover], generator: Generator, *, reworded_share: float = REWORDED_SHARE) -> str:
    """A caption: the protocol's own, or now and then another one that says the same in the same order."""
    if generator.random() >= reworded_share:
        return caption(movers)
    return pick(JOINTS, generator).join(reword(mover, generator) for mover in movers)


def reword(mover: Mover, generator: Generator) -> str:
    """One mover in other words, its digit as a numeral or as a word."""
    digit = NUMERALS[int(mover.digit)] if generator.random() < 0.5 else mover.digit
    naming, verb = pick(NAMINGS, generator).format(digit), pick(VERBS, generator)
    return f"{naming} {verb} {pick(DIRECTIONS[mover.motion], generator)}"


def pick(choices: Sequence[str], generator: Generator) -> str:
    """One of them, all equally likely."""
    return choices[int(generator.integers(len(choices)))]
