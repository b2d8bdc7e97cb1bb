"""The report: one page that needs nothing else, and the same as data."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from textreel.errors import MediaError
from textreel.explain import Explanation, WordCause, to_document, to_html, write_report
from textreel.explain.constellation import constellation
from textreel.explain.documents import map_document
from textreel.explain.explaining import with_sounds
from textreel.explain.hearing import heard_words
from textreel.language import WordVectors
from textreel.pipeline import Reel
from textreel.types import TextSpan

PROMPT = "a lion </script><b>walks</b> <!--SCRIPT--> & \u2028 runs"


@pytest.fixture(scope="module")
def explanation(toy: Reel) -> Explanation:
    film = toy.generate("a lion walks", seconds=0.2)
    return replace(film.explain(include=("words",)), prompt=PROMPT)


def test_the_page_needs_nothing_from_elsewhere(explanation: Explanation) -> None:
    page = to_html(explanation)
    assert set(re.findall(r"https?://[^\s\"']+", page)) <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=", page)
    assert "<!--" not in page.replace("<!doctype", "")


def test_a_prompt_cannot_break_out_of_the_page(explanation: Explanation) -> None:
    page = to_html(explanation)
    assert "<b>walks" not in page and page.count("</script>") == 2
    held = page.split('id="data">')[1].split("</script>")[0]
    assert json.loads(held) == json.loads(json.dumps(to_document(explanation)))
    assert json.loads(held)["prompt"] == explanation.prompt


def test_the_document_holds_maps_and_pictures(explanation: Explanation) -> None:
    document = to_document(explanation)
    word = document["shots"][0]["words"][1]
    held = word["maps"]["attention"]
    values = np.frombuffer(base64.b64decode(held["data"]), dtype=np.uint8).reshape(held["shape"])
    scaled = held["lowest"] + values / 255 * (held["highest"] - held["lowest"])
    assert scaled == pytest.approx(explanation.shots[0].words[1].maps["attention"], abs=0.005)
    assert len(document["film"]) == len(explanation.film)
    assert base64.b64decode(document["film"][0].split(",")[1])[8:12] == b"WEBP"
    assert "film" not in to_document(explanation, pictures=False)


def test_a_map_of_one_value_is_no_division_by_zero() -> None:
    assert map_document(np.ones((2, 2), dtype=np.float32))["lowest"] == 1.0


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = write_report("old", tmp_path / "report.html")
    write_report("new", target)
    assert target.read_text() == "new"
    with pytest.raises(MediaError, match="could not be written"):
        write_report("text", tmp_path / "nowhere" / "report.html")
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_sounds_are_laid_on_the_words_that_caused_them() -> None:
    text = "a dog barks loudly"
    barking = TextSpan(text="dog barks", start=2, end=11)
    cues = [SimpleNamespace(kind="dog", words=barking), SimpleNamespace(kind="wind", words=None)]
    sheet: Any = SimpleNamespace(cues=cues)
    assert heard_words(text, sheet) == {1: ("dog",), 2: ("dog",)}
    words = with_sounds(tuple(WordCause(text=word) for word in text.split()), heard_words(text, sheet))
    assert [word.sound_share for word in words] == [0.0, 0.5, 0.5, 0.0]
    assert [word.has_effect for word in words] == [False, True, True, False]
    assert with_sounds((WordCause(text="a"),), {})[0].sound_share is None


def test_words_of_like_meaning_are_near_each_other(vectors: WordVectors) -> None:
    stars = constellation(["lion", "tiger", "rain", "the", "xqzvw"], vectors)
    assert (
        "the" not in stars
        and "xqzvw" not in stars
        and all(abs(x) <= 1 for star in stars.values() for x in star)
    )

    def apart(first: str, second: str) -> float:
        return float(np.hypot(*np.subtract(stars[first], stars[second])))

    assert apart("lion", "tiger") < apart("lion", "rain") and apart("lion", "tiger") < apart("tiger", "rain")
    assert constellation(["xqzvw"], vectors) == {}
