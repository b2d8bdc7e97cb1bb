"""Pieces of the pages as HTML. Whatever a person has written is escaped here, and nowhere is HTML of theirs shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote

from textreel.documents import Document, convert
from textreel.language.reader.slots import in_one_line
from textreel.scene import LeftOut
from textreel.storyboard import Note, Storyboard
from textreel.storyboard.telling import move_words, transition_words
from textreel.studio.history import Entry
from textreel.studio.watching import Step

SHOWN_CHARACTERS = 120


def address(entry: Entry, what: str = "") -> str:
    """Where the page finds a film, or something of it."""
    return f"films/{quote(entry.name)}{what}?{entry.written_seconds:.0f}"


def nothing(words: str) -> str:
    """A place where something will be."""
    return f'<p class="textreel-nothing">{escape(words)}</p>'


def film(entry: Entry, *, title: str = "", muted: bool = False) -> str:
    """A player, what the film is of, and where to have it."""
    heading = f"<strong>{escape(title)}</strong> " if title else ""
    edits = "".join(f"<li>{escape(edit)}</li>" for edit in entry.edits)
    return (
        '<figure class="textreel-film">'
        f'<video controls loop autoplay playsinline {"muted" if muted else ""} src="{address(entry)}" '
        f'aria-label="{escape(entry.prompt)}"></video>'
        f"<figcaption>{heading}{escape(shortened(entry.prompt))}"
        + (f"<ol>{edits}</ol>" if edits else "")
        + f' <a href="{address(entry)}" download="{escape(entry.name)}">Download {escape(entry.name)}</a>'
        "</figcaption></figure>"
    )


def beside(before: Entry, after: Entry) -> str:
    """Two players side by side, which play together."""
    films = film(before, title="before", muted=True) + film(after, title="after")
    return f'<div class="textreel-pair">{films}</div>'


def timeline(board: Storyboard) -> str:
    """The shots of a film, as long as they last; each can be pressed to go there."""
    shots = []
    for shot in board.shots:
        camera = "; ".join(move_words(move) for move in shot.moves)
        then = transition_words(shot.transition)
        passage = f" · {escape(shot.transition.kind)}" if shot.transition else ""
        title = "\n".join(filter(None, (shot.text, camera, then and f"then {then}")))
        shots.append(
            f'<button type="button" class="textreel-shot" style="flex-grow:{1000 * shot.seconds:.0f}" '
            f'data-seconds="{shot.start_seconds:.3f}" title="{escape(title)}">'
            f"<span>{shot.index + 1} · {shot.seconds:g} s{passage}</span>"
            f"{escape(shortened(shot.text))}</button>"
        )
    return f'<div class="textreel-timeline" role="group" aria-label="Shots">{"".join(shots)}</div>'


def films(entries: Sequence[Entry], skipped: Sequence[str], chosen: str = "") -> str:
    """The history; each film can be pressed to choose it. What cannot be shown is told below it."""
    if not entries:
        return nothing("Films that you make are kept here.") + told(skipped)
    cards = []
    for entry in entries:
        pressed = "true" if entry.name == chosen else "false"
        words = "; ".join((shortened(entry.prompt), *entry.edits))
        cards.append(
            f'<button type="button" class="textreel-card" data-name="{escape(entry.name)}" aria-pressed="{pressed}">'
            f'<img src="{address(entry, "/poster")}" alt="" loading="lazy"><span>{escape(words)}</span></button>'
        )
    return f'<div class="textreel-cards">{"".join(cards)}</div>' + told(skipped)


def explanation(entry: Entry) -> str:
    """The page that explains a film, in a frame that can do nothing but show itself."""
    there = f"films/{quote(entry.name)}/explanation?{entry.report.stat().st_mtime_ns}"
    return (
        f'<iframe class="textreel-why" sandbox="allow-scripts" src="{there}" '
        f'title="Why the film looks like that"></iframe>'
        f'<p class="textreel-told"><a href="{there}" download="{escape(entry.report.name)}">Download this page</a></p>'
    )


def progress(step: Step, doing: str = "Painting") -> str:
    """How far something is."""
    if not step.total:
        words = "Getting ready …"
        if step.waiting:
            words = f"Waiting; {step.waiting} {'comes' if step.waiting == 1 else 'come'} first …"
        return f'<div class="textreel-told" role="status">{words} <progress></progress></div>'
    return (
        f'<div class="textreel-told" role="status">{escape(doing)} {step.done} of {step.total} '
        f'<progress max="{step.total}" value="{step.done}"></progress></div>'
    )


def told(lines: Iterable[str]) -> str:
    """Sentences below each other."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<ul class="textreel-told" role="status">{items}</ul>' if items else ""


def note_lines(notes: Iterable[Note]) -> list[str]:
    """Which words had no effect or another one than they say, one a line."""
    return [f"“{note.words.text}”: {note.reason}" if note.words.text else note.reason for note in notes]


def left_out(entry: Entry) -> list[str]:
    """A sentence on what a film does not show and why, if there is anything; older films know its words alone."""
    if "left_out" in entry.metadata:
        told = convert(Document(content=entry.metadata["left_out"]), tuple[LeftOut, ...])
        return list(filter(None, [in_one_line(told)]))
    words = ", ".join(map(str, entry.metadata.get("words_without_effect", ())))
    model = entry.metadata.get("model", "")
    return [f"The model '{model}' cannot show these words, which had no effect: {words}."] if words else []


def live(token: str) -> str:
    """Where a live stream is shown."""
    return (
        f'<div class="textreel-live" data-source="live/{quote(token)}"><canvas width="128" height="128" '
        'role="img" aria-label="The live film"></canvas><output>starting …</output>'
        '<button type="button" aria-pressed="true">Sound</button></div>'
    )


def shortened(words: str) -> str:
    """Words as long as there is room for."""
    return words if len(words) <= SHOWN_CHARACTERS else words[: SHOWN_CHARACTERS - 1] + "…"
