"""What became of each word of a prompt: the slot that it fills, or why nothing is shown for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from textreel.language.known import Knowledge
from textreel.language.reader import read_prompt
from textreel.language.reader.assembly import SceneReading, is_content
from textreel.language.reader.labels import MENTIONS
from textreel.language.reader.tagger import TaggedSpan
from textreel.language.tokens import split
from textreel.scene import LeftOut, Match, Scene
from textreel.types import TextSpan
from textreel.world import circumstances

LEFT_OUT = "left out"
CHOICES = ("count", "direction", "pace")
"""What a subject has that a scene keeps no words for."""
TOLD: dict[Match, str] = {
    "exact": "“{words}” is shown as {name}",
    "synonym": "“{words}” is another word for {name}",
    "kind_of": "“{words}” is shown as {name}",
    "near": "“{words}” is shown as the nearest thing there is, {name}",
}


@dataclass(frozen=True, kw_only=True)
class SlotSpan:
    """A stretch of a prompt and what became of it.

    Attributes:
        words: the stretch.
        slot: "subject", "look", "place", "camera" and so on, or "left out".
        value: what fills the slot, a name of the inventory; "" where the words say it themselves.
        match: how the words found a subject or a place.
        owner: the words of the subject that a count, a direction or a pace belongs to.
        reason: why nothing is shown for it; "" where it is shown.
    """

    words: TextSpan
    slot: str
    value: str = ""
    match: Match | None = None
    owner: TextSpan | None = None
    reason: str = ""

    @property
    def is_understood(self) -> bool:
        """Whether it has a slot; it may be shown none the less, see ``reason``."""
        return self.slot != LEFT_OUT

    @property
    def is_replaced(self) -> bool:
        """Whether something else is shown than the words name, such as a dog for a corgi."""
        return self.match in ("kind_of", "near")

    @property
    def sentence(self) -> str:
        """What became of the words, for people."""
        if self.reason:
            return f"“{self.words.text}”: {self.reason}"
        if self.match is not None:
            return TOLD[self.match].format(words=self.words.text, name=self.value)
        return f"“{self.words.text}” is the {self.slot}" + (f": {self.value}" if self.value else "")


def slot_spans(
    prompt: str, reading: SceneReading, knowledge: Knowledge | None = None
) -> tuple[SlotSpan, ...]:
    """Return what became of the words of one shot, in the order of the prompt; no two stretches overlap.

    Args:
        prompt: what was read.
        reading: of one shot of it.
        knowledge: what the model knows; None is a model that can show whatever is understood.
    """
    scene = reading.scene
    lacking = {each.words: each.reason for each in knowledge.lacks(scene)} if knowledge else {}
    found = [replace(span, reason=lacking.get(span.words, "")) for span in _filled(scene)]
    found += [SlotSpan(words=each.words, slot=each.kind, value=each.value) for each in reading.film_words]
    found += [
        SlotSpan(words=each.words, slot=LEFT_OUT, reason=each.reason)
        for each in scene.left_out
        if each.words is not None
    ]
    found += _unnamed(prompt, reading)
    return tuple(_apart(found))


def prompt_spans(prompt: str, knowledge: Knowledge | None = None) -> tuple[SlotSpan, ...]:
    """Return what became of the words of a whole prompt, in their order; see :func:`slot_spans`."""
    shots = read_prompt(prompt).shots
    return tuple(_apart(span for shot in shots for span in slot_spans(prompt, shot.reading, knowledge)))


def in_one_line(left_out: Iterable[LeftOut]) -> str:
    """Return what is not shown and why as one sentence, what has one reason together; "" where there is nothing."""
    by_reason: dict[str, list[str]] = {}
    for each in left_out:
        by_reason.setdefault(each.reason, []).extend([f"“{each.words.text}”"] if each.words else [])
    parts = [f"{', '.join(words)} ({why})" if words else why for why, words in by_reason.items()]
    return f"Not shown: {'; '.join(parts)}." if parts else ""


def _filled(scene: Scene) -> Iterator[SlotSpan]:
    """Yield the slots of a scene that have words."""
    named = [("place", scene.place), *((slot, getattr(scene, slot)) for slot in circumstances())]
    for subject in scene.subjects:
        if subject.words:
            yield SlotSpan(words=subject.words, slot="subject", value=subject.concept, match=subject.match)
        for look in subject.looks:
            if look.words:
                yield SlotSpan(words=look.words, slot="look", value=look.value)
        named.append(("action", subject.action))
        if subject.relation and subject.relation.words:
            value = subject.relation.name.replace("_", " ")
            yield SlotSpan(words=subject.relation.words, slot="relation", value=value)
    for slot, value in named:
        if value and value.words:
            yield SlotSpan(
                words=value.words, slot=slot, value=value.name, match=getattr(value, "match", None)
            )


def _unnamed(prompt: str, reading: SceneReading) -> Iterator[SlotSpan]:
    """Yield what the labels say of words that the scene does not keep: counts, ways, paces, pronouns."""
    subjects = {each.words.start: each for each in reading.scene.subjects if each.words}
    mentions = [span for span in reading.spans if span.label in MENTIONS]
    for span in reading.spans:
        words = TextSpan(text=prompt[span.start : span.end], start=span.start, end=span.end)
        if span.label not in MENTIONS and not any(map(is_content, split(words.text))):
            continue
        if span.label not in CHOICES:
            yield SlotSpan(words=words, slot="subject" if span.label == "same" else span.label)
            continue
        owner = subjects.get(_owner_start(span, mentions))
        value = str(getattr(owner, span.label) or "") if owner else ""
        yield SlotSpan(words=words, slot=span.label, value=value, owner=owner.words if owner else None)


def _owner_start(span: TaggedSpan, mentions: list[TaggedSpan]) -> int:
    """Return where the mention begins that a span belongs to, -1 where there is none."""
    if span.owner > 0:
        reached = [each.start for each in mentions if each.start > span.start][span.owner - 1 : span.owner]
    else:
        reached = [each.start for each in mentions if each.start < span.start][min(span.owner, -1) :][:1]
    return reached[0] if reached else -1


def _apart(spans: Iterable[SlotSpan]) -> Iterator[SlotSpan]:
    """Yield spans in the order of their words; of those that overlap, the earlier and then the first given counts.

    A value or a reason that has no words of its own left is given to the span that has them.
    """
    kept: list[SlotSpan] = []
    for span in sorted(spans, key=lambda each: each.words.start):
        end = kept[-1].words.end if kept else 0
        if span.words.end <= end:
            last = kept[-1]
            if span.words == last.words and not (last.value or last.reason):
                kept[-1] = span
                continue
            values = dict.fromkeys(filter(None, (*last.value.split(", "), span.value)))
            kept[-1] = replace(last, value=", ".join(values), reason=last.reason or span.reason)
            continue
        cut = max(0, end - span.words.start)
        text = span.words.text[cut:].lstrip()
        start = span.words.end - len(text)
        kept.append(replace(span, words=TextSpan(text=text, start=start, end=span.words.end)))
    return iter(kept)
