"""Scenes in words: varied natural captions that say what a spec says and no more, and wrong ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from numpy.random import Generator

from textreel.corpora.scenes.attributes import (
    HELD_OUT_PLACES,
    SAYABLE,
    Place,
    held_out_phrases,
    manner,
    word_of,
)
from textreel.corpora.scenes.grammar import (
    Form,
    Span,
    capitalised,
    conjugate,
    past_participle,
    read_marks,
)
from textreel.corpora.scenes.spec import SUBJECT_ATTRIBUTES, Mention, SceneSpec, SpecError
from textreel.corpora.scenes.splits import held_out_pairs
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.corpora.scenes.wording import (
    ADJECTIVES,
    CAMERA_VERBS,
    DIRECTION_PHRASES,
    FILLERS,
    MOTION_VERBS,
    OPENINGS,
    PLACES,
    RELATION_VERBS,
    SENTENCE_OPENINGS,
    SPEED_ADVERBS,
    SPEED_PHRASES,
    TIME_PHRASES,
    TOGETHER,
    WEATHER_CLAUSES,
    WEATHER_PHRASES,
)

Style = Literal["short", "varied"]
Synonyms = Literal["training", "held-out"]
Item = TypeVar("Item")

_ONLY_ONE = frozenset({"sun", "moon"})
_ALONG = frozenset({"walk", "run", "stalk"})
_PASSIVE = frozenset({"chase", "follow"})


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The word a caption uses although no training caption does; `word` as in the text, in lower case."""

    attribute: str
    value: str
    word: str


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A scene in words.

    Attributes:
        text: the words.
        spans: which characters say what; in the order of the text.
        held_out: the held-out synonym in it, if one was asked for.
    """

    text: str
    spans: tuple[Span, ...]
    held_out: HeldOut | None = None


def caption(
    spec: SceneSpec, generator: Generator, style: Style | None = None, synonyms: Synonyms = "training"
) -> Caption:
    """One of many ways to say a scene: everything that is said in the spec, and nothing that is not.

    Args:
        spec: what to say.
        generator: the only source of chance.
        style: "short" is bare, "varied" orders clauses freely and adds words that mean nothing; None is either.
        synonyms: "held-out" says one thing, chosen among those that can, with a held-out word.

    Raises:
        SpecError: if a held-out word is asked for and the scene has none.
    """
    if style is None:
        style = "short" if generator.random() < 0.25 else "varied"
    target = _choose_synonym(spec, generator) if synonyms == "held-out" else None
    text, spans = read_marks(_Writer(spec, generator, style == "short", target).write())
    return Caption(text=text, spans=spans, held_out=_held_out_in(text, spans, target))


def negative(spec: SceneSpec, generator: Generator) -> SceneSpec:
    """The scene with exactly one mentioned thing said differently, or with who does it to whom swapped.

    It brings in no held-out combination that the scene itself does not have.

    Raises:
        SpecError: if nothing can be said differently.
    """
    known = held_out_pairs(spec)
    mentions: list[Mention | None] = list(spec.mentions())
    if spec.relation in _PASSIVE:
        mentions.append(None)
    for index in generator.permutation(len(mentions)):
        for candidate in _alternatives(spec, mentions[index], generator):
            if held_out_pairs(candidate) <= known:
                return candidate
    raise SpecError(f"A wrong caption says one thing differently; nothing in {spec.to_dict()} can be.")


def _alternatives(spec: SceneSpec, mention: Mention | None, generator: Generator) -> Iterator[SceneSpec]:
    """Valid scenes with another value for the mention, in random order; None stands for the swapped subjects."""
    if mention is None:
        with suppress(SpecError):
            yield replace(spec, subjects=spec.subjects[::-1])
        return
    values = tuple(BY_NAME) if mention.attribute == "subject" else SAYABLE[mention.attribute]
    taken = {subject.name for subject in spec.subjects} | {mention.value}
    for index in generator.permutation(len(values)):
        if values[index] not in taken:
            with suppress(SpecError):
                yield spec.saying(replace(mention, value=values[index]))


def _choose_synonym(spec: SceneSpec, generator: Generator) -> tuple[Mention, str]:
    """One mention that has held-out words, and one of its phrases."""
    main = spec.subjects[0].name
    options = [
        (mention, held_out_phrases(mention.attribute, mention.value, main)) for mention in spec.mentions()
    ]
    options = [option for option in options if option[1]]
    if not options:
        raise SpecError(f"A held-out synonym was asked for; nothing in {spec.to_dict()} has one. Say more.")
    mention, phrases = options[int(generator.integers(len(options)))]
    return mention, phrases[int(generator.integers(len(phrases)))]


def _held_out_in(text: str, spans: tuple[Span, ...], target: tuple[Mention, str] | None) -> HeldOut | None:
    if target is None:
        return None
    mention, phrase = target
    word = word_of(phrase)
    if mention.attribute in ("motion", "relation"):
        span = next(span for span in spans if span.attribute == mention.attribute)
        word = text[span.start : span.end].split()[0].lower()
    return HeldOut(attribute=mention.attribute, value=mention.value, word=word)


class _Writer:
    """Writes one caption, with marks around what says something."""

    def __init__(
        self, spec: SceneSpec, generator: Generator, short: bool, target: tuple[Mention, str] | None
    ) -> None:
        self.spec = spec
        self.generator = generator
        self.short = short
        self.target = target
        self.joined = False
        self.fronted = False

    def write(self) -> str:
        """The whole caption."""
        form: Form = self.pick(("simple", "progressive", "participle"))
        if self.short:
            return self.core(form, self.place()) + self.ending()
        return self.finish(self.with_camera(*self.with_circumstances(form)))

    def finish(self, marked: str) -> str:
        several = ". " in marked
        if several or self.chance(0.7):
            marked = capitalised(marked)
        return marked + "." if several or self.chance(0.6) else marked

    def ending(self) -> str:
        """What stands behind a short caption: time, weather and camera."""
        words = [self.phrase("time", TIME_PHRASES), self.phrase("weather", WEATHER_PHRASES)]
        camera = self.spec.camera
        shot = (
            f", camera {self.mark('camera', self.verb('camera', CAMERA_VERBS, 'participle'))}"
            if camera
            else ""
        )
        return "".join(f" {phrase}" for phrase in words if phrase) + shot

    def with_circumstances(self, form: Form) -> tuple[str, bool]:
        """The sentence with place, time and weather, and whether it has a finite verb."""
        place, time = self.place(), self.phrase("time", TIME_PHRASES)
        self.joined = time.split("|")[-1].startswith("as ")
        if self.says_clause():
            return self.with_weather_clause(form, place, time)
        form, opening = self.beginning(form, place)
        whole = self.is_whole(form, opening)
        circumstances = [words for words in (self.phrase("weather", WEATHER_PHRASES), time) if words]
        if not self.joined:
            self.shuffle(circumstances)
        front = ""
        if whole and circumstances and self.chance(0.5):
            front = circumstances.pop()
        elif whole and place and not self.travels_along() and self.chance(0.2):
            front, place = place, ""
        self.fronted = bool(front)
        body = " ".join([self.core(form, place, opening), *circumstances])
        return (f"{front}, {body}" if front else body), whole

    def beginning(self, form: Form, place: str) -> tuple[Form, str]:
        """The form of the verb and the opening that suit each other; still scenes have "is" or an opening."""
        if self.still() and not (place and form == "progressive"):
            form = "participle"
        return form, self.pick(OPENINGS) if form == "participle" and self.chance(0.6) else ""

    def is_whole(self, form: Form, opening: str) -> bool:
        """Whether the words are a sentence with a finite verb, which may stand behind "at night," or "as"."""
        return opening in SENTENCE_OPENINGS if form == "participle" else True

    def with_weather_clause(self, form: Form, place: str, time: str) -> tuple[str, bool]:
        """The weather as a clause of its own: before ("snow falls on the beach as"), behind, or a sentence."""
        clause = self.phrase("weather", WEATHER_CLAUSES)
        apart = self.joined or self.spec.weather == "clear"
        way = self.pick(("sentence",) if apart else ("lead", "front", "behind", "sentence"))
        if way in ("lead", "front"):
            return self.behind_clause(way, clause, form, place, time), True
        form, opening = self.beginning(form, place)
        body = " ".join(words for words in (self.core(form, place, opening), time) if words)
        if way == "behind":
            self.joined = True
            return f"{body} {self.pick(('as', 'while'))} {clause}", self.is_whole(form, opening)
        return (f"{clause}. {body}" if self.chance(0.5) else f"{body}. {clause}"), False

    def behind_clause(self, way: str, clause: str, form: Form, place: str, time: str) -> str:
        """The sentence behind a weather clause, which may take the place to itself."""
        self.joined = True
        if way == "lead" and place and not self.travels_along() and self.chance(0.6):
            clause, place = f"{clause} {place}", ""
        if self.still() or form == "participle":
            form = "simple"
        core = self.core(form, place, self.pick(("there is", "we see")) if self.still() else "")
        body = f"{core} {time}" if time else core
        link = self.pick(("as", "while"))
        return f"{clause} {link} {body}" if way == "lead" else f"{link} {clause}, {body}"

    def with_camera(self, body: str, whole: bool) -> str:
        if not self.spec.camera:
            return body
        simple = self.mark("camera", self.verb("camera", CAMERA_VERBS, "simple"))
        moving = self.mark("camera", self.verb("camera", CAMERA_VERBS, "participle"))
        slowly = "slowly " if self.spec.camera != "static" and self.chance(0.3) else ""
        ways = [f"{body}. the camera {slowly}{simple}", f"the camera {slowly}{simple}. {body}"]
        if ". " not in body:
            ways.append(f"{body}, with the camera {slowly}{moving}")
        if whole and not self.joined:
            link = self.pick(("as", "while"))
            ways += [f"{body} {link} the camera {slowly}{simple}", f"{body}, and the camera {slowly}{simple}"]
            if not self.fronted:
                ways += [
                    f"{link} the camera {slowly}{simple}, {body}",
                    f"the camera {slowly}{simple} {link} {body}",
                ]
        return self.pick(ways)

    def core(self, form: Form, place: str, opening: str = "") -> str:
        """Who does what where."""
        if opening:
            form = "participle"
        if self.spec.relation:
            words = self.relation(form)
        elif self.spec.motion:
            words = f"{self.noun(0)} {self.motion(form)}"
        else:
            words = self.noun(0) + (" is" if form == "progressive" and place and not opening else "")
        tail = [part for part in (self.phrase("direction", DIRECTION_PHRASES), place) if part]
        self.shuffle(tail)
        return " ".join(part for part in (opening, words, *tail) if part)

    def noun(self, slot: int) -> str:
        subject = self.spec.subjects[slot]
        filler = "" if self.short or self.chance(0.65) else self.pick(FILLERS[BY_NAME[subject.name].kind])
        colour, size = (self.adjective(attribute, slot, bool(filler)) for attribute in ("colour", "size"))
        name = self.targeted("subject", slot) or self.pick(BY_NAME[subject.name].words)
        article = self.article(name)
        words = (article, filler, size, colour, self.mark("subject", name, slot))
        return " ".join(word for word in words if word)

    def article(self, name: str) -> str:
        if self.chance(0.7 if name in _ONLY_ONE else 0.0 if self.short else 0.12):
            return "the"
        return "" if self.short and self.chance(0.2) else "a~"

    def adjective(self, attribute: str, slot: int, filled: bool) -> str:
        value = getattr(self.spec.subjects[slot], attribute)
        if value is None:
            return ""
        words = self.targeted(attribute, slot) or self.pick(ADJECTIVES[attribute][value])
        words = words.removeprefix("very ") if filled else words
        return self.mark(attribute, words, slot)

    def motion(self, form: Form) -> str:
        verbs = MOTION_VERBS[str(self.spec.motion)][manner(BY_NAME[self.spec.subjects[0].name])]
        auxiliary, words = conjugate(self.targeted("motion") or self.pick(verbs), form)
        marked = self.mark("motion", words)
        if self.spec.speed is None:
            return auxiliary + marked
        if not self.target_is("speed") and self.chance(0.4):
            return f"{auxiliary}{marked} {self.phrase('speed', SPEED_PHRASES)}"
        adverb = self.phrase("speed", SPEED_ADVERBS)
        return f"{auxiliary}{adverb} {marked}" if self.chance(0.5) else f"{auxiliary}{marked} {adverb}"

    def relation(self, form: Form) -> str:
        relation = str(self.spec.relation)
        first, second = self.noun(0), self.noun(1)
        verb = self.targeted("relation") or self.pick(RELATION_VERBS[relation])
        if not self.target_is("relation") and relation in TOGETHER and self.chance(0.5):
            auxiliary, words = conjugate(self.pick(TOGETHER[relation]), form, plural=True)
            return f"{first} and {second} {auxiliary}{self.mark('relation', words)}"
        if relation in _PASSIVE and " " not in verb and not self.short and self.chance(0.35):
            auxiliary = {"simple": "is ", "progressive": "is being ", "participle": ""}[form]
            return f"{second} {auxiliary}{self.mark('relation', past_participle(verb) + ' by')} {first}"
        auxiliary, words = conjugate(verb, form)
        return f"{first} {auxiliary}{self.mark('relation', words)} {second}"

    def place(self) -> str:
        setting = self.spec.setting
        if setting is None:
            return ""
        chosen = self.targeted("setting")
        places = [place for place in HELD_OUT_PLACES[setting] if place.name == chosen] or PLACES[setting]
        place: Place = self.pick(places)
        prepositions = place.along if self.travels_along() and self.chance(0.7) else place.at
        words = " ".join([*([self.pick(prepositions)] if prepositions else []), place.name])
        return self.mark("setting", words)

    def travels_along(self) -> bool:
        return self.spec.motion in _ALONG or self.spec.relation in _PASSIVE

    def still(self) -> bool:
        """Whether nothing is said to happen, so that the words have no verb of their own."""
        return self.spec.motion is None and self.spec.relation is None

    def may_be_sunny(self) -> bool:
        return self.spec.time in (None, "day") and self.spec.weather in (None, "clear")

    def says_clause(self) -> bool:
        return self.spec.weather is not None and not self.target_is("weather") and self.chance(0.5)

    def phrase(self, attribute: str, table: Mapping[str, tuple[str, ...]]) -> str:
        value = getattr(self.spec, attribute)
        if value is None:
            return ""
        options = [words for words in table[value] if "sunny" not in words or self.may_be_sunny()]
        return self.mark(attribute, self.targeted(attribute) or self.pick(options))

    def verb(self, attribute: str, table: Mapping[str, tuple[str, ...]], form: Form) -> str:
        return "".join(conjugate(self.pick(table[getattr(self.spec, attribute)]), form))

    def target_is(self, attribute: str, slot: int = 0) -> bool:
        return self.target is not None and (self.target[0].attribute, self.target[0].slot) == (
            attribute,
            slot,
        )

    def targeted(self, attribute: str, slot: int = 0) -> str:
        return self.target[1] if self.target is not None and self.target_is(attribute, slot) else ""

    def mark(self, attribute: str, words: str, slot: int = 0) -> str:
        holder = self.spec.subjects[slot] if attribute in SUBJECT_ATTRIBUTES else self.spec
        value = self.spec.subjects[slot].name if attribute == "subject" else getattr(holder, attribute)
        return f"⟦{attribute}:{value}:{slot}|{words.replace('{', '').replace('}', '')}⟧"

    def pick(self, options: Sequence[Item]) -> Item:
        return options[int(self.generator.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        return bool(self.generator.random() < probability)

    def shuffle(self, parts: list[str]) -> None:
        if not self.short and self.chance(0.5):
            parts.reverse()
