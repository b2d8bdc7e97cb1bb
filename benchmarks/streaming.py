"""Frames a second of a stream at 128x128 and 256x256, where the time goes, and what the machine could do.

    python benchmarks/streaming.py [MODEL] [--seconds 5]

Claims it stands for: 120 frames a second at 128x128 and 30 at 256x256 on two cores. The parts are timed by
themselves on the same state, so that their sum is not quite the whole; "the rest" is the camera, the conversion to
bytes and the bookkeeping of the stream. On a machine that is shared, compare within one run only, or count processor
time instead (--processor-time, with OMP_NUM_THREADS=1): what one undisturbed core would take.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Callable

import torch

import textreel
from textreel.generator import LayeredGenerator, word_tensors
from textreel.nn.compositing import STATIC_CAMERA, SceneLayers, compose
from textreel.nn.noise import draw_noise

PROMPT = "a brown horse runs to the right across the meadow at sunset"
SIZES = (128, 256)


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


def machine(seconds: float) -> list[str]:
    """Multiply rates and memory bandwidth, measured now."""
    lines = []
    for kind in (torch.float32, torch.bfloat16):
        first, second = (torch.randn(1024, 1024).to(kind) for _ in range(2))
        rate = 2 * 1024**3 / median_seconds(lambda a=first, b=second: a @ b, seconds / 5) / 1e9
        lines.append(f"multiply rate, {str(kind).removeprefix('torch.'):9} {rate:8.0f} GFLOP/s")
    source, target = torch.ones(2**26), torch.empty(2**26)  # 256 MiB each, beyond every cache
    copied = 2 * source.nbytes / median_seconds(lambda: target.copy_(source), seconds / 5) / 1e9
    return [*lines, f"memory bandwidth, copying    {copied:8.1f} GB/s"]


@torch.inference_mode()
def parts(generator: LayeredGenerator, words: tuple, size: int, seconds: float) -> dict[str, float]:
    """Median seconds of each part of one frame."""
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
    return {name: median_seconds(each, seconds / 5) for name, each in work.items()}


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
    print(f"{torch.get_num_threads()} threads, medians")
    for size in SIZES:
        stream = reel.stream(PROMPT, size=size)
        for _ in itertools.islice(stream, 10):
            pass
        frame = median_seconds(lambda stream=stream: next(stream), options.seconds)
        print(f"\n{size}x{size}: {1 / frame:6.1f} frames a second, {1000 * frame:.2f} ms each")
        if isinstance(reel.generator, LayeredGenerator):
            spent = parts(reel.generator, words, size, options.seconds)
            spent["the rest"] = max(0.0, frame - sum(spent.values()))
            for name, value in spent.items():
                print(f"  {name:30} {1000 * value:7.2f} ms  {value / frame:5.0%}")
    print("\n" + "\n".join(machine(options.seconds)))


if __name__ == "__main__":
    main()
