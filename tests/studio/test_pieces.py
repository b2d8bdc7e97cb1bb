"""What a person has written is shown, and never run."""

from pathlib import Path

from textreel.storyboard import plan
from textreel.studio import pieces
from textreel.studio.history import Entry
from textreel.studio.watching import Step

EVIL = "a lion <img src=x onerror=alert(1)> walks \"quoted\" 'so'"


def entry() -> Entry:
    metadata = {"prompt": EVIL, "edits": ["<script>alert(2)</script>"], "storyboard": plan(EVIL).to_dict()}
    return Entry(
        file=Path("a b&c.mp4"),
        written_seconds=7.5,
        metadata=metadata | {"words_without_effect": ["<b>"]},
        storyboard=plan(EVIL),
    )


def test_html_of_a_person_is_text() -> None:
    one = entry()
    shown = [
        pieces.film(one, title="before"),
        pieces.beside(one, one),
        pieces.timeline(one.storyboard),
        pieces.films([one], [EVIL], one.name),
        pieces.told([EVIL]),
        pieces.nothing(EVIL),
        pieces.told(pieces.left_out(one)),
    ]
    for html in shown:
        assert "<img src=x" not in html and "<script" not in html and "<b>" not in html
    assert "&lt;img src=x" in shown[0] and "&lt;script&gt;" in shown[0]


def test_addresses_are_quoted() -> None:
    assert pieces.address(entry()).startswith("films/a%20b%26c.mp4?")
    assert 'download="a b&amp;c.mp4"' in pieces.film(entry())


def test_progress_is_in_numbers() -> None:
    assert 'max="48" value="12"' in pieces.progress(Step(done=12, total=48))
    assert "<progress></progress>" in pieces.progress(Step())
    assert "2 come first" in pieces.progress(Step(waiting=2))
