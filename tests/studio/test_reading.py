"""The words of a prompt as chips, and what somebody chose for them."""

from textreel.language.known import KnownWords
from textreel.language.reader.choices import Choice
from textreel.language.vectors import WordVectors
from textreel.studio.reading import PromptChoices, board_with, chips, words_of

PROMPT = "A corgi walks on the beach while the camera follows the corgi. Cut to a red car, 4k <b>"
ALL = KnownWords(vectors=WordVectors.load_default(), vocabulary=frozenset())
CAT = Choice(start=2, end=7, value="cat")


def test_each_chip_opens_what_became_of_it() -> None:
    html = chips(PROMPT, words_of(PROMPT, (), ALL))
    assert html.count("popovertarget=") == html.count("<div popover ") > 4
    assert 'aria-label="subject: corgi → dog"' in html and 'data-state="left-out"' in html
    assert "<b>" not in html and chips("", []) == ""


def test_a_choice_is_marked_and_the_film_follows() -> None:
    choices = PromptChoices().chosen(PROMPT, CAT)
    words = {word["start"]: word for word in words_of(PROMPT, choices.given(PROMPT), ALL)}
    assert words[2]["chosen"] == "cat" and "corgi → cat" in chips(PROMPT, list(words.values()))
    board = board_with(PROMPT, choices.given(PROMPT), None)
    assert board.prompt == PROMPT and board.shots[0].text.startswith("A cat walks")
    assert all(move.subject in (None, "cat") for move in board.shots[0].moves)


def test_a_choice_holds_for_its_prompt_and_can_be_taken_back() -> None:
    prompt = "a cat walks on the beach"
    choices = PromptChoices().chosen(prompt, Choice(start=2, end=5, value="dog"))
    assert choices.given(prompt) and choices.given("a dog walks") == ()
    assert choices.chosen(prompt, Choice(start=2, end=5, value="cat")).given(prompt) == ()
    assert board_with(prompt, (), None).shots[0].text == prompt
