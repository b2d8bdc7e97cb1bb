"""From labelled spans to a scene: concepts, counts, links, and a reason for each word that shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from textreel.language.reader.labels import MENTIONS
from textreel.language.reader.phrases import (
    activity_of,
    circumstances,
    concept_of,
    is_plural,
    known_part,
    looks,
    place_of,
    relations,
)
from textreel.language.reader.tagger import TaggedSpan
from textreel.language.tokens import Span, normal_form, split
from textreel.language.word_lists import is_stop_word
from textreel.scene import (
    MAX_COLOURS,
    MAX_COUNT,
    MAX_SUBJECTS,
    LeftOut,
    Look,
    Named,
    Place,
    Relation,
    Scene,
    Subject,
)
from textreel.types import TextSpan
from textreel.world.words import Slot

FILM_WORDS = Path(__file__).parent / "data" / "film-words.txt"
NAMING = ("look", "subject", "place", "quality", "style")
SHOWN = ("subject", "look", "part", "action", "place", "weather")
DIRECTIONS = ("camera", "transition", "length", "sound", "dialogue")
ASKING = ("time", "weather", "style", "place", "quality")
MOST_JOINED = 3  # spans before a noun that may be part of its name
PLURAL_COUNT = 3  # of "birds" without a number
FILM_PACES = ("slow motion", "time lapse")
DEFINITE = frozenset({"the", "this", "that", "its", "his", "her", "their"})
PARTING = frozenset({"and", "&", "is", "are"})
BEING = frozenset({"is", "are", "was", "were", "looks", "and", ",", "very"})
JOINING = frozenset({"and", ",", "a", "an", "the", "&", "very", "-"})


@dataclass(frozen=True, kw_only=True)
class FilmWords:
    """Words that direct the film and show nothing: of the camera, a transition, a length, a sound, speech or form.

    Attributes:
        kind: which of these.
        words: where they stand.
        value: what they ask of the camera, such as "zoom in"; "" where the words say it themselves.
    """

    kind: str
    words: TextSpan
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class SceneReading:
    """What the words of one shot mean: its scene, the words that direct the film, and all labelled spans."""

    scene: Scene
    film_words: tuple[FilmWords, ...] = ()
    spans: tuple[TaggedSpan, ...] = ()


@cache
def film_words() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Return the values of each table with their phrases, the longest phrases first."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for line in FILM_WORDS.read_text(encoding="utf-8").splitlines():
        head, _, phrases = line.partition(" = ")
        table, _, value = head.partition(" ")
        if not line.startswith("#"):
            found.setdefault(table, []).extend((value, tuple(each.split())) for each in phrases.split(" | "))
    return {table: sorted(entries, key=_length, reverse=True) for table, entries in found.items()}


def _length(entry: tuple[str, tuple[str, ...]]) -> tuple[int, int]:
    return len(entry[1]), sum(map(len, entry[1]))


def meaning(table: str, text: str) -> str | None:
    """Return what words of film direction mean by one of the tables, None if nothing that is known."""
    words = [normal_form(token.text) for token in split(text)]
    for value, phrase in film_words()[table]:
        if all(any(_begins(word, part) for word in words) for part in phrase):
            return value
    return None


def _begins(word: str, part: str) -> bool:
    return word == part or (len(part) > 2 and word.startswith(part))


@cache
def small_words() -> frozenset[str]:
    """Return the words that say nothing by themselves, beside the stop words: "across", "wearing", "shows"."""
    return frozenset(word for _, phrase in film_words()["small"] for word in phrase)


def is_content(token: Span) -> bool:
    """Tell whether a token is a word that asks for something, and so has to be accounted for."""
    word = normal_form(token.text)
    return token.is_word and not is_stop_word(word) and word not in small_words()


@dataclass(kw_only=True)
class _Draft:
    """A subject in the making."""

    subject: Subject
    looks: list[Look] = field(default_factory=list)


def name_spans(text: str, spans: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Return the spans mended by what the inventory knows.

    "potted" and "plant" are one name; "vase and scissors" are two; in "an orange bird" orange is a look, and in "an
    orange" it is a subject.
    """
    made: list[TaggedSpan] = []
    for at, span in enumerate(_parted(text, spans)):
        if (
            span.label == "look"
            and _stands_alone(text, spans, at)
            and _is_name(text[span.start : span.end], "subject")
        ):
            span = replace(span, label="subject", owner=0)
        first = len(made)
        while first > max(0, len(made) - MOST_JOINED) and _joins(
            text, made[first - 1], (made[first:] or [span])[0]
        ):
            first -= 1
        for begin in range(first, len(made)):
            if _is_name(text[made[begin].start : span.end], span.label):
                span = replace(span, start=made[begin].start)
                del made[begin:]
                break
        before = made[-1] if made[first:] else None
        if (
            before
            and before.label == span.label == "subject"
            and looks().find(text[before.start : before.end])
        ):
            made[-1] = replace(before, label="look", owner=1)
        made.append(span)
    return made


def _parted(text: str, spans: Sequence[TaggedSpan]) -> list[TaggedSpan]:
    """Return the spans with subjects cut in two at "and", and cut off before "is"."""
    made: list[TaggedSpan] = []
    for span in spans:
        words = split(text[span.start : span.end])
        cut = next((at for at, word in enumerate(words) if at and word.text.lower() in PARTING), None)
        if span.label != "subject" or cut is None or _is_name(text[span.start : span.end], "subject"):
            made.append(span)
            continue
        made.append(replace(span, end=span.start + words[cut - 1].end))
        if words[cut].text.lower() not in ("and", "&"):
            made.append(replace(span, label="action", start=span.start + words[cut].start, owner=-1))
        elif words[cut + 1 :]:
            made.append(replace(span, start=span.start + words[cut + 1].start))
    return made


def _joins(text: str, before: TaggedSpan, after: TaggedSpan) -> bool:
    return before.label in NAMING and not text[before.end : after.start].strip(" -")


def _is_name(text: str, label: str) -> bool:
    """Tell whether a text is the name of something, and not only of a kind of it."""
    found = concept_of(text) if label == "subject" else place_of(text) if label == "place" else None
    return found is not None and found.match in ("exact", "synonym")


def _stands_alone(text: str, spans: Sequence[TaggedSpan], at: int) -> bool:
    """Tell whether a look has an article before it and nothing behind it that it could be of."""
    before = split(text[: spans[at].start])[-1:]
    after = spans[at + 1 : at + 2]
    gap = text[spans[at].end : after[0].start].strip(" -") if after else "."
    follows = bool(after) and not gap and after[0].label in ("look", "subject", "part", "place", "quality")
    return not follows and any(normal_form(token.text) in ("a", "an") for token in before)


class Assembler:
    """Puts the spans of one text together; use :func:`assemble`."""

    def __init__(self, text: str, spans: Sequence[TaggedSpan], source: str, reason: str) -> None:
        self.text = text
        self.reason = reason
        self.source = source
        spans = [each for each in spans if any(map(str.isalnum, source[each.start : each.end]))]
        self.spans = name_spans(text, spans)
        self.content = [
            token for span in spans if span.label in SHOWN for token in split(text[span.start : span.end])
        ]
        self.drafts: list[_Draft] = []
        self.slots: dict[str, Any] = {}
        self.left_out: list[LeftOut] = []
        self.film_words: list[FilmWords] = []
        self.mentions = [at for at, span in enumerate(self.spans) if span.label in MENTIONS]
        self.subject_at: dict[int, int | None] = {}

    def assemble(self) -> SceneReading:
        """Return what the text means."""
        for at in self.mentions:
            self.subject_at[at] = self._subject(at) if self.spans[at].label == "subject" else self._same(at)
        for at, span in enumerate(self.spans):
            if span.label not in MENTIONS:
                self._handle(at, span)
        self._leave_out_the_rest()
        subjects = tuple(replace(draft.subject, looks=tuple(draft.looks)) for draft in self.drafts)
        left_out = tuple(sorted(self.left_out, key=lambda each: each.words.start if each.words else 0))
        return SceneReading(
            scene=Scene(subjects=subjects, left_out=left_out, **self.slots),
            film_words=tuple(self.film_words),
            spans=tuple(self.spans),
        )

    # Subjects

    def _subject(self, at: int) -> int | None:
        """Add the subject of a span, or find the one that it names again; its number, None where none is shown."""
        span = self.spans[at]
        words = self._words(span)
        found = concept_of(words.text, self._around(words))
        if found is None or found.match == "near":
            place = place_of(words.text, self._around(words))
            if place is not None and "place" not in self.slots and place.match != "near":
                self.slots["place"] = Place(name=place.name, match=place.match, words=words)
                return None
        if found is None:
            self._leave_out(words, "the inventory has nothing like it")
            return None
        known = (number for number, draft in enumerate(self.drafts) if draft.subject.concept == found.name)
        number = next(known, None) if self._is_definite(at) else None
        if number is None and len(self.drafts) == MAX_SUBJECTS:
            self._leave_out(words, f"a scene has at most {MAX_SUBJECTS} subjects")
            return None
        cut, words = self._cut_off(words, "concept", found.name)
        if number is None:
            number, count = len(self.drafts), PLURAL_COUNT if is_plural(words.text) else 1
            subject = Subject(concept=found.name, match=found.match, words=words, count=count)
            self.drafts.append(_Draft(subject=subject))
        if cut:
            self._describe(number, cut, None)
        return number

    def _cut_off(self, words: TextSpan, slot: Slot, name: str) -> tuple[TextSpan | None, TextSpan]:
        """Return the words that are in no known compound with the rest, and the rest."""
        at = known_part(words.text, slot, name)
        other = words.text[:at].rstrip(" -")
        cut = TextSpan(text=other, start=words.start, end=words.start + len(other)) if other else None
        return cut, TextSpan(text=words.text[at:], start=words.start + at, end=words.end)

    def _is_definite(self, at: int) -> bool:
        """Tell whether "the" or "its" stands before a subject and its looks."""
        while (
            at
            and self.spans[at - 1].label == "look"
            and _joins(self.text, self.spans[at - 1], self.spans[at])
        ):
            at -= 1
        before = split(self.text[: self.spans[at].start])[-1:]
        return any(normal_form(token.text) in DEFINITE for token in before)

    def _same(self, at: int) -> int | None:
        """Return the subject that a pronoun stands for."""
        before = self.mentions[: self.mentions.index(at)]
        place = len(before) + min(self.spans[at].owner, -1)
        known = [self.subject_at[each] for each in before]
        for number in ([known[place]] if 0 <= place < len(known) else []) + known:
            if number is not None:
                return number
        self._leave_out(self._words(self.spans[at]), "it stands for no subject of this shot")
        return None

    def _owner(self, at: int, offset: int) -> int | None:
        """Return the number of the subject that a span belongs to: the one it points at, or the nearest."""
        before = [each for each in self.mentions if each < at]
        after = [each for each in self.mentions if each > at]
        if offset < 0 and -offset <= len(before):
            return self.subject_at[before[offset]]
        if 0 < offset <= len(after):
            return self.subject_at[after[offset - 1]]
        return None

    def _or_nearest(self, at: int, offset: int) -> int | None:
        before = [each for each in self.mentions if each < at][-1:]
        after = [each for each in self.mentions if each > at][:1]
        return (
            self._owner(at, offset)
            if offset
            else next((self.subject_at[each] for each in before + after), None)
        )

    # The other labels

    def _handle(self, at: int, span: TaggedSpan) -> None:
        words = self._words(span)
        if span.label in ASKING and not any(map(is_content, split(words.text))):
            return
        camera = meaning("camera", words.text) or "" if span.label in ("camera", "pace") else ""
        if span.label in DIRECTIONS or camera in FILM_PACES:
            kind = span.label if span.label in DIRECTIONS else "camera"
            self.film_words.append(FilmWords(kind=kind, words=words, value=camera))
        elif span.label == "quality":
            self._leave_out(words, "praise and mood show nothing")
        elif span.label == "negated":
            self._leave_out(words, "it is not wanted")
        elif span.label == "option":
            self._leave_out(words, "an option of another program")
        elif span.label in ("time", "weather", "style"):
            self._setting(words, f"no such {span.label} can be shown")
        elif span.label == "place":
            self._place(at, span, words)
        else:
            self._of_subject(at, span, words)

    def _setting(self, words: TextSpan, reason: str) -> None:
        """Set time, weather, season or style by the words for them."""
        found = circumstances().find(words.text)
        if not found:
            self._leave_out(words, reason)
        for slot, name in found:
            kept = self.slots.setdefault(slot, Named(name=name, words=words))
            if kept.name != name:
                self._leave_out(words, f"a shot has one {slot}, and {kept.name} is kept")

    def _place(self, at: int, span: TaggedSpan, words: TextSpan) -> None:
        found, kept = place_of(words.text, self._around(words)), self.slots.get("place")
        if found is not None and kept is None:
            cut, words = self._cut_off(words, "setting", found.name)
            if cut:
                self._setting(cut, "how a place looks cannot be chosen")
            self.slots["place"] = Place(name=found.name, match=found.match, words=words)
        elif not self._as_support(at, span, words):
            if kept is None:
                self._leave_out(words, "the inventory has no such place")
            elif found is None or kept.name != found.name:
                self._leave_out(words, f"a shot has one place, and {kept.name} is kept")

    def _as_support(self, at: int, span: TaggedSpan, words: TextSpan) -> bool:
        """Show what was read as a place as a subject ("on a table"), related to the one before it."""
        found = concept_of(words.text, self._around(words))
        if found is None or found.match == "near" or len(self.drafts) == MAX_SUBJECTS:
            return False
        self.drafts.append(_Draft(subject=Subject(concept=found.name, match=found.match, words=words)))
        earlier = [each for each in self.mentions if each < at]
        owner = self.subject_at[earlier[-1]] if earlier else None
        between = self.text[self.spans[at - 1].end : span.start] if at else ""
        relation = relations().find(between)
        if owner is not None and relation:
            self._relate(owner, relation[0][0], len(self.drafts) - 1, None)
        return True

    def _of_subject(self, at: int, span: TaggedSpan, words: TextSpan) -> None:
        """Fill a slot of the subject that a span belongs to."""
        if span.label == "look" and span.owner == 0 and self._followed_by(at, "place"):
            self._setting(words, "how a place looks cannot be chosen")
            return
        owner = self._or_nearest(at, span.owner)
        if owner is None:
            self._leave_out(words, "it belongs to nothing that is shown")
            return
        handlers: dict[str, Callable[[int, int, TaggedSpan, TextSpan], None]] = {
            "look": self._look, "part": self._part, "count": self._count, "action": self._action,
            "direction": self._direction, "pace": self._pace, "relation": self._relation,
        }  # fmt: skip
        label = (
            "relation"
            if span.label == "action" and span.target and relations().find(words.text)
            else span.label
        )
        handlers[label](owner, at, span, words)

    def _followed_by(self, at: int, label: str) -> bool:
        following = (
            span.label
            for span in self.spans[at + 1 :]
            if span.label not in ("look", "quality", "weather", "time")
        )
        return next(following, None) == label

    def _look(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        self._describe(owner, words, self._part_of(at))

    def _describe(self, owner: int, words: TextSpan, of: str | None) -> None:
        """Give a subject, or a part of it, the looks that some words name."""
        found = looks().find(words.text)
        if not found:
            self._leave_out(words, "no such look can be shown")
        for kind, value in found:
            self._add_look(owner, Look(kind=kind, value=value, of=of, words=words))  # type: ignore[arg-type]

    def _add_look(self, owner: int, look: Look) -> None:
        alike = [each for each in self.drafts[owner].looks if (each.kind, each.of) == (look.kind, look.of)]
        if any(each.value == look.value for each in alike):
            return
        if len(alike) >= (MAX_COLOURS if look.kind == "colour" else 1):
            assert look.words is not None
            self._leave_out(look.words, f"one {look.kind} can be shown, and {alike[0].value} is kept")
        else:
            self.drafts[owner].looks.append(look)

    def _part_of(self, at: int) -> str | None:
        """Return the part or garment that a look is of.

        It is the next one with looks and "and" alone between them ("a red and white hat"), or the one before with
        "is" between them ("her hat is red").
        """
        after, before = self.spans[at + 1 :], self.spans[:at][::-1]
        for others, joining in ((after, JOINING), (before, BEING)):
            last = self.spans[at]
            for span in others:
                gap = split(self.text[min(last.end, span.end) : max(last.start, span.start)])
                if (
                    span.label not in ("look", "part")
                    or not {normal_form(each.text) for each in gap} <= joining
                ):
                    break
                if span.label == "part":
                    return self.text[span.start : span.end].lower()
                last = span
        return None

    def _part(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        described = any(
            self._part_of(look) == words.text.lower()
            for look, each in enumerate(self.spans)
            if each.label == "look"
        )
        garments = [look for look in looks().find(words.text) if look[0] == "clothes"]
        for kind, value in garments:
            self._add_look(owner, Look(kind=kind, value=value, words=words))  # type: ignore[arg-type]
        if not garments and not described:
            self._leave_out(words, "a part without a look of its own changes nothing")

    def _count(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        count = words.text if words.text.isdecimal() else meaning("count", words.text)
        if count is None or not 1 <= int(count) <= MAX_COUNT:
            self._leave_out(words, f"1 to {MAX_COUNT} of a kind can be shown")
        else:
            self._change(owner, count=int(count))

    def _action(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        found = activity_of(words.text, self._around(words))
        kept = self.drafts[owner].subject.action
        if found is None:
            self._leave_out(words, "nothing is known that moves so")
        elif kept is None:
            for number in self._together(at, owner):
                self._change(number, action=Named(name=found.name, words=words))
        elif kept.name != found.name:
            self._leave_out(words, f"a subject does one thing in a shot, and {kept.name} is kept")

    def _together(self, at: int, owner: int) -> list[int]:
        """Return a subject and those that are named with it by "and" ("a cat and a dog play")."""
        found = [owner]
        mentions = [each for each in self.mentions if each < at and self.subject_at[each] is not None]
        if mentions and self.subject_at[mentions[-1]] == owner:
            for before, after in zip(reversed(mentions[:-1]), reversed(mentions[1:]), strict=True):
                between = split(self.text[self.spans[before].end : self.spans[after].start])
                inside = [
                    span
                    for span in self.spans[before + 1 : after]
                    if span.label not in ("look", "count", "quality")
                ]
                joined = {normal_form(token.text) for token in between} & {"and", "&", ","}
                number = self.subject_at[before]
                if inside or not joined or number is None or self.drafts[number].subject.action is not None:
                    break
                found.append(number)
        return found

    def _direction(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        self._choose(owner, "direction", words)

    def _pace(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        self._choose(owner, "pace", words)

    def _choose(self, owner: int, slot: str, words: TextSpan) -> None:
        value = meaning(slot, words.text)
        kept = getattr(self.drafts[owner].subject, slot)
        if value is None:
            self._leave_out(words, f"no such {slot} can be shown")
        elif kept not in (None, value):
            self._leave_out(words, f"a subject has one {slot}, and {kept} is kept")
        else:
            self._change(owner, **{slot: value})

    def _relation(self, owner: int, at: int, span: TaggedSpan, words: TextSpan) -> None:
        target = self._owner(at, span.target) if span.target else None
        found = relations().find(words.text)
        if not found:
            self._action(owner, at, span, words)
            return
        name = found[0][0]
        if target is None and name == "behind":
            target = next((number for number in range(len(self.drafts)) if number != owner), None)
        if target is None or target == owner:
            self._leave_out(words, "it relates to nothing that is shown")
        elif name == "holds":
            self._hold(owner, target, words)
        else:
            self._relate(owner, name, target, words)

    def _relate(self, owner: int, name: Any, target: int, words: TextSpan | None) -> None:
        if self.drafts[owner].subject.relation is not None or self._reaches(target, owner):
            if words is not None:
                self._leave_out(words, "one relation of a subject can be shown, and no circle of them")
            return
        self._change(owner, relation=Relation(name=name, to=target, words=words))

    def _hold(self, owner: int, target: int, words: TextSpan) -> None:
        held = any(draft.subject.holds == target for draft in self.drafts)
        if held or self.drafts[owner].subject.holds is not None or self._reaches(target, owner):
            self._leave_out(words, "one hand holds one thing")
        else:
            self._change(owner, holds=target)

    def _reaches(self, start: int, goal: int) -> bool:
        """Tell whether a subject is placed by another, directly or through others."""
        ahead, seen = [start], set()
        while ahead:
            number = ahead.pop()
            if number == goal:
                return True
            if number not in seen:
                seen.add(number)
                ahead += self.drafts[number].subject.bonds
        return False

    # Bookkeeping

    def _change(self, owner: int, **values: object) -> None:
        self.drafts[owner].subject = replace(self.drafts[owner].subject, **values)  # type: ignore[arg-type]

    def _around(self, words: TextSpan) -> list[str]:
        """Return the other words for what is shown, which tell homographs apart."""
        own = {token.text for token in split(words.text)}
        return [token.text for token in self.content if token.text not in own]

    def _words(self, span: TaggedSpan) -> TextSpan:
        return TextSpan(text=self.source[span.start : span.end], start=span.start, end=span.end)

    def _leave_out(self, words: TextSpan, reason: str) -> None:
        self.left_out.append(LeftOut(words=words, reason=reason))

    def _leave_out_the_rest(self) -> None:
        """Name the content words that no span holds, a stretch at a time."""
        stretches: list[list[Span]] = [[]]
        for token in split(self.text):
            if (
                any(span.start < token.end and token.start < span.end for span in self.spans)
                or not token.is_word
            ):
                stretches.append([])
            elif is_content(token) or stretches[-1]:
                stretches[-1].append(token)
        for stretch in stretches:
            while stretch and not is_content(stretch[-1]):
                stretch.pop()
            if stretch:
                start, end = stretch[0].start, stretch[-1].end
                self._leave_out(TextSpan(text=self.source[start:end], start=start, end=end), self.reason)


def assemble(
    text: str, spans: Sequence[TaggedSpan], source: str = "", reason: str = "not understood"
) -> SceneReading:
    """Return what the labelled spans of a text mean.

    Each content word of the text is in a slot of the scene, in ``film_words`` or in ``scene.left_out``.
    ``source`` is the prompt where the text is a shot of one with the rest blanked out; ``reason`` is why words
    without a label are left out.
    """
    return Assembler(text, spans, source or text, reason).assemble()
