"""Carrying over: a shot keeps what is still true of the one before, so that its text stands by itself.

"Then it rains" after "a lion walks across the savanna" becomes "the lion walks across the savanna as it rains".
"""

from __future__ import annotations

from dataclasses import replace

from textreel.language.kinds import kind_of
from textreel.storyboard.antecedents import resolve_objects, resolved
from textreel.storyboard.grammar import NOUN_TAGS, Reading
from textreel.storyboard.parts import NOTHING, Carried, Draft, Part, Scene, Told
from textreel.storyboard.reading import read
from textreel.storyboard.scenes import after, said_by, same
from textreel.storyboard.turning import turned
from textreel.storyboard.word_kinds import BARE_PLACES, SETTING_KINDS, TRAVELLING
from textreel.storyboard.wording import as_said, base, order


def tell(draft: Draft, scene: Scene) -> Told:
    """Write the text of a shot after what was true before it."""
    reading = read([draft.tokens[place] for place in draft.places], after_then=draft.after_then)
    if draft.turning and scene != NOTHING and (told := turned(draft, reading, scene)) is not None:
        return told
    said = said_by(draft, reading)
    if scene == NOTHING:
        text = draft.text()
        return Told(text=text, carried=(), scene=after(scene, said))
    if said.subject is None and not _elided(reading):
        return _circumstances(draft, reading, scene, said)
    return _acted(draft, reading, scene, said)


def sharing(draft: Draft, following: Draft) -> Draft:
    """A fragment that turns into another shares its place: "winter turns into spring in the valley"."""
    if not following.turning or draft.index > 0 or following.places[0] - draft.places[-1] > 6:
        return draft
    own, other = (read([each.tokens[place] for place in each.places]) for each in (draft, following))
    place = other.first("place")
    if (
        own.verb is not None
        or own.first("place") is not None
        or other.verb is not None
        or place is None
        or place.start == 0
    ):
        return draft
    return replace(draft, places=[*draft.places, *following.places[place.start : place.end]])


def _elided(reading: Reading) -> bool:
    """Whether the words begin with a verb whose subject is that of the shot before: "then jumps"."""
    verb = reading.first("motion")
    return verb is not None and all(
        token.tag.startswith("RB") or token.tag in ("CC", ",", "IN") for token in reading.tokens[: verb.start]
    )


def _acted(draft: Draft, reading: Reading, scene: Scene, said: Scene) -> Told:
    """A shot in which somebody does something: its own words, with what they leave open added."""
    instead: dict[int, str] = {}
    carried: list[Carried] = []
    subject = said.subject
    lead = ""
    if subject is None:
        subject = scene.subject
        if subject is not None:
            lead = subject.definite + " "
            carried.append(subject.carried())
    else:
        subject = resolved(draft, reading, scene, subject, instead, carried)
    resolve_objects(draft, reading, scene, subject, instead, carried)
    text = draft.text(instead)
    now = replace(said, subject=subject)
    if (
        said.predicate is None
        and same(subject, scene.subject)
        and said.place is None
        and scene.predicate
        and not draft.fresh
    ):
        text = (
            f"{text} {scene.predicate.text}"
            if said.time is None
            else _inserted(text, said, scene.predicate.text)
        )
        carried.append(scene.predicate.carried())
        now = replace(now, predicate=scene.predicate)
    kept = _kept(draft, scene, now)
    text = " ".join(
        [lead + (text if not lead else text[:1].lower() + text[1:]), *(as_said(part, now) for part in kept)]
    )
    carried += [part.carried() for part in kept]
    return Told(text=text, carried=tuple(carried), scene=after(scene, now, kept))


def _inserted(text: str, said: Scene, words: str) -> str:
    """Words put before the time that a fragment says: "the kite at sunset" -> "the kite flies at sunset"."""
    assert said.time is not None
    head, found, tail = text.rpartition(said.time.text)
    return f"{head}{words} {found}{tail}" if found else f"{text} {words}"


def _circumstances(draft: Draft, reading: Reading, scene: Scene, said: Scene) -> Told:
    """A shot that says only where, when or in what weather: whoever was there goes on."""
    ending = next((phrase for phrase in reading.phrases if phrase.change == "ends"), None)
    if ending is not None:
        scene = replace(scene, weather=None) if ending.role == "weather" else scene
        said = replace(said, weather=None)
    new_place = said.place is not None and _is_new_place(draft, reading)
    going_on = base(scene)
    if new_place or (draft.fresh and said.place is not None) or not going_on:
        text = draft.text()
        kept = (
            []
            if draft.fresh or draft.cut_to
            else [part for part in (scene.time,) if part and said.time is None]
        )
        now = replace(said, subject=None, known=scene.known)
        text = " ".join([text, *(as_said(part, now) for part in kept)])
        return Told(text=text, carried=tuple(part.carried() for part in kept), scene=now)
    now = replace(said, subject=scene.subject, predicate=scene.predicate)
    kept = _kept(draft, scene, now)
    pieces = [part for part in (scene.subject, scene.predicate) if part is not None]
    ordered = sorted([*kept, *(part for part in (said.place, said.time, said.weather) if part)], key=order)
    adverbs = all(token.tag.startswith("RB") or not token.span.is_word for token in reading.tokens)
    if adverbs and scene.predicate is not None:
        return _acted(draft, reading, replace(scene, subject=_doing(scene)), said)
    unread = ending is None and not any((said.place, said.time, said.weather))
    text = " ".join([going_on, *(as_said(part, now) for part in ordered)])
    if unread:
        text = draft.text()
        pieces, kept = [], []
    carried = tuple(part.carried() for part in [*pieces, *kept])
    return Told(text=text, carried=carried, scene=after(scene, now, kept))


def _doing(scene: Scene) -> Part | None:
    """The subject with its verb, for words that only say how it goes on."""
    if scene.subject is None or scene.predicate is None:
        return scene.subject
    verb = scene.predicate.text.split()[0]
    return replace(scene.subject, text=f"{scene.subject.definite} {verb}")


def _is_new_place(draft: Draft, reading: Reading) -> bool:
    """Whether a place is brought in as something to look at ("an empty room", "Earth") and not as a where."""
    place = reading.first("place")
    if place is None:
        return False
    first = reading.tokens[place.start]
    named = first.tag in NOUN_TAGS and first.word not in BARE_PLACES
    return first.word in ("a", "an", "two", "some", "another") or (named and (draft.cut_to or draft.fresh))


def _kept(draft: Draft, scene: Scene, now: Scene) -> list[Part]:
    """The place, time and weather of the scene before that are still true."""
    if draft.fresh:
        return []
    unchanged = same(now.subject, scene.subject)
    new = not unchanged and now.subject is not None and now.subject.text.lower().startswith(("a ", "an "))
    if draft.labelled and new:
        return []
    elsewhere = now.place is not None and not unchanged and draft.cut_to
    kept = []
    if scene.place is not None and now.place is None and _stays(scene.place, now, unchanged):
        kept.append(scene.place)
    if scene.time is not None and now.time is None and not elsewhere:
        kept.append(scene.time)
    here = unchanged or now.place is None
    if scene.weather is not None and now.weather is None and here and not elsewhere:
        kept.append(scene.weather)
    return kept


def _stays(place: Part, now: Scene, unchanged: bool) -> bool:
    """Whether a place is still the place: a setting is, a branch is only for who sits on it and does not leave."""
    first = place.text.split()[0].lower()
    if kind_of(place.head) in SETTING_KINDS or first == "underwater":
        return True
    leaving = now.predicate is not None and now.predicate.head in TRAVELLING | {"take", "leave", "disappear"}
    return unchanged and not leaving and first != "from"
