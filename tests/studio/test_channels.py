"""Live streams: painted for who watches, and for nobody else."""

import io
import itertools

import numpy as np
import pytest
from PIL import Image

from textreel.errors import UsageError
from textreel.pipeline import Reel
from textreel.studio.channels import FORGOTTEN_SECONDS, Channel, Channels, samples

PROMPT = "a lion walks across the savanna"


class Clock:
    """Time as it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def picture(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg))).astype(float)


def test_pictures_are_the_frames_and_come_at_the_films_speed(toy: Reel) -> None:
    clock = Clock()
    shown = Channel(toy.stream(PROMPT), clock).moments()
    first, second = next(shown), next(shown)
    assert first[0] == pytest.approx(1 / toy.fps)
    assert second[0] == pytest.approx(2 / toy.fps), "nobody has waited yet"
    frame = next(toy.stream(PROMPT)).astype(float)
    assert np.abs(picture(first[1]) - frame).mean() < 6
    clock.now = 100.0
    assert next(shown)[0] == 0.0, "what is late is not waited for"
    assert next(shown)[0] == 0.0
    assert [next(shown)[0] for _ in range(30)][-1] > 0, "and is not made up for in a rush"


def test_its_sound_comes_with_each_frame(toy: Reel) -> None:
    silent = next(Channel(toy.stream(PROMPT)).moments())
    assert silent.sound is None
    loud = samples(np.array([[0.5, -0.5], [1.0, 0.0]], dtype=np.float32))
    assert loud is not None
    assert np.frombuffer(loud, dtype=">i2").tolist() == [16383, -16383, 32767, 0]


def test_a_direction_changes_the_picture(toy: Reel) -> None:
    one, other = (Channel(toy.stream(PROMPT)) for _ in range(2))
    other.direct("at night")
    frames = [picture(next(channel.moments())[1]) for channel in (one, other)]
    assert not np.array_equal(*frames)


def test_a_second_viewer_takes_over(toy: Reel) -> None:
    channel = Channel(toy.stream(PROMPT))
    first = channel.moments()
    next(first)
    second = channel.moments()
    next(second)
    assert list(first) == []
    channel.close()
    assert list(second) == []


def test_so_many_are_open_and_forgotten_ones_make_room(toy: Reel) -> None:
    clock = Clock()
    channels = Channels(2, clock)
    tokens = [channels.open(toy.stream(PROMPT)) for _ in range(2)]
    with pytest.raises(UsageError, match="plays 2 live streams at a time"):
        channels.open(toy.stream(PROMPT))
    clock.now = FORGOTTEN_SECONDS + 1
    assert len(list(itertools.islice(channels.channel(tokens[0]).moments(), 1))) == 1
    fresh = channels.open(toy.stream(PROMPT))
    assert channels.channel(tokens[0]) and channels.channel(fresh)
    with pytest.raises(UsageError, match="press Start"):
        channels.channel(tokens[1])
    channels.close(fresh)
    channels.close(fresh)
    with pytest.raises(UsageError, match="press Start"):
        channels.channel(fresh)
