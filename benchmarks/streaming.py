"""Frames a second of a stream at 128x128 and 256x256, where the time goes, and what the machine would allow.

    python benchmarks/streaming.py [MODEL] [--seconds 5]

Claims it stands for: 120 frames a second at 128x128 and 30 at 256x256 on two cores, without sound; a paragraph of ten
shots is filmed without a pause between shots and in constant memory. The parts are timed by themselves on the same
state, so that their sum is not quite the whole; "the rest" is the camera, the conversion to bytes and the bookkeeping
of the stream.
Beside each part stands what its multiplications would take at the machine's rate for them, and what the numbers that
its operations read and write would take at the rate at which memory is copied: less than that the part could only take
if its operations were joined. Rates are measured in the same run. On a machine that is shared, compare within one run
only, or count processor time instead (--processor-time, with OMP_NUM_THREADS=1): what one undisturbed core would take.
"""

import argparse
import gc
import itertools
import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import psutil
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

import textreel
from textreel.generator import LayeredGenerator, word_tensors
from textreel.nn.compositing import STATIC_CAMERA, SceneLayers, compose
from textreel.nn.noise import draw_noise
from textreel.nn.processor import fast_bfloat16
from textreel.storyboard import plan

PROMPT = "a brown horse runs to the right across the meadow at sunset"
SIZES = (128, 256)
STRETCH = 12  # frames
SHOTS = (
    ("lion", "savanna"),
    ("cat", "snow"),
    ("shark", "sea"),
    ("dog", "forest"),
    ("car", "city"),
    ("horse", "meadow"),
    ("rocket", "sky"),
    ("penguin", "snow"),
    ("camel", "desert"),
    ("owl", "forest"),
)

clock = time.perf_counter


def median_seconds(work: Callable[[], object], seconds: float) -> float:
    """Median time of a call, called over and over for so long, after one that does not count."""
    work()
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        began = clock()
        work()
        times.append(clock() - began)
    return statistics.median(times)


class Traffic(TorchDispatchMode):
    """Counts the bytes that operations read and write; views move nothing."""

    bytes = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        result = func(*args, **(kwargs or {}))
        if not any(each.alias_info for each in func._schema.arguments):
            tensors = [each for each in tree_leaves((args, result)) if isinstance(each, torch.Tensor)]
            self.bytes += sum(each.nbytes for each in tensors)
        return result


@dataclass(frozen=True)
class Machine:
    """Multiplications and additions a second in the precision that models compute in, and bytes a second."""

    precision: str
    multiply_rate: float
    bandwidth: float

    @classmethod
    def measured(cls, seconds: float) -> "Machine":
        """As it is now."""
        kind = torch.bfloat16 if fast_bfloat16() else torch.float32
        first, second = (torch.randn(1024, 1024).to(kind) for _ in range(2))
        rate = 2 * 1024**3 / median_seconds(lambda: first @ second, seconds / 5)
        source, target = torch.ones(2**26), torch.empty(2**26)  # 256 MiB each, beyond every cache
        copied = 2 * source.nbytes / median_seconds(lambda: target.copy_(source), seconds / 5)
        return cls(str(kind).removeprefix("torch."), rate, copied)

    def allows(self, work: Callable[[], object]) -> tuple[float, float]:
        """Seconds that its multiplications would take, and its traffic with memory."""
        with FlopCounterMode(display=False) as counted:
            work()
        with Traffic() as moved:
            work()
        return counted.get_total_flops() / self.multiply_rate, moved.bytes / self.bandwidth


@torch.inference_mode()
def parts(
    generator: LayeredGenerator, words: tuple, size: int, seconds: float, machine: Machine
) -> dict[str, tuple[float, float, float]]:
    """Median seconds of each part of one frame, and what the machine would allow."""
    camera = torch.tensor(STATIC_CAMERA)[None, None]
    encoding = generator.encode(*words)
    state = generator.initial_state(encoding, draw_noise(1, torch.Generator().manual_seed(0)))
    steps, _ = generator.carry(state, 1)
    read = [part[:, 0] for part in (steps.context, steps.hidden, steps.clocks)]
    painted = generator.sprites(steps.subjects, *read)
    used = len(steps.rows)
    layers = SceneLayers(
        canvas=state.canvas,
        sprites=painted[None, None],
        poses=steps.poses.transpose(0, 1)[None],
        tint=state.plan.tint[:, :used],
        light=state.plan.light,
        weather=state.weather,
    )
    work = {
        "motion and poses (ConvLSTM)": lambda: generator.carry(state, 1),
        "subjects' pictures": lambda: generator.sprites(steps.subjects, *read),
        "compositing": lambda: compose(layers, camera, steps.scroll, size, size),
    }
    return {name: (median_seconds(each, seconds / 5), *machine.allows(each)) for name, each in work.items()}


def frame_seconds(reel: textreel.Reel, size: int, seconds: float, *, sound: bool) -> float:
    """Seconds of a frame of a stream, the median over stretches: sound is made for several frames at once."""
    stream = reel.stream(PROMPT, size=size, sound=sound)
    return median_seconds(lambda: deque(itertools.islice(stream, STRETCH), maxlen=0), seconds) / STRETCH


def paragraph(reel: textreel.Reel, size: int) -> str:
    """How evenly the frames of ten shots come, and what a process holds at the end that it did not at first."""
    told = ". ".join(f"Cut to a {name} in the {place} for one second" for name, place in SHOTS) + "."
    board = plan(told)
    assert len(board.shots) == len(SHOTS)
    gc.collect()  # of what the measurements before have left: its pause is not the stream's
    process, gaps, held = psutil.Process(), [], []
    stream = reel.stream(board, size=size, sound=False)
    for shot in board.shots:
        for _ in range(round(shot.seconds * reel.fps)):
            began = clock()
            next(stream)
            gaps.append(clock() - began)
        held.append(process.memory_info().rss)
    usual, worst = 1000 * statistics.median(gaps), 1000 * max(gaps[1:])
    return (
        f"ten shots at {size}x{size}: {usual:.1f} ms a frame, {worst:.1f} ms at worst (a frame is shown for "
        f"{1000 / reel.fps:.1f}); from the second to the last shot {held[-1] / held[1] - 1:+.1%} of memory"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="scenes")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each size is measured")
    parser.add_argument("--processor-time", action="store_true", help="count processor time, not wall time")
    options = parser.parse_args()
    global clock
    clock = time.process_time if options.processor_time else time.perf_counter
    reel = textreel.load(options.model)
    words = word_tensors([PROMPT], reel.vectors)
    machine = Machine.measured(options.seconds)
    print(
        f"{torch.get_num_threads()} threads, medians; {machine.precision} multiplies {machine.multiply_rate / 1e9:.0f} "
        f"GFLOP/s, memory is copied at {machine.bandwidth / 1e9:.1f} GB/s"
    )
    for size in SIZES:
        frame, heard = (frame_seconds(reel, size, options.seconds, sound=sound) for sound in (False, True))
        print(
            f"\n{size}x{size}: {1 / frame:6.1f} frames a second, {1000 * frame:.2f} ms each; with sound "
            f"{1 / heard:.1f}, {1000 * heard:.2f} ms each"
        )
        if isinstance(reel.generator, LayeredGenerator):
            spent = parts(reel.generator, words, size, options.seconds, machine)
            rest = max(0.0, frame - sum(value for value, *_ in spent.values()))
            for name, (value, multiplied, moved) in spent.items():
                print(
                    f"  {name:30} {1000 * value:7.2f} ms  {value / frame:4.0%}   multiplying {1000 * multiplied:6.2f} "
                    f"ms, memory {1000 * moved:6.2f} ms"
                )
            print(f"  {'the rest':30} {1000 * rest:7.2f} ms  {rest / frame:4.0%}")
    print()
    for size in SIZES:
        print(paragraph(reel, size))


if __name__ == "__main__":
    main()
