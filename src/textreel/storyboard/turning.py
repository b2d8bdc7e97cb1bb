"""What something turns into: a new subject, place, time, weather or colour in the place of the old one."""

from __future__ import annotations

import re
from dataclasses import replace

from textreel.language.kinds import kind_of
from textreel.storyboard.grammar import Reading
from textreel.storyboard.parts import Draft, Part, Scene, Told
from textreel.storyboard.scenes import after, said_by
from textreel.storyboard.word_kinds import COLOURS, TIME_NOUNS, WEATHER_NOUNS
from textreel.storyboard.wording import as_said, base


def turned(draft: Draft, reading: Reading, scene: Scene) -> Told | None:
    """The text of a shot that something turned into; None where the new thing does something of its own."""
    head = next((phrase.head for phrase in reading.phrases), reading.tokens[-1].word)
    whole = draft.part("subject", 0, len(draft.places), head)
    coloured = _is_colour(reading)
    if scene.subject is None and coloured and scene.place is not None:
        scene = replace(scene, subject=scene.place, place=None)
    if scene.subject is None:
        return _view(draft, reading, scene, head)
    said = said_by(draft, reading)
    if head in TIME_NOUNS or reading.tokens[0].word in TIME_NOUNS:
        changed = replace(scene, time=replace(whole, role="time"))
    elif head in WEATHER_NOUNS - {"snow"}:
        changed = replace(scene, weather=replace(whole, role="weather"))
    elif coloured:
        subject = _recoloured(scene.subject, reading.tokens[0].word)
        changed = replace(scene, subject=subject, place=said.place or scene.place)
    elif (predicate := _turned_object(draft, scene, whole)) is not None:
        changed = replace(scene, predicate=predicate, known=(*scene.known, whole))
    elif _turned_place(draft, scene):
        changed = replace(scene, place=replace(whole, role="place"), weather=None)
    elif reading.verb is not None:
        return None
    else:
        return _became(scene, whole, said)
    circumstances = [part for part in (changed.place, changed.time, changed.weather) if part is not None]
    pieces = [part for part in (changed.subject, changed.predicate) if part is not None] + circumstances
    return Told(
        text=" ".join([base(changed), *(as_said(part, changed) for part in circumstances)]),
        carried=tuple(part.carried() for part in pieces if part.shot != draft.index),
        scene=after(changed, changed),
    )


def _is_colour(reading: Reading) -> bool:
    """Whether it turns red, and not into a red fox."""
    following = reading.tokens[1].tag if len(reading.tokens) > 1 else ""
    return reading.tokens[0].word in COLOURS and following not in ("NN", "NNS", "JJ")


def _view(draft: Draft, reading: Reading, scene: Scene, head: str) -> Told:
    """A view without a subject that turns into another: "winter turns into spring in the valley"."""
    said = said_by(draft, reading)
    stays = scene.place is not None and said.place is None and kind_of(head) != "location"
    kept = [scene.place] if stays and scene.place is not None else []
    text = " ".join([draft.text(), *(part.text for part in kept)])
    return Told(text=text, carried=tuple(part.carried() for part in kept), scene=after(scene, said, kept))


def _became(scene: Scene, whole: Part, said: Scene) -> Told:
    """A new subject that does what the old one did, where it did."""
    pairs = (
        (scene.predicate, None),
        (scene.place, said.place),
        (scene.time, said.time),
        (scene.weather, said.weather),
    )
    kept = [old for old, new in pairs if old is not None and new is None]
    subject = said.subject or whole
    now = Scene(
        subject=subject, predicate=scene.predicate, place=said.place or scene.place, time=said.time or scene.time,
        weather=said.weather or scene.weather, known=(*scene.known, subject),
    )  # fmt: skip
    text = " ".join(
        [whole.text, *(part.text if part.role == "motion" else as_said(part, now) for part in kept)]
    )
    return Told(text=text, carried=tuple(part.carried() for part in kept), scene=now)


def _turned_object(draft: Draft, scene: Scene, whole: Part) -> Part | None:
    """The deed with a new object, where it is the object that turned: "kisses the frog" -> "kisses a prince"."""
    words = draft.turned.lower().split()
    if (
        not words
        or scene.predicate is None
        or scene.subject is None
        or words[-1] in scene.subject.text.lower().split()
    ):
        return None
    pattern = rf"\b(?:(?:a|an|the|its|his|her|their) )?(?:[\w-]+ )?{re.escape(words[-1])}\b"
    text, count = re.subn(pattern, lambda _: whole.text, scene.predicate.text, count=1, flags=re.IGNORECASE)
    return replace(scene.predicate, text=text) if count else None


def _turned_place(draft: Draft, scene: Scene) -> bool:
    """Whether it is the place that turned into something."""
    words = set(draft.turned.lower().split())
    if scene.place is None or (scene.subject is not None and scene.subject.head in words):
        return False
    return bool(words & {scene.place.head, *scene.place.text.lower().split()[-1:]})


def _recoloured(subject: Part, colour: str) -> Part:
    words = [word for word in subject.definite.split() if word not in COLOURS]
    words.insert(len(words) - 1, colour)
    return replace(subject, text=" ".join(words))
