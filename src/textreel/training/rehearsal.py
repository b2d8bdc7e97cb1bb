"""A few real steps at the real sizes, before a run begins, to know what it takes; afterwards nothing has changed."""

import copy
import hashlib
import itertools
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.packages import cache_folder
from textreel.corpora.protocol import Corpus
from textreel.corpora.sounds.protocol import CLIP_SECONDS
from textreel.nn.spectra import RATE
from textreel.soundtrack import SoundGeneratorConfig
from textreel.training.configuration import TrainingConfig
from textreel.training.forecast import SPARE, Fact, Forecast, Need, Pace, Trial
from textreel.training.judge import JudgeConfig
from textreel.training.judge.trainer import JudgeTrainer
from textreel.training.machine import Machine, held_bytes
from textreel.training.objectives import Lesson
from textreel.training.phases import game_weight
from textreel.training.processes import any_of, make_fabric, reduce
from textreel.training.recipes.own import clips_fact, reasons
from textreel.training.stages import Stage
from textreel.training.state import restore_state, state_tensors
from textreel.training.trainer import Trainer

TIMED_STEPS = 3
LONGEST_SECONDS = 15.0  # for the timed steps of one kind, of which one is always done
SAMPLE_SECONDS = 0.005
FEW, SOME = 2, 4  # clips a step with which the memory of a large batch is foretold
SMALLER_CLIPS = "build the clips at a smaller --size"
END_OTHERS = "end other programs"
PLAIN, GAME, PENALTY = "steps", "steps with the game", "steps with the game and its penalty"


Step = Callable[[int], object]
"""Does one step of a kind; told how many were done before."""
Say = Callable[[str], None]
"""Told what is tried next."""


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Steps that cost alike: how many there are still, and the first few of them."""

    name: str
    steps: int
    first: tuple[int, ...]


def forecast_run(trainer: Trainer, say: Say = quiet, *, fresh: bool = True) -> Forecast:
    """What the rest of a run will take; the trainer is bit for bit as before then.

    Args:
        trainer: stands before its next step.
        say: told what is tried.
        fresh: false takes what an earlier trial of the same run on this machine has measured.
    """
    machine, file = Machine.here(), trial_file(trainer)
    fresh = (
        fresh or trainer.fabric.world_size > 1
    )  # processes that know different things would wait for each other
    trial = (None if fresh else Trial.kept(file)) or Trial()
    trial.say = say
    paces, need = rehearse(trainer, machine, trial)
    if paces and trainer.fabric.is_global_zero:
        with suppress(OSError):  # it is measured once more then
            trial.keep(file)
    return Forecast(
        trial=trial,
        recipe=trainer.config.recipe,
        facts=tuple(facts_of(trainer, machine)),
        paces=paces,
        need=need,
        smaller=SMALLER_CLIPS if isinstance(trainer.corpus, ClipsCorpus) else END_OTHERS,
        cores=machine.cores,
        cuda=machine.cuda,
    )


def trial_file(trainer: Trainer) -> Path:
    """Where the trial of a run is kept: by its options, except for how long it is, and by what it computes on."""
    options = {name: value for name, value in trainer.config.to_dict().items() if name != "steps"}
    computes_on = (
        str(trainer.fabric.device),
        trainer.fabric.world_size,
        torch.get_num_threads(),
        torch.__version__,
    )
    key = hashlib.sha256(repr((options, computes_on)).encode()).hexdigest()
    return cache_folder("trials") / f"{key[:32]}.json"


def facts_of(trainer: Trainer, machine: Machine) -> Iterator[Fact]:
    """The sizes of a run."""
    config, corpus, why = trainer.config, trainer.corpus, {}
    if isinstance(corpus, ClipsCorpus):
        held_out = len(corpus.samples) - len(corpus.clips("train"))
        yield clips_fact(corpus.index, len(corpus.clips("train")), held_out)
        why = reasons(corpus.index, machine, config)
    else:
        yield Fact(name="clips", value=f"composed by the corpus {corpus.name} as they are needed")
    if isinstance(config.generator, SoundGeneratorConfig):
        yield Fact(name="sounds", value=f"{CLIP_SECONDS:.1f} s at {RATE:,} samples a second")
    else:
        yield Fact(name="pictures", value=f"{config.side}x{config.side} pixels", why=why.get("pictures", ""))
        window = f"{config.window.frames} frames at {corpus.fps} a second"
        yield Fact(name="window", value=window, why=why.get("window", ""))
    yield Fact(name="batch", value=f"{config.batch} clips a step", why=why.get("batch", ""))
    done = f", {trainer.step:,} of them done" if trainer.step else ""
    yield Fact(name="steps", value=f"{config.steps:,}{done}", why=why.get("steps", ""))
    learning = {name: network for name, network in trainer.networks.items() if name != "average"}
    sizes = (f"{parameters(network) / 1e6:.1f} million in the {name}" for name, network in learning.items())
    yield Fact(name="weights", value=", ".join(sizes))


def parameters(network: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(parameter.numel() for parameter in network.parameters())


def forecast_judge(config: JudgeConfig, done: int, say: Say = quiet, *, fresh: bool = True) -> Forecast:
    """The same for a judge, always measured; the one that is tried is thrown away."""
    machine = Machine.here()
    with torch.random.fork_rng():
        return tried_judge(config, done, machine, Trial(say=say))


def tried_judge(config: JudgeConfig, done: int, machine: Machine, trial: Trial) -> Forecast:
    """A judge's run, step by kind of step."""
    few = replace(config, validation_clips=config.batch, review_clips=config.batch)
    trainer = JudgeTrainer(few, Path())
    kinds = counted(range(done, config.steps), lambda step: trainer.lesson(step).__name__)

    def learn(kind: Kind, index: int) -> None:
        trainer.step = kind.first[index % len(kind.first)]
        trainer.advance()

    paces = []
    with watched_memory() as peak:
        for kind in kinds:
            name, measure = (
                f"{kind.name} steps",
                partial(timed, trainer.fabric, partial(learn, kind), kind.steps),
            )
            paces.append(Pace(name=name, steps=kind.steps, seconds=trial.time(name, measure)))
        if config.review_steps and done < config.steps:
            seconds = timed(trainer.fabric, lambda _: trainer.ways_found(0), 1)
            paces.append(
                Pace(name="ways for the review", steps=config.review_clips // config.batch, seconds=seconds)
            )
        seconds = timed(trainer.fabric, lambda _: trainer.validate(), 1) * config.validation_clips
        count = 1 + (config.steps - done) // config.validate_every
        paces.append(Pace(name="validation", steps=count, seconds=seconds / config.batch))
    need = Need(bytes=peak(), free_bytes=machine.free_bytes, batch=config.batch, most=config.batch // 2)
    sizes = Fact(name="weights", value=f"{parameters(trainer.judge) / 1e6:.1f} million in the judge")
    batch = Fact(name="batch", value=f"{config.batch} clips a step")
    steps = Fact(name="steps", value=f"{config.steps:,}" + (f", {done:,} of them done" if done else ""))
    return Forecast(
        recipe="judge",
        facts=(batch, steps, sizes),
        paces=tuple(paces),
        need=need,
        smaller=END_OTHERS,
        cores=machine.cores,
        cuda=machine.cuda,
        trial=trial,
    )


def forecast_stage(stage: Stage, done: int, say: Say = quiet, *, fresh: bool = True) -> Forecast:
    """The same for a stage, always measured; it is bit for bit as before then."""
    trial = Trial(say=say)
    trial.say(PLAIN)
    machine, fabric, config = Machine.here(), make_fabric("32-true"), stage.config
    kept = {
        name: tensor.detach().clone()
        for name, tensor in state_tensors(stage.networks, stage.optimisers).items()
    }
    left = config.steps - done
    with watched_memory() as peak:
        seconds = timed(fabric, lambda index: stage.train_step(done + index), left) if left else 0.0
    restore_state(kept, stage.networks, stage.optimisers, source=Path(config.stage))
    sizes = (
        f"{parameters(net) / 1e6:.2f} million in the {name}"
        for name, net in stage.networks.items()
        if name != "average"
    )
    return Forecast(
        recipe=config.stage,
        facts=(
            Fact(name="batch", value=f"{config.batch} pictures a step"),
            Fact(name="steps", value=f"{config.steps:,}" + (f", {done:,} of them done" if done else "")),
            Fact(name="weights", value=", ".join(sizes)),
        ),
        paces=(Pace(name=PLAIN, steps=left, seconds=seconds),),
        need=Need(bytes=peak(), free_bytes=machine.free_bytes, batch=config.batch, most=config.batch // 2),
        smaller=END_OTHERS,
        cores=machine.cores,
        cuda=machine.cuda,
        trial=trial,
    )


def rehearse(trainer: Trainer, machine: Machine, trial: Trial) -> tuple[tuple[Pace, ...], Need]:
    """Try every kind of step of what is still to be done; the trainer is bit for bit as before then.

    Where the memory of the whole batch would not fit, as a few clips foretell, it is not tried: the paces are empty.
    """
    with undone(trainer):
        kinds = kinds_of(trainer.config, trainer.step)
        dearest = max(kinds, key=lambda kind: (PLAIN, GAME, PENALTY).index(kind.name), default=None)
        if trial.peak_bytes is None and dearest is not None:
            trial.say("memory")
            trial.clip_bytes, foretold = foretell(trainer, dearest)
            need = need_of(trainer, machine, foretold, trial.clip_bytes)
            if not need.fits:
                return (), need
        with watched_memory() as peak:
            paces = [*lessons(trainer, trial)]
            paces += [pace_of(trainer, kind, trial) for kind in kinds]
            paces += [sheets(trainer, sum(pace.steps * pace.seconds for pace in paces), trial)]
        trial.peak_bytes = max(peak(), trial.peak_bytes or 0)
        return tuple(paces), need_of(trainer, machine, trial.peak_bytes, trial.clip_bytes, exact=True)


@contextmanager
def undone(trainer: Trainer) -> Iterator[None]:
    """Inside, a trainer may learn; afterwards its networks, optimisers and counters are as they were."""
    networks = list(trainer.networks.values())
    kept = [[tensor.detach().clone() for tensor in tensors_of(network)] for network in networks]
    optimisers = [copy.deepcopy(phase.optimiser.state_dict()) for phase in trainer.phases]
    counters = trainer.step, trainer.seconds
    try:
        with torch.random.fork_rng():
            yield
    finally:
        with torch.no_grad():
            for network, before in zip(networks, kept, strict=True):
                for tensor, value in zip(tensors_of(network), before, strict=True):
                    tensor.copy_(value)
                network.zero_grad(set_to_none=True)
        for phase, state in zip(trainer.phases, optimisers, strict=True):
            phase.optimiser.load_state_dict(state)
        trainer.step, trainer.seconds = counters


def tensors_of(network: nn.Module) -> Iterator[Tensor]:
    """All its parameters and buffers, those too that are not saved."""
    return itertools.chain(network.parameters(), network.buffers())


# -- time --------------------------------------------------------------------------------------------------------------


def kinds_of(config: TrainingConfig, done: int) -> list[Kind]:
    """The kinds of the steps that are still to be done, in the order in which they come."""
    return counted(range(done, config.steps), partial(kind_of, config))


def counted(steps: Iterable[int], name_of: Callable[[int], str]) -> list[Kind]:
    """Steps by the names of their kinds."""
    counts: Counter[str] = Counter()
    first: dict[str, list[int]] = {}
    for step in steps:
        name = name_of(step)
        counts[name] += 1
        if counts[name] <= TIMED_STEPS:
            first.setdefault(name, []).append(step)
    return [Kind(name=name, steps=count, first=tuple(first[name])) for name, count in counts.items()]


def kind_of(config: TrainingConfig, step: int) -> str:
    """The kind of one step."""
    if not game_weight(config, step):
        return PLAIN
    penalised = config.adversarial.penalty != "none" and step % config.adversarial.penalty_every == 0
    return PENALTY if penalised else GAME


def pace_of(trainer: Trainer, kind: Kind, trial: Trial) -> Pace:
    """The seconds of one step of a kind."""

    def play(index: int) -> object:
        return trainer.play(kind.first[index % len(kind.first)])

    seconds = trial.time(kind.name, partial(timed, trainer.fabric, play, kind.steps))
    return Pace(name=kind.name, steps=kind.steps, seconds=seconds)


def lessons(trainer: Trainer, trial: Trial) -> Iterator[Pace]:
    """The seconds of one step of each lesson that was not had yet."""
    for lesson in trainer.objective.lessons()[trainer.lessons_had :]:
        if not lesson.steps:
            continue
        practise = partial(practised, trainer, lesson, torch.optim.Adam(lesson.parameters))
        name = f"{lesson.name} alone"
        seconds = trial.time(name, partial(timed, trainer.fabric, practise, lesson.steps))
        yield Pace(name=name, steps=lesson.steps, seconds=seconds)


def practised(trainer: Trainer, lesson: Lesson, optimiser: torch.optim.Optimizer, index: int) -> None:
    """One step of a lesson."""
    trainer.practise(lesson, min(index, lesson.steps - 1), optimiser)


def sheets(trainer: Trainer, seconds: float, trial: Trial) -> Pace:
    """The seconds of one contact sheet, and how many will be drawn in a run of so many seconds."""

    def draw() -> float:
        began = time.perf_counter()
        if trainer.fabric.is_global_zero:
            with tempfile.TemporaryDirectory() as folder:
                trainer.draw_sheet(Path(folder))
        return time.perf_counter() - began

    config, one = trainer.config, trial.time("contact sheets", draw)
    count = 2 + max((config.steps - trainer.step) // config.sheet_every, int(seconds / config.sheet_seconds))
    return Pace(name="contact sheets", steps=count, seconds=one)


def timed(fabric: Fabric, step: Step, steps: int) -> float:
    """The median seconds of a few steps after a first one, which also prepares what later ones have ready."""
    found: list[float] = []
    for index in range(1 + min(TIMED_STEPS, steps)):
        began = time.perf_counter()
        step(index)
        if fabric.device.type == "cuda":
            torch.cuda.synchronize()
        found.append(time.perf_counter() - began)
        if index and any_of(fabric, sum(found) > LONGEST_SECONDS):
            break
    return statistics.median(found[1:])


# -- memory ------------------------------------------------------------------------------------------------------------


def foretell(trainer: Trainer, kind: Kind) -> tuple[float, int]:
    """Bytes that each clip of a step takes, and that a whole batch will take, from steps with a few clips.

    Small batches are not foretold: nothing.
    """
    size = trainer.config.batch // trainer.fabric.world_size
    if size <= SOME:
        return 0.0, 0
    peaks = []
    trainer.play(kind.first[0], size=FEW)
    for clips in (FEW, SOME):
        with watched_memory() as peak:
            trainer.play(kind.first[0], size=clips)
        peaks.append(peak())
    each = max(0.0, (peaks[1] - peaks[0]) / (SOME - FEW))
    return each, round(peaks[0] + each * (size - FEW))


def need_of(trainer: Trainer, machine: Machine, peak: int, each: float, *, exact: bool = False) -> Need:
    """The memory of a run whose steps hold so much at their peak.

    Added is what comes later: decoded clips that the corpus will keep, and the copy of all tensors while it is saved.
    """
    config, processes = trainer.config, trainer.fabric.world_size
    later = 0 if machine.cuda else to_be_kept(trainer.corpus) + saved_bytes(trainer)
    needed, free = (alike(trainer, count) for count in ((peak + later) * processes, machine.free_bytes))
    room = free * (1 - SPARE) - (needed - each * config.batch)
    most = min(int(max(0.0, room) // each), config.batch) if each else config.batch // 2
    most -= most % processes
    return Need(bytes=needed, free_bytes=free, batch=config.batch, most=most, exact=exact)


def alike(trainer: Trainer, count: int) -> int:
    """A count as all processes have it in the mean, so that all of them judge alike."""
    if trainer.fabric.world_size == 1:
        return count
    return round(reduce(trainer.fabric, torch.tensor(count, dtype=torch.float64), "mean").item())


def to_be_kept(corpus: Corpus) -> int:
    """Bytes of decoded clips that a corpus will keep, and does not keep yet."""
    return corpus.to_be_kept if isinstance(corpus, ClipsCorpus) else 0


def saved_bytes(trainer: Trainer) -> int:
    """Networks and the two moments of each parameter that learns."""
    networks = sum(tensor.nbytes for network in trainer.networks.values() for tensor in tensors_of(network))
    return networks + 2 * sum(tensor.nbytes for phase in trainer.phases for tensor in phase.parameters())


@contextmanager
def watched_memory() -> Iterator[Callable[[], int]]:
    """Inside, this process's memory is looked at all the time; its greatest figure is answered, during it or after."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
        yield torch.cuda.max_memory_reserved
        return
    greatest, ended = held_bytes(), threading.Event()

    def watch() -> None:
        nonlocal greatest
        while not ended.wait(SAMPLE_SECONDS):
            greatest = max(greatest, held_bytes())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield lambda: greatest
    finally:
        ended.set()
        watcher.join()
