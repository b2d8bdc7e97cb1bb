"""Documents from outside are read within limits, without surprises, and every mistake names its place."""

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from textreel.documents import Document, Limits, convert, read_bytes, read_json, read_yaml
from textreel.errors import CheckpointError, UsageError
from textreel.types import TextSpan


@dataclass(frozen=True, kw_only=True)
class Part:
    text: Annotated[str, Meta(max_length=20)]
    seconds: Annotated[float, Meta(gt=0, le=600)]
    span: TextSpan | None = None
    easing: Literal["linear", "smooth"] = "smooth"
    next: str | TextSpan | None = None
    counts: tuple[Annotated[int, Meta(ge=0)], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Whole:
    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=3)]
    format: Literal[1, 2] = 2
    on: bool = True
    rest: dict[str, float] | None = None


PLAIN = "parts:\n  - text: a lion\n    seconds: 2\n"


def whole_of(text: str | bytes) -> Whole:
    return convert(read_yaml(text, source="film.yaml"), Whole)


def test_a_document_becomes_what_the_schema_says() -> None:
    expected = Whole(parts=(Part(text="a lion", seconds=2.0),))
    assert whole_of(PLAIN) == whole_of(b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()) == expected
    assert convert(read_json('{"parts": [{"text": "a lion", "seconds": 2}]}'), Whole) == expected
    assert whole_of(PLAIN + "    counts:\n    next:\non: false\nformat: 1\n") == Whole(
        parts=expected.parts, on=False, format=1
    )


@pytest.mark.parametrize("text", ["2024-01-01", "no", "1:30", "0o17", "0x2", "1_0", "12345", "yes", "'null'"])
def test_plain_text_stays_text(text: str) -> None:
    assert whole_of(PLAIN.replace("a lion", text)).parts[0].text == text.strip("'")
    with (
        pytest.raises(UsageError, match="line 3: seconds must be a number")
        if text != "12345"
        else (pytest.raises(UsageError, match="seconds must be a number <= 600"))
    ):
        whole_of(PLAIN.replace(": 2", f": {text}"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (PLAIN + "    easing: foo\n", "line 4: easing must be one of linear, smooth; got 'foo'."),
        (PLAIN + "    counts: [1, -2]\n", "line 4: counts[1] must be a whole number >= 0; got '-2'."),
        (PLAIN + "    span: {text: hi, start: 3, end: 9}\n", "line 4: A span must cover its text"),
        (PLAIN + "    secnods: 1\n", "line 4: parts[0] has text, seconds, span"),
        (PLAIN + "    next: {text: a}\n", "line 4: next needs start and end."),
        (PLAIN + "    text: b\n", "line 4: 'text' is there twice."),
        (PLAIN + "on: yes\n", "line 4: on must be true or false; got 'yes'."),
        (PLAIN + "rest: {a: .inf}\n", "line 4: every entry of rest must be a number."),
        (PLAIN + "rest: {a: inf}\n", "line 4: a must be a finite number; got 'inf'."),
        (PLAIN.replace("2", "1e999"), "line 3: seconds must be a finite number; got '1e999'."),
        (PLAIN.replace("2", ""), "line 2: parts[0] needs seconds."),
        (PLAIN.replace("lion", "lion" * 9), "line 2: text must be text of length <= 20"),
        (PLAIN + "---\n", "line 4: a second document begins here"),
        ("parts: []", "line 1: parts must be a list of length >= 1; got a list of 0."),
        ("parts: !!python/object/apply:os.system [x]", "line 1: tags ("),
        ("a: 1\nb: &x 3\nc: *x", "line 2: anchors and aliases (x) are not read"),
        ("? [a]\n: b", "line 1: a key must be text."),
        ("", "line 1: the document must be a group of keys; got None."),
        ("a: [", "line 2: this is no YAML"),
        ("a: \0", "line 1: this is no YAML"),
        (b"\xff", ": this is no UTF-8 text"),
        ("\ud800", ": this is no UTF-8 text"),
    ],
)
def test_mistakes_in_yaml_name_file_and_line(text: str | bytes, message: str) -> None:
    with pytest.raises(UsageError, match=r"^film\.yaml") as error:
        whole_of(text)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"parts": [{"text": "a", "seconds": "2"}]}',
            "parts[0].seconds must be a number; got '2'.",
        ),
        (
            '{"parts": [{"text": "a", "seconds": true}]}',
            "parts[0].seconds must be a number; got True.",
        ),
        ('{"parts": [{"text": "a", "seconds": NaN}]}', "this is no JSON"),
        ('{"parts": [{"text": "a", "seconds": 1e999}]}', "this is no JSON"),
        ('{"parts": null}', "parts must be a list; got None."),
        ("[1]", "the document must be a group of keys; got a list of 1."),
        ("", "this is no JSON"),
        ('"\\ud800"', "this is no JSON"),
        ("9" * 5000, "this is no JSON"),
    ],
)
def test_mistakes_in_json_name_the_place(text: str, message: str) -> None:
    with pytest.raises(CheckpointError, match=r"^The model 'x'") as error:
        convert(read_json(text, source="The model 'x'", error=CheckpointError), Whole)
    assert message in str(error.value) and "`" not in str(error.value)


def test_keys_of_later_versions_may_be_passed_over() -> None:
    document = read_json('{"parts": [{"text": "a", "seconds": 2, "new": 1}], "new": []}')
    assert convert(document, Whole, extra=True).parts[0].text == "a"
    with pytest.raises(UsageError, match="'new' is none of them"):
        convert(document, Whole)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000,
        "[" + "1," * 200_000 + "1]",
        '{"a": "' + "x" * 5_000_000 + '"}',
        '"' * 3_999_999,
    ],
    ids=["lists", "groups", "items", "bytes", "quotes"],
)
@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_what_is_too_large_is_refused_before_it_is_built(read: Any, text: str) -> None:
    with pytest.raises(UsageError):
        read(text)


def test_limits_can_be_set() -> None:
    narrow = Limits(bytes=100, depth=2, items=4)
    assert read_yaml("[a, [b]]", limits=narrow).content == read_json('["a", ["b"]]', limits=narrow).content
    for text in ('[[["a"]]]', '["a", "b", "c", "d", "e"]', f'"{"a" * 100}"'):
        for read in (read_yaml, read_json):
            with pytest.raises(UsageError, match="at most 100 bytes, 4 keys and values, and 2 groups"):
                read(text, limits=narrow)


def test_a_place_is_told_of_what_the_schema_cannot_know() -> None:
    document = read_yaml("a:\n- b\n- c: d\n")
    with pytest.raises(UsageError, match=r"^line 3: too late\.$"), document.at("a", 1, "c"):
        raise UsageError("too late.")
    with pytest.raises(UsageError, match=r"^a\[1\]\.c: too late\.$"), Document(content={}).at("a", 1, "c"):
        raise UsageError("too late.")


def test_only_regular_files_of_limited_length_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "long").write_bytes(b"x" * 11)
    (tmp_path / "short").write_bytes(b"x" * 10)
    limits = Limits(bytes=10)
    assert read_bytes(tmp_path / "short", limits=limits) == b"x" * 10
    begun = time.monotonic()
    for name in ("pipe", "loop", "long", "missing", ".", "a\0b", "x" * 300, "/dev/zero"):
        with pytest.raises(UsageError, match=re.escape(repr(str(tmp_path / name))[1:40])):
            read_bytes(tmp_path / name, limits=limits)
    assert time.monotonic() - begun < 60, "nothing waits for a pipe"
