"""The shared values keep their promises: shapes count frames, cameras interpolate and compose."""

import math

import numpy as np
import pytest

from textreel.errors import UsageError
from textreel.types import CameraKeyframe, CameraPath, CameraShake, KeyframedMove, TextSpan, VideoShape

STATIC = np.array([0.0, 0.625, 1.0, 0.0], dtype=np.float32)


def test_a_video_shape_counts_frames_and_seconds() -> None:
    shape = VideoShape.from_seconds(2.0)
    assert (shape.frames, shape.height, shape.width, shape.fps, shape.seconds) == (48, 128, 128, 24.0, 2.0)
    assert shape.times_seconds[1] == pytest.approx(1 / 24)
    assert VideoShape.from_seconds(0.001).frames == 1


@pytest.mark.parametrize("seconds", [0.0, -1.0, math.nan, math.inf])
def test_an_impossible_length_is_refused(seconds: float) -> None:
    with pytest.raises(UsageError, match="positive number of seconds"):
        VideoShape.from_seconds(seconds)


@pytest.mark.parametrize("field", ["frames", "height", "width"])
def test_an_empty_shape_is_refused(field: str) -> None:
    with pytest.raises(UsageError, match=field):
        VideoShape(**{"frames": 1, field: 0})


def test_a_static_camera_is_the_identity() -> None:
    path = CameraPath()
    assert path.is_static
    assert path.at([0.0, 1.0, 1000.0]).dtype == np.float32
    np.testing.assert_array_equal(path.at([0.0, 1.0, 1000.0]), np.tile(STATIC, (3, 1)))


def test_a_path_rests_before_and_after_its_keyframes() -> None:
    path = CameraPath.through(
        CameraKeyframe(seconds=1.0), CameraKeyframe(seconds=2.0, x=0.4, easing="linear")
    )
    np.testing.assert_allclose(path.at([0.0, 1.0, 1.5, 2.0, 9.0])[:, 0], [0, 0, 0.2, 0.4, 0.4], atol=1e-6)


def test_smooth_easing_starts_and_ends_gently_and_is_symmetric() -> None:
    path = CameraPath.through(CameraKeyframe(seconds=0.0), CameraKeyframe(seconds=1.0, x=1.0))
    x = path.at([0.01, 0.5, 0.99])[:, 0]
    assert x[0] < 0.001
    assert x[1] == pytest.approx(0.5)
    assert x[2] > 0.999


def test_paths_compose_by_adding_shifts_and_multiplying_zooms() -> None:
    zoom = CameraPath.through(
        CameraKeyframe(seconds=0.0), CameraKeyframe(seconds=1.0, zoom=2.0, roll_radians=0.1)
    )
    pan = CameraPath.through(
        CameraKeyframe(seconds=0.0), CameraKeyframe(seconds=1.0, x=-0.3, y=0.7, zoom=1.5)
    )
    np.testing.assert_allclose((zoom + pan).at([1.0])[0], [-0.3, 0.7, 3.0, 0.1], atol=1e-6)


def test_a_shake_is_small_never_still_and_ends_on_time() -> None:
    path = CameraPath(layers=(CameraShake(seconds=2.0),))
    x = path.at(np.arange(48) / 24)[:, 0]
    assert 0.005 < np.abs(x).max() < 0.04
    assert np.count_nonzero(np.diff(x)) == 47
    np.testing.assert_array_equal(path.at([2.0, 3.0]), np.tile(STATIC, (2, 1)))


def test_a_wrong_keyframe_or_span_is_refused() -> None:
    with pytest.raises(UsageError, match="zoom"):
        CameraKeyframe(seconds=0.0, zoom=0.0)
    with pytest.raises(UsageError, match="later and later"):
        KeyframedMove(keyframes=(CameraKeyframe(seconds=1.0), CameraKeyframe(seconds=1.0)))
    with pytest.raises(UsageError, match="easing"):
        CameraKeyframe(seconds=0.0, easing="elastic")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="span"):
        TextSpan(text="pan", start=0, end=2)
