"""What became of each word of a prompt: no stretch is told twice, and each content word is told of."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textreel.language import WordVectors
from textreel.language.known import KnownWords, knowledge_of
from textreel.language.reader.assembly import is_content
from textreel.language.reader.slots import LEFT_OUT, in_one_line, prompt_spans
from textreel.language.tokens import split
from textreel.scene import LeftOut
from textreel.types import TextSpan
from textreel.world import ModelKnowledge

PROMPT = "Two corgis and a woman in a red dress walk down a street at night, slow zoom in, 4k masterpiece"
WORDS = "a two corgis woman red dress holding she slowly walks to the left street in rain , . zoom in 4k qwrtz Cut to"
NOTHING = ModelKnowledge(concepts=frozenset({"woman"}), settings=frozenset(), activities=frozenset({"walk"}))


def slots(prompt: str) -> dict[str, str]:
    return {span.words.text: span.slot for span in prompt_spans(prompt)}


def test_words_have_their_slots() -> None:
    found = slots(PROMPT)
    assert found["corgis"] == found["woman"] == "subject"
    assert (found["Two"], found["red"], found["walk"]) == ("count", "look", "action")
    assert (found["street"], found["slow zoom in"]) == ("place", "camera")
    assert found["4k masterpiece"] == LEFT_OUT


def test_a_kind_is_said_to_be_shown_as_something_else() -> None:
    corgis = next(span for span in prompt_spans(PROMPT) if span.words.text == "corgis")
    assert corgis.is_replaced and corgis.sentence == "“corgis” is shown as dog"


def test_what_a_subject_keeps_no_words_for_knows_its_subject() -> None:
    found = {span.slot: span for span in prompt_spans("three cats run slowly to the left")}
    assert (found["count"].value, found["pace"].value, found["direction"].value) == ("3", "slow", "left")
    assert all(found[slot].owner == found["subject"].words for slot in ("count", "pace", "direction"))


def test_understood_is_told_apart_from_not_understood() -> None:
    spans = {span.words.text: span for span in prompt_spans(PROMPT + ", qwrtz", NOTHING)}
    assert spans["corgis"].is_understood and "this model cannot show it" in spans["corgis"].reason
    assert not spans["woman"].reason
    assert not spans["qwrtz"].is_understood and "this model" not in spans["qwrtz"].reason


def test_a_model_without_a_record_is_asked_for_its_words() -> None:
    vectors = WordVectors.load_default()
    known = knowledge_of({"vocabulary": ["woman", "walk", "street"], "known_similarity": 0.9}, vectors)
    assert isinstance(known, KnownWords) and "woman" in known and "the" in known and "corgis" not in known
    spans = {span.words.text: span for span in prompt_spans(PROMPT, known)}
    assert spans["corgis"].reason and not spans["street"].reason
    assert not any(span.reason for span in prompt_spans("corgis run", knowledge_of({}, vectors)))


def test_small_words_alone_are_not_told_of() -> None:
    assert LEFT_OUT not in slots("a cat walks at night").values()


@pytest.mark.parametrize("prompt", ["", "Une femme marche dans la rue", '{"shot": "a cat", "camera": "pan"}'])
def test_any_form_of_prompt_is_told_of(prompt: str) -> None:
    assert all(prompt[each.words.start : each.words.end] == each.words.text for each in prompt_spans(prompt))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS.split()), max_size=15).map(" ".join))
def test_stretches_follow_each_other_and_hold_each_content_word(prompt: str) -> None:
    at, told = 0, []
    for span in prompt_spans(prompt):
        assert at <= span.words.start < span.words.end <= len(prompt)
        assert prompt[span.words.start : span.words.end] == span.words.text
        at = span.words.end
        told.append(span.words)
    for token in filter(is_content, split(prompt)):
        assert any(each.start <= token.start and token.end <= each.end for each in told), token.text


def test_one_line_names_each_reason_once() -> None:
    words = [TextSpan(text=text, start=0, end=len(text)) for text in ("4k", "masterpiece")]
    told = [*(LeftOut(words=each, reason="praise") for each in words), LeftOut(reason="no word for “q”")]
    assert in_one_line(told) == "Not shown: “4k”, “masterpiece” (praise); no word for “q”."
    assert in_one_line([]) == ""


def test_weather_is_understood_as_a_verb() -> None:
    assert {"snow", "rain"} == {
        next(span.value for span in prompt_spans(f"a man walks while it {verb}") if span.slot == "weather")
        for verb in ("snows", "rains")
    }


def test_a_subject_whose_first_words_are_left_out_keeps_how_it_was_found() -> None:
    spans = {span.words.text: span for span in prompt_spans("a golden retriever puppy catches a frisbee")}
    assert spans["puppy"].match is not None and spans["puppy"].value == "dog"
