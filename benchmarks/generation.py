"""How long a film takes, part by part, next to this machine's matrix-multiply rate measured in the same run.

    python benchmarks/generation.py [MODEL] [--runs 9] [--size 128]

Claims it stands for: a film of 2 s (48 frames) in at most 0.3 s on two cores, its first frame within 60 ms.
Medians; the machine may be shared, so compare ratios within one run, not times of different runs.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import torch

import textreel
from textreel.generator import word_tensors
from textreel.nn.noise import draw_noise
from textreel.nn.processor import one_thread
from textreel.types import CameraPath

PROMPT = "a brown horse runs to the right across the meadow at sunset"
FRAMES = 48


def median_seconds(work: Callable[[], object], runs: int) -> float:
    """Median wall time of a call, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def multiply_rate(kind: torch.dtype, runs: int) -> float:
    """GFLOP/s of a 1024 x 1024 matrix product."""
    first, second = (torch.randn(1024, 1024).to(kind) for _ in range(2))
    return 2 * 1024**3 / median_seconds(lambda: first @ second, runs) / 1e9


@one_thread()
@torch.inference_mode()
def measure(model: str, size: int, runs: int) -> list[tuple[str, str]]:
    reel = textreel.load(model)
    generator = reel.generator
    words = word_tensors([PROMPT], reel.vectors)
    noise = draw_noise(1, torch.Generator().manual_seed(0))
    camera = torch.from_numpy(CameraPath().at([frame / 24 for frame in range(FRAMES)]))[None]
    encoding = generator.encode(*words)
    state = generator.initial_state(encoding, noise)

    def first_frame() -> None:
        start = generator.initial_state(generator.encode(*words), noise)
        generator.advance(start, camera[:, :1], (size, size))

    rows = {
        "reading the words": median_seconds(lambda: generator.encode(*words), runs),
        "place, weather, plan": median_seconds(lambda: generator.initial_state(encoding, noise), runs),
        "first frame, all told": median_seconds(first_frame, runs),
        "one streamed frame": median_seconds(
            lambda: generator.advance(state, camera[:, :1], (size, size)), runs
        ),
        f"film of {FRAMES} frames": median_seconds(
            lambda: reel.generate(PROMPT, seconds=2.0, size=size), runs
        ),
    }
    film = rows[f"film of {FRAMES} frames"]
    table = [(name, f"{1000 * seconds:8.1f} ms") for name, seconds in rows.items()]
    table.append(("frames a second, in a film", f"{FRAMES / film:8.0f}"))
    table.append(("one core, float32", f"{multiply_rate(torch.float32, runs):8.0f} GFLOP/s"))
    table.append(("one core, bfloat16", f"{multiply_rate(torch.bfloat16, runs):8.0f} GFLOP/s"))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("model", nargs="?", default="scenes")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--size", type=int, default=128)
    options = parser.parse_args()
    print(f"{torch.get_num_threads()} threads, {options.size}x{options.size}, medians of {options.runs}")
    for name, value in measure(options.model, options.size, options.runs):
        print(f"{name:28} {value}")


if __name__ == "__main__":
    main()
