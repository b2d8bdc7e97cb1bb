"""Streams that are directed while they run: the next frame is changed, and only as was asked."""

import itertools
import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from textreel.errors import UsageError
from textreel.pipeline import Reel, Stream

PROMPT = "a lion walks across the savanna"


def take(stream: Stream, count: int) -> NDArray[np.uint8]:
    return np.stack(list(itertools.islice(stream, count)))


def differs(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    return not np.array_equal(first, second)


@pytest.fixture
def stream(toy: Reel) -> Stream:
    return toy.stream(PROMPT, seed=3)


@pytest.fixture(scope="module")
def undirected(toy: Reel) -> NDArray[np.uint8]:
    return take(toy.stream(PROMPT, seed=3), 40)


def test_a_stream_tells_where_it_is(stream: Stream, undirected: NDArray[np.uint8]) -> None:
    assert iter(stream) is stream and stream.seconds == 0 and stream.shot.text == PROMPT
    assert np.array_equal(take(stream, 12), undirected[:12])
    assert (stream.seconds, stream.history, stream.size, stream.fps) == (0.5, (), (32, 32), 24.0)


@pytest.mark.parametrize(
    "words", ["make the lion white", "at night instead", "cut to a shark in the sea", "dissolve to a cat"]
)
@pytest.mark.parametrize("after", [0, 5])
def test_the_next_frame_is_changed(
    stream: Stream, undirected: NDArray[np.uint8], words: str, after: int
) -> None:
    assert not after or np.array_equal(take(stream, after), undirected[:after])
    direction = stream.direct(words)
    assert differs(next(stream), undirected[after])
    assert stream.shot == direction.shot
    (directed,) = stream.history
    assert (directed.seconds, directed.words, directed.direction) == (after / 24, words, direction)


def test_a_camera_move_begins_where_the_camera_is(stream: Stream, undirected: NDArray[np.uint8]) -> None:
    stream.direct("pan left")
    panned = take(stream, 24)
    assert np.array_equal(panned[0], undirected[0]) and differs(panned[12], undirected[12])
    before = stream._take.look(1)[0]
    stream.direct("now zoom in")
    after = stream._take.look(48)
    np.testing.assert_allclose(after[0], before, atol=1e-6)
    np.testing.assert_allclose(after[:, 0], before[0], atol=1e-6)
    assert after[-1, 2] > 1.3


def test_words_leave_the_camera_running(stream: Stream) -> None:
    stream.direct("pan left")
    take(stream, 6)
    ahead = stream._take.look(24)
    assert stream.direct("make the lion white").keeps_camera
    assert np.array_equal(stream._take.look(24), ahead)


def test_a_move_ends_where_the_place_ends(stream: Stream) -> None:
    direction = stream.direct("zoom out")
    assert any("as far as the place reaches" in note.reason for note in direction.notes)
    view = stream._take.look(96)
    assert 0.79 < view[-1, 2] < 0.9


def test_a_wrong_direction_changes_nothing(stream: Stream, undirected: NDArray[np.uint8]) -> None:
    take(stream, 3)
    for words in ("", "wibble wobble", "pan left and right at once"):
        with pytest.raises(UsageError):
            stream.direct(words)
    assert stream.history == () and stream.shot.text == PROMPT
    assert np.array_equal(take(stream, 9), undirected[3:12])


def test_a_cut_is_the_new_film_from_its_start(toy: Reel, stream: Stream) -> None:
    take(stream, 5)
    direction = stream.direct("cut to a shark in the sea")
    alone = toy.stream(direction.shot.text, seed=3)
    assert np.array_equal(take(stream, 6), take(alone, 6))


def test_a_dissolve_ends_in_the_new_take_alone(toy: Reel, stream: Stream) -> None:
    take(stream, 5)
    direction = stream.direct("dissolve to a shark in the sea")
    assert direction.transition is not None
    length = round(direction.transition.seconds * 24)
    alone, seen = take(toy.stream(direction.shot.text, seed=3), length + 4), take(stream, length + 4)
    assert np.array_equal(seen[length - 1 :], alone[length - 1 :])
    assert all(differs(*pair) for pair in zip(seen[: length - 1], alone, strict=False))


def test_a_direction_in_the_midst_of_a_transition_goes_on_from_its_picture(stream: Stream) -> None:
    stream.direct("dissolve to a shark in the sea")
    take(stream, 6)
    stream.direct("dissolve to a frog in the snow")
    frames = take(stream, 30).astype(float)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    assert steps.max() < 40, "no jump of the whole picture"
    assert "frog" in stream.shot.text


def test_a_morph_keeps_the_camera_and_the_way(stream: Stream) -> None:
    stream.direct("pan left")
    take(stream, 5)
    ahead, phases = stream._take.look(24), stream._take.state.phases
    direction = stream.direct("it turns into a zebra")
    assert direction.transition is not None and direction.transition.kind == "morph"
    assert np.array_equal(stream._take.look(24), ahead) and "zebra" in stream.shot.text
    path, loop = (stream._take.state.phases - phases)[0, 0].abs()
    assert loop == 0 and min(path, 1 - path) < 0.05, "it goes on from where it stands"
    take(stream, 25)
    assert stream._shown == (stream._take,)


def test_a_storyboard_goes_on_after_a_change_and_ends_with_a_new_take(toy: Reel) -> None:
    paragraph = "A lion walks on the beach for one second. Cut to a zebra in the snow."
    stream = toy.stream(paragraph)
    stream.direct("make the lion white")
    take(stream, 30)
    assert "zebra" in stream.shot.text
    stream = toy.stream(paragraph)
    stream.direct("cut to a shark in the sea")
    take(stream, 60)
    assert "shark" in stream.shot.text


def test_a_word_that_the_model_cannot_show_is_told(stream: Stream) -> None:
    direction = stream.direct("cut to a xqzvkw in the sea")
    assert [note.words.text for note in direction.notes if "cannot show" in note.reason] == ["xqzvkw"]


def test_the_same_directions_at_the_same_frames_give_the_same_bytes(toy: Reel) -> None:
    def run() -> NDArray[np.uint8]:
        stream = toy.stream(PROMPT, seed=3)
        parts = [take(stream, 4)]
        for words in ("make the lion white", "zoom in", "dissolve to a cat", "it turns into a dog"):
            stream.direct(words)
            parts.append(take(stream, 8))
        return np.concatenate(parts)

    assert np.array_equal(run(), run())


def test_directions_may_come_from_another_thread(stream: Stream) -> None:
    words = ["make the lion white", "at night instead", "zoom in", "cut to a cat"]
    director = threading.Thread(target=lambda: [stream.direct(each) for each in words])
    director.start()
    frames = take(stream, 12)
    director.join()
    assert len(frames) == 12 and [directed.words for directed in stream.history] == words


def test_a_stream_forgets_the_takes_that_are_over(stream: Stream) -> None:
    for animal in ("cat", "dog", "frog", "bear") * 3:
        stream.direct(f"cut to a {animal}")
        next(stream)
    stream.direct("dissolve to a fox")
    take(stream, 20)
    frame = stream._frames.gi_frame  # type: ignore[attr-defined]
    assert frame.f_locals["screen"].before is None
