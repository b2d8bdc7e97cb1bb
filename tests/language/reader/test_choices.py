"""What else a word could be shown as: of the same slot, never itself, and only what the model can show."""

import pytest

from textreel.language.reader.choices import Choice, alternatives, with_choices, wording
from textreel.language.reader.slots import SlotSpan, prompt_spans
from textreel.world import ModelKnowledge, activities, circumstances, concepts, settings

PROMPT = "two corgis walk slowly to the left down a Tokyo street, red hats, zoom in, 4k"
NIGHT = "a cat walks on the beach at night"


def span_of(words: str, prompt: str = PROMPT) -> SlotSpan:
    return next(span for span in prompt_spans(prompt) if span.words.text == words)


@pytest.mark.parametrize(
    ("words", "names"),
    [("corgis", concepts()), ("Tokyo street", settings()), ("walk", activities()), ("two", "123456")],
)  # fmt: skip
def test_alternatives_are_of_the_same_slot(words: str, names: object) -> None:
    span = span_of(words)
    found = alternatives(span)
    assert found and span.value not in found and all(name in names for name in found)  # type: ignore[operator]


def test_a_time_is_worded_with_its_preposition() -> None:
    span = next(span for span in prompt_spans(NIGHT) if span.slot == "time")
    assert set(alternatives(span)) == set(circumstances()["time"]) - {"night"}
    assert wording(span, "dawn") == ("at dawn" if span.words.text.startswith("at ") else "dawn")


def test_words_that_show_nothing_have_no_alternative() -> None:
    assert alternatives(span_of("zoom in")) == alternatives(span_of("4k")) == ()


def test_another_meaning_comes_first() -> None:
    assert alternatives(span_of("bat", "a bat flies at night"))[0] == "tennis racket"


def test_a_model_offers_what_it_can_show() -> None:
    knows = ModelKnowledge(concepts=frozenset({"dog", "cat"}), settings=frozenset(), activities=frozenset())
    assert alternatives(span_of("corgis"), knows) == ("cat",)
    assert alternatives(span_of("Tokyo street"), knows) == ()


@pytest.mark.parametrize(
    ("words", "value", "said"),
    [("corgis", "cat", "cats"), ("to the left", "right", "to the right"),
     ("slowly", "fast", "quickly"), ("walk", "run", "run"), ("two", "3", "3")],
)  # fmt: skip
def test_a_value_is_worded_like_what_it_replaces(words: str, value: str, said: str) -> None:
    assert wording(span_of(words), value) == said


@pytest.mark.parametrize(("verb", "form"), [("walks", "runs"), ("walking", "running")])
def test_a_verb_keeps_its_form(verb: str, form: str) -> None:
    span = next(each for each in prompt_spans(f"a cat {verb} on the beach") if each.slot == "action")
    assert wording(span, "run") == f"{span.words.text.replace(verb, form)}"


def test_choices_change_the_words_that_they_are_for() -> None:
    prompt = "a cat and a catfish swim"
    spans = prompt_spans(prompt)
    cat = Choice(start=2, end=5, value="dog")
    assert with_choices(prompt, spans, [cat], "the Cat and a catfish swim") == "the dog and a catfish swim"
    unknown = Choice(start=2, end=5, value="<b>")
    assert with_choices(prompt, spans, [unknown, Choice(start=0, end=99, value="dog")], prompt) == prompt
