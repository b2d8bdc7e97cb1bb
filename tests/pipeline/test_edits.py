"""Films that are edited by words: what is asked for changes, undone it is as before, and a recipe makes it again."""

import itertools

import numpy as np
import pytest

import textreel
from textreel.errors import UsageError
from textreel.pipeline import Film, Reel
from textreel.pipeline.planning import drafts_of, same_shots
from textreel.storyboard import Storyboard, plan

PROMPT = "a lion walks across the savanna"
SECONDS = 0.25


@pytest.fixture(scope="module")
def film(toy: Reel) -> Film:
    return toy.generate(PROMPT, seed=3, seconds=SECONDS)


def test_an_edit_changes_words_and_frames_and_nothing_of_the_recipe(film: Film) -> None:
    edited = film.edit("make the lion white")
    assert edited.edits == ("make the lion white",) and film.edits == ()
    assert "white" in edited.storyboard.shots[0].text and "white" in edited.words
    assert (edited.seed, edited.prompt, edited.frames.shape) == (film.seed, film.prompt, film.frames.shape)
    assert not np.array_equal(edited.frames, film.frames)
    assert edited.edited[0].changes[0].what == "colour"


def test_an_edit_comes_out_of_the_state_before_it(toy: Reel, film: Film) -> None:
    edited = film.edit("make the lion white")
    fresh = toy.generate(edited.storyboard, seed=3)
    assert not np.array_equal(edited.frames, fresh.frames), (
        "the words alone do not know what was there before"
    )


def test_edits_in_sequence_are_one_edit_after_the_other(film: Film) -> None:
    instructions = ("make the lion white", "at night instead")
    twice = film.edit(instructions[0]).edit(instructions[1])
    assert twice.edits == instructions
    assert np.array_equal(twice.frames, film.edit(*instructions).frames)
    assert np.array_equal(twice.undo().frames, film.edit(instructions[0]).frames)
    assert np.array_equal(twice.original.frames, film.frames) and film.original is film


def test_a_camera_that_is_edited_leaves_the_scene_alone(film: Film) -> None:
    edited = film.edit("pan left")
    assert not edited.storyboard.shots[0].camera.is_static
    assert edited.storyboard.shots[0].text == film.storyboard.shots[0].text
    assert not np.array_equal(edited.frames, film.frames)


def test_what_cannot_be_done_is_refused(toy: Reel, film: Film) -> None:
    for refused in (lambda: film.edit("wibble wobble"), film.edit, film.undo):
        with pytest.raises(UsageError):
            refused()
    with pytest.raises(UsageError):
        toy.generate(PROMPT, edits=("wibble wobble",))


def test_the_metadata_makes_an_edited_film_again(toy: Reel, film: Film) -> None:
    edited = film.edit("make the lion white", "let it rain")
    kept = edited.metadata
    again = toy.generate(
        Storyboard.from_dict(kept["draft"]), seed=kept["seed"], size=kept["size"], edits=kept["edits"]
    )
    assert np.array_equal(again.frames, edited.frames)
    assert Storyboard.from_dict(kept["storyboard"]) == edited.storyboard
    assert "edits" not in film.metadata and "draft" not in film.metadata


def test_a_paragraph_is_edited_where_the_words_say(toy: Reel) -> None:
    film = toy.generate("A lion sleeps on the beach. Cut to a zebra in the snow.", seconds=0.5)
    edited = film.edit("in the second shot make the zebra white")
    half = len(film.frames) // 2
    assert np.array_equal(edited.frames[:half], film.frames[:half])
    assert not np.array_equal(edited.frames[half:], film.frames[half:])


def test_shots_that_stay_keep_their_drafts() -> None:
    two = plan("A lion sleeps. Cut to a zebra in the snow.")
    three = plan("A frog jumps. Cut to a lion sleeps. Cut to a zebra in the snow.")
    assert same_shots(two, two) == {0: 0, 1: 1}
    texts = [shot.text for shot in three.shots]
    found = same_shots(two, three)
    assert all(two.shots[old].text == texts[new] for new, old in found.items())


def test_drafts_tell_the_texts_of_a_shot_in_order() -> None:
    drafts = drafts_of(PROMPT, None, ("make the lion white", "pan left", "at night instead"))
    (texts,) = drafts.texts()
    assert len(texts) == 3 and texts[0] == PROMPT and "white" in texts[1] and "night" in texts[2]


def test_side_by_side_shows_both_with_a_gap(toy: Reel, film: Film) -> None:
    longer = toy.generate(PROMPT, seed=4, seconds=2 * SECONDS)
    both = textreel.compare(film, longer)
    assert both.shape == (12, 32, 68, 3)
    assert np.array_equal(both[:6, :, :32], film.frames) and np.array_equal(both[:, :, 36:], longer.frames)
    assert (both[6:, :, :32] == film.frames[-1]).all(), "the shorter one stands still"
    assert (both[:, :, 32:36] == 255).all()
    with pytest.raises(UsageError, match="one height"):
        textreel.compare(film, toy.generate(PROMPT, seconds=SECONDS, size=48))


def test_a_morph_is_painted_between_two_shots_that_are_whole_at_its_ends(toy: Reel) -> None:
    board = plan("A lion walks across the savanna. It turns into a zebra.", 2.0)
    film, stream = toy.generate(board, seed=1), toy.stream(board, seed=1)
    streamed = np.stack(list(itertools.islice(stream, len(film.frames))))
    assert np.abs(streamed.astype(int) - film.frames).max() <= 2, "at once or one by one"
    first = toy.generate(board.shots[0].text, seed=1, seconds=1.0)
    start = 24 - 12
    assert np.array_equal(film.frames[: start + 1], first.frames[: start + 1])
    share = film.attention[:, : len(first.words)].sum(axis=1)
    assert share[start] == pytest.approx(1, abs=1e-5) and share[start + 23] == pytest.approx(0, abs=1e-5)
    assert (np.diff(share[start : start + 24]) < 0).all()
