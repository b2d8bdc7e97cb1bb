"""What a machine is measured to be is kept; pieces of work are the same on any number of cores."""

import json
import os
import threading
from pathlib import Path

import pytest
import torch

from textreel.nn import processor as room
from textreel.nn.processor import Processor, at_once, one_thread, processor

SLOW = Processor(float32=300.0, bfloat16=174.0, planar=100.0)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(room.platformdirs, "user_cache_dir", lambda name: tmp_path / name)
    monkeypatch.setattr(room, "measure", lambda: SLOW)
    return tmp_path


def fresh() -> Processor:
    return processor.__wrapped__()


def test_the_faster_way_is_taken_and_only_where_it_is_clearly_faster() -> None:
    assert not SLOW.fast_bfloat16 and SLOW.layout is torch.channels_last
    other = Processor(float32=100.0, bfloat16=400.0, planar=600.0)
    assert other.fast_bfloat16 and other.layout is torch.contiguous_format
    near = Processor(float32=100.0, bfloat16=120.0, planar=120.0)
    assert not near.fast_bfloat16 and near.layout is torch.channels_last


def test_a_machine_is_measured_once(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fresh() == SLOW
    monkeypatch.setattr(room, "measure", lambda: pytest.fail("measured again"))
    assert fresh() == SLOW
    monkeypatch.setattr(room, "measure", lambda: other)
    other = Processor(float32=1.0, bfloat16=2.0, planar=3.0)
    present = os.environ.get("ONEDNN_MAX_CPU_ISA")
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2" if present == "SSE41" else "SSE41")
    assert fresh() == other, "with other kernels it is another machine"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"machine": 1}', '{"machine": {}, "measured": {}}', "\0"]
)
def test_a_broken_cache_is_measured_again(cache: Path, content: str) -> None:
    fresh()
    (kept,) = (cache / "textreel" / "processor").iterdir()
    kept.write_text(content)
    assert fresh() == SLOW
    assert json.loads(kept.read_text())["measured"]["bfloat16"] == 174.0
    whole = json.loads(kept.read_text())
    kept.write_text(json.dumps(whole | {"measured": {"float32": "fast"}}))
    assert fresh() == SLOW


def test_a_cache_that_cannot_be_written_is_no_error(cache: Path) -> None:
    (cache / "textreel").write_text("a file where the folder should be")
    assert fresh() == SLOW


def test_the_measurement_says_something_of_every_way() -> None:
    threads = torch.get_num_threads()
    measured = room.measure()
    assert min(measured.float32, measured.bfloat16, measured.planar) > 0
    assert torch.get_num_threads() == threads


def test_operations_take_one_thread_and_the_setting_comes_back() -> None:
    threads = torch.get_num_threads()

    @one_thread(3)
    def within() -> None:
        assert torch.get_num_threads() == 1
        assert set(at_once(*3 * [torch.get_num_threads])) == {1}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        within()
    assert torch.get_num_threads() == threads


def test_pieces_come_in_order_and_may_be_made_of_pieces() -> None:
    def piece(number: int) -> list[int]:
        return at_once(*(lambda each=each: 10 * number + each for each in range(3)))

    for cores in (1, 2, 5):
        with one_thread(cores):
            parts = at_once(*(lambda number=number: piece(number) for number in range(7)))
        assert parts == [[10 * number + each for each in range(3)] for number in range(7)]
        assert at_once() == []


def test_pieces_share_cores_and_are_computed_as_the_caller_would() -> None:
    meet = threading.Barrier(2, timeout=60)

    def piece() -> tuple[bool, bool, str]:
        meet.wait()  # none goes on until another core has begun the other
        return torch.is_inference_mode_enabled(), torch.is_grad_enabled(), threading.current_thread().name

    with one_thread(2), torch.inference_mode():
        first, second = at_once(piece, piece)
    assert first[:2] == second[:2] == (True, False) and first[2] != second[2]


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_a_piece_that_fails_is_the_callers_error(failing: int) -> None:
    def piece(number: int) -> int:
        if number == failing:
            raise ValueError(number)
        return number

    with one_thread(2):
        with pytest.raises(ValueError, match=str(failing)):
            at_once(*(lambda number=number: piece(number) for number in range(3)))
        assert at_once(lambda: 1, lambda: 2) == [1, 2], "and the cores are free again"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_forked_child_has_cores_of_its_own() -> None:
    with one_thread(2):
        at_once(int, int)
        assert room.helpers.cache_info().currsize
        child = os.fork()
        if not child:
            os._exit(0 if not room.helpers.cache_info().currsize and at_once(int, int) == [0, 0] else 1)
        assert os.waitpid(child, 0)[1] == 0
