"""Whatever bytes come from outside, the readers give a value or one sentence: ./scripts/fuzz [minutes].

How many examples are tried is ``TEXTREEL_FUZZ_EXAMPLES``; ./scripts/fuzz goes on until its time is over.
"""

import json
import os
import struct
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textreel.documents import read_json, read_yaml
from textreel.errors import TextreelError
from textreel.models import read_card, shipped
from textreel.pipeline.recipes import read_recipe
from textreel.storyboard import Storyboard, plan

pytestmark = pytest.mark.fuzz
EXAMPLES = int(os.environ.get("TEXTREEL_FUZZ_EXAMPLES", "200"))
several = settings(
    max_examples=EXAMPLES,
    deadline=5_000,
    suppress_health_check=list(HealthCheck),
    database=None,
)

NUMBERS = st.one_of(
    st.integers(),
    st.floats(),
    st.sampled_from([0, -1, 1e300, 10**30, True, 2**63, "2", "1:30", ".nan", "0o17"]),
)
TEXTS = st.one_of(
    st.text(max_size=30), st.sampled_from(["a lion walks", "zoom", "pan", "dissolve", "left", "no", "~"])
)
KEYS = st.sampled_from(
    [
        "shots",
        "text",
        "seconds",
        "moves",
        "kind",
        "direction",
        "amount",
        "start_seconds",
        "easing",
        "subject",
        "words",
        "transition",
        "opening",
        "notes",
        "format",
        "prompt",
        "carried",
        "timing",
        "start",
        "end",
        "index",
        "seed",
        "size",
        "model",
        "model_hash",
        "edits",
        "draft",
        "storyboard",
        "config",
        "generator",
        "vocabulary",
        "fps",
        "directions",
    ]
)
VALUES = st.recursive(
    st.one_of(st.none(), NUMBERS, TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, TEXTS), inner, max_size=4)
    ),
    max_leaves=20,
)
BOARD = plan("A lion walks while the camera pans left. Dissolve to a zebra in the snow.", 4.0)
RECIPE = {
    "prompt": BOARD.prompt, "seed": 1, "seconds": 4.0, "size": 64, "model": "scenes", "model_hash": "a",
    "storyboard": BOARD.to_dict(), "edits": [],
}  # fmt: skip
YAML, MARKS = BOARD.to_yaml(), "{}[]:,-?*&!|>'\"%@`#\n\t ~"


def one_sentence(read: Callable[..., Any], *given: Any) -> None:
    """Whatever else than a TextreelError is raised fails the test."""
    message = "a value"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            read(*given)
        except TextreelError as error:
            message = str(error)
    assert message and len(message) < 3_000


@st.composite
def changed(draw: st.DrawFn, document: Any) -> Any:
    """A document with one of its values, somewhere, replaced by any other."""
    value = json.loads(json.dumps(document))
    place = value
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        if not (isinstance(place[key], dict | list) and place[key]) or draw(st.booleans()):
            place[key] = draw(VALUES)
            return value
        place = place[key]


@st.composite
def edited(draw: st.DrawFn, text: str) -> str:
    """A text with a few stretches replaced."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        new = draw(st.one_of(st.text(max_size=8), st.text(MARKS, max_size=8)))
        text = text[:start] + new + text[start + draw(st.integers(0, 12)) :]
    return text


@several
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300), st.text(MARKS, max_size=100)))
def test_any_bytes(content: bytes | str) -> None:
    for read in (read_yaml, read_json, Storyboard.from_yaml):
        one_sentence(read, content)


@several
@given(edited(YAML))
def test_storyboards_that_were_edited_badly(text: str) -> None:
    one_sentence(Storyboard.from_yaml, text)


@several
@given(st.one_of(VALUES, changed(BOARD.to_dict())))
def test_any_values_as_a_storyboard(value: Any) -> None:
    one_sentence(Storyboard.from_dict, value)


@several
@given(text=st.one_of(VALUES, changed(RECIPE)).map(json.dumps), data=st.data())
def test_any_recipe(text: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.getbasetemp() / "film.json"
    file.write_text(data.draw(st.one_of(st.just(text), edited(text))), encoding="utf-8", errors="replace")
    one_sentence(read_recipe, file)


@several
@given(
    suffix=st.sampled_from([".mp4", ".webm", ".gif", ".webp", ".png"]),
    content=st.binary(max_size=400),
    head=st.binary(max_size=8),
)
def test_any_file_as_a_film(
    suffix: str, content: bytes, head: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    starts = {
        ".gif": b"GIF89a", ".webp": b"RIFF\x90\1\0\0WEBPVP8 ", ".png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        ".mp4": b"\0\0\0\x20ftypisom", ".webm": b"\x1aE\xdf\xa3",
    }  # fmt: skip
    file = tmp_path_factory.getbasetemp() / f"film{suffix}"
    file.write_bytes(starts[suffix] + head + content)
    one_sentence(read_recipe, file)


@several
@given(text=st.one_of(VALUES, changed(read_card(shipped()[0]).metadata)).map(json.dumps))
def test_any_metadata_of_a_model(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "model"
    folder.mkdir(exist_ok=True)
    header = {
        "__metadata__": {"weights_hash": "a", "format": "textreel", "version": "1", "kind": "generator"}
    }
    header["__metadata__"]["metadata"] = text
    encoded = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(encoded)) + encoded)
    one_sentence(read_card, folder)


def test_the_fuzzer_would_notice() -> None:
    """A reader that lets another error through fails."""

    def broken(text: str) -> None:
        raise KeyError(text)

    with pytest.raises(KeyError):
        one_sentence(broken, "a")
