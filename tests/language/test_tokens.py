"""Tokens are the same everywhere, cheap to make, and refused where there are none."""

import subprocess
import sys

import pytest

from textreel.errors import PromptError
from textreel.language import check_prompt, tokenize
from textreel.language.tokens import split
from textreel.limits import MAX_WORDS

TEN_SHOTS = " ".join(
    f"Shot {number}: a lion walks across the golden savanna at sunset." for number in range(10)
)


def test_words_are_lower_case_and_without_punctuation() -> None:
    assert tokenize("A red ball, bouncing!") == ["a", "red", "ball", "bouncing"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a lion's cub", ["a", "lion", "'s", "cub"]),
        ("a lion’s cub", ["a", "lion", "'s", "cub"]),
        ("it doesn't move", ["it", "does", "not", "move"]),
        ("golden-brown", ["golden", "brown"]),
        ("at 5pm", ["at", "5", "pm"]),
        ("a 3.5 metre wave...", ["a", "3.5", "metre", "wave"]),
        ("", []),
        ("?!", []),
    ],
)
def test_clitics_hyphens_and_numbers(text: str, words: list[str]) -> None:
    assert tokenize(text) == words


def test_spans_say_where_the_tokens_stand() -> None:
    text = "A lion's cub, asleep."
    assert all(text[span.start : span.end] == span.text for span in split(text))
    assert "".join(span.text for span in split(text)) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("?!... --", "holds no words"),
        ("🦁🦁", "holds no words"),
        ("123", "holds no words"),
        ("лев идёт по саванне", "Latin script"),
        ("狮子在草原上行走", "Latin script"),
        ("lion " * 10_000, "at most 400 words"),
        ("lion " * (MAX_WORDS + 1), "401 words"),
        ("x" * 5_000, "5,000 characters"),
        ("a lion \ud800 walks", "half a character"),
        ("a l\udcf6we", "UTF-8"),  # what a command line makes of Latin-1
    ],
)
def test_a_prompt_without_usable_words_is_refused_in_one_sentence(prompt: str, reason: str) -> None:
    with pytest.raises(PromptError, match=reason) as refusal:
        check_prompt(prompt)
    assert refusal.value.exit_status == 2
    assert "\n" not in str(refusal.value) and len(str(refusal.value)) < 200


def test_a_paragraph_of_ten_shots_passes() -> None:
    assert check_prompt(TEN_SHOTS) == TEN_SHOTS


def test_space_control_characters_and_decomposed_letters_are_tidied() -> None:
    assert check_prompt("  a cafe\u0301\n\x00 at  night ") == "a café at night"


def test_importing_the_room_brings_in_neither_torch_nor_spacy() -> None:
    code = (
        "import sys; from textreel.language import WordVectors, tokenize; tokenize('a lion'); "
        "WordVectors.load_default().lookup('lion'); print({'torch', 'spacy', 'gensim'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
