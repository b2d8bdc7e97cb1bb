"""A run and its folder: options.json, statistics.jsonl, tensorboard/, sheets/, state/, model/."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.clips.index import INDEX_NAME, require_unchanged
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.protocol import Corpus
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.sounds.corpus import SoundsCorpus
from textreel.corpora.sounds.own import clips_of_sounds, folder_of_sounds
from textreel.documents import read_json_file
from textreel.errors import TrainingError, UsageError
from textreel.language import WordVectors
from textreel.models import WEIGHTS, read_card
from textreel.training import recipes
from textreel.training.configuration import Config, CorpusConfig, TrainingConfig, override, read_dataclass
from textreel.training.forecast import Forecast
from textreel.training.judge import JudgeConfig, judge, judge_from, judge_tiny, train_judge
from textreel.training.processes import make_fabric
from textreel.training.recipes import RECIPES_OF_CLIPS
from textreel.training.recipes.world import STAGES
from textreel.training.rehearsal import forecast_judge, forecast_run, forecast_stage
from textreel.training.stages import StageConfig, begin_stage_with, run_stage, save_stage
from textreel.training.state import has_state, write_text
from textreel.training.trainer import StepReport, Trainer

OPTIONS = "options.json"
OWN_WEIGHTS = "--resume goes on with the run's own weights: leave out --from."
CHECKED_BYTES = 8e9  # so much is read before a run begins: seconds
RECIPES: dict[str, Callable[[], TrainingConfig | JudgeConfig]] = {
    **recipes.RECIPES,
    "judge": judge,
    "judge-tiny": judge_tiny,
}


class Work(Protocol):
    """Trains to the end, or until `stop()`; tells of every step."""

    def __call__(self, *, report: Callable[[StepReport], None], stop: Callable[[], bool]) -> None: ...


class Forecaster(Protocol):
    """Tries a few steps, says what it tries, and answers what the work will take.

    Unless it is to be fresh, what was measured of the same run before counts.
    """

    def __call__(self, say: Callable[[str], None] = ..., *, fresh: bool = ...) -> Forecast: ...


@dataclass(frozen=True, kw_only=True)
class Job:
    """A run that stands ready: its work, its options, and how many steps are done already.

    `notes` are sentences that a person should read before the work begins.
    `forecast` tries a few steps and says what the work will take; nothing is written before the work begins.
    `speaks` tells whether this process is the one that tells people about it.
    """

    work: Work
    forecast: Forecaster
    config: TrainingConfig | JudgeConfig | StageConfig
    step: int
    speaks: bool
    notes: tuple[str, ...] = ()


def prepare(
    recipe: str,
    folder: Path,
    changes: dict[str, Any],
    *,
    resume: bool = False,
    source: str | Path | None = None,
    shards: Path | None = None,
    stage: str | None = None,
) -> Job:
    """A run by its recipe's name, with changed options; a resumed one keeps the options that it began with.

    A resumed run may be made longer: its learning rate then follows the curve of the new length from there on.

    Args:
        recipe: its name.
        folder, resume, source: as :func:`start`.
        changes: other values for some options, by their paths.
        shards: the clips of a recipe that learns from a person's own.
        stage: which part of a model that is trained in stages.

    Raises:
        UsageError: the recipe, its stage or an option is unknown, or shards are missing or not wanted; what
            :func:`start` raises.
    """
    if recipe in STAGES:
        return prepare_stage(recipe, stage, folder, changes, resume=resume, source=source)
    if stage is not None:
        raise UsageError(f"The recipe {recipe} has no stages: leave out --stage.")
    begun = begin(recipe, folder, shards, resume=resume)
    recorded = recorded_options(folder, type(begun)) if resume else None
    if recorded and shards is not None and isinstance(begun, TrainingConfig):
        changes = {"corpus.folder": begun.corpus.folder} | changes
    config = override(recorded or begun, changes)
    if isinstance(config, JudgeConfig):
        return prepare_judge(config, folder, resume=resume, source=source)
    if config.recipe != recipe:
        raise UsageError(f"The run in '{folder}' follows the recipe {config.recipe}, got {recipe}.")
    trainer = stand(config, folder, resume=resume, source=source)

    def work(*, report: Callable[[StepReport], None], stop: Callable[[], bool]) -> None:
        record(trainer, begun_elsewhere=source is not None)
        trainer.run(report=report, stop=stop)

    return Job(
        work=work,
        forecast=partial(forecast_run, trainer),
        config=config,
        step=trainer.step,
        speaks=trainer.fabric.is_global_zero,
        notes=trainer.notes,
    )


def begin(recipe: str, folder: Path, shards: Path | None, *, resume: bool) -> TrainingConfig | JudgeConfig:
    """The options of a recipe before they are changed."""
    if recipe in RECIPES_OF_CLIPS:
        recorded = recorded_options(folder, TrainingConfig) if resume else None
        given = shards or (recorded.corpus.folder if recorded else None)
        if given is None:
            raise UsageError(
                f"The recipe {recipe} learns from your own clips: say where their shards are with --corpus SHARDS, "
                "which `textreel corpus build FOLDER -o SHARDS` makes."
            )
        return RECIPES_OF_CLIPS[recipe](Path(given))
    if recipe not in RECIPES:
        known = ", ".join([*RECIPES, *RECIPES_OF_CLIPS, *STAGES])
        raise UsageError(f"There is no recipe named {recipe!r}: choose from {known}.")
    if shards is not None:
        raise UsageError(f"The recipe {recipe} brings its own corpus: leave out --corpus.")
    return RECIPES[recipe]()


def prepare_stage(
    recipe: str,
    name: str | None,
    folder: Path,
    changes: dict[str, Any],
    *,
    resume: bool,
    source: str | Path | None,
) -> Job:
    """The run of one stage of a model; it may begin with the weights of the run in the folder `source`.

    Raises:
        UsageError: there is no such stage; else as :func:`start`.
        AssetError: what it learns from is not on this machine.
    """
    if name not in STAGES[recipe]:
        known = ", ".join(STAGES[recipe])
        given = "none" if name is None else repr(name)
        raise UsageError(f"{recipe} is trained in stages: choose one of {known} with --stage, got {given}.")
    if resume and source is not None:
        raise UsageError(OWN_WEIGHTS)
    check_folder(folder, resume=resume)
    begun = STAGES[recipe][name].options()
    recorded = recorded_options(folder, type(begun)) if resume else None
    config = override(recorded or begun, changes)
    if config.stage != name:
        raise UsageError(f"The run in '{folder}' is of the stage {config.stage}, got {name}.")
    stage = STAGES[recipe][name].make(config)
    step = int(read_card(folder / "state").metadata["step"]) if resume else 0
    if source is not None:
        begin_stage_with(stage, Path(source))

    def work(*, report: Callable[[StepReport], None], stop: Callable[[], bool]) -> None:
        if source is not None:
            save_stage(
                stage, folder, 0, 0.0
            )  # a run that is killed early must not be resumed without these weights
        write_options(config, folder)
        run_stage(stage, folder, resume=resume or source is not None, report=report, stop=stop)

    return Job(
        work=work, forecast=partial(forecast_stage, stage, step), config=config, step=step, speaks=True
    )


def prepare_judge(
    config: JudgeConfig, folder: Path, *, resume: bool = False, source: str | Path | None = None
) -> Job:
    """A judge's run; it may begin with the weights of the judge in the folder `source`, or of the run there.

    Raises:
        UsageError: as :func:`start`.
        CheckpointError: what lies in ``source`` is no judge of this shape.
    """
    if resume and source is not None:
        raise UsageError(OWN_WEIGHTS)
    check_folder(folder, resume=resume)
    begun = has_state(folder)
    other = None if source is None else judge_from(source, config)
    step = int(read_card(folder / "state").metadata["step"]) if begun else 0

    def work(*, report: Callable[[StepReport], None], stop: Callable[[], bool]) -> None:
        write_options(config, folder)
        train_judge(config, folder, report, stop, resume=begun, begin_with=other)

    return Job(
        work=work, forecast=partial(forecast_judge, config, step), config=config, step=step, speaks=True
    )


def scenes_corpus(config: CorpusConfig) -> Corpus:
    """The scenes corpus, its places painted first where that was not done yet."""
    return ScenesCorpus(seed=config.seed, variations=config.variations, subjects=config.subjects)


def digits_corpus(config: CorpusConfig) -> Corpus:
    """Bouncing digits."""
    return DigitsCorpus(digits=config.digits)


def sounds_corpus(config: CorpusConfig) -> Any:
    """Sounds by kind, their takes cut and made first where that was not done yet."""
    return SoundsCorpus(config.kinds)


def own_sounds_corpus(config: CorpusConfig) -> Any:
    """A person's own recordings: shards with sound, or a folder of sound files.

    Raises:
        UsageError: their folder is not given.
        CorpusError: there is nothing to hear in it.
    """
    if config.folder is None:
        raise UsageError(
            "This recipe learns from your own recordings: say where they are with --corpus FOLDER."
        )
    folder = Path(config.folder)
    if (folder / INDEX_NAME).is_file():
        return clips_of_sounds(folder, config.held_out)
    return folder_of_sounds(folder, config.held_out or ())


def clips_corpus(config: CorpusConfig) -> Corpus:
    """A person's own clips, held against their index, so that no training ends an hour later for a broken shard.

    Raises:
        UsageError: their folder is not given.
        CorpusError: it is no whole corpus, or has changed since it was built.
    """
    if config.folder is None:
        raise UsageError(
            "This recipe learns from your own clips: say where their shards are with --corpus SHARDS, "
            "which `textreel corpus build FOLDER -o SHARDS` makes."
        )
    corpus = ClipsCorpus(config.folder, held_out=config.held_out, mirror=config.mirror)
    if sum(shard.bytes for shard in corpus.index.shards) <= CHECKED_BYTES:
        require_unchanged(corpus.index, corpus.folder)
    return corpus


CORPORA: dict[str, Callable[[CorpusConfig], Corpus]] = {
    "scenes": scenes_corpus,
    "digits": digits_corpus,
    "clips": clips_corpus,
    "sounds": sounds_corpus,
    "own-sounds": own_sounds_corpus,
}


def build_corpus(config: CorpusConfig) -> Corpus:
    """The corpus that a configuration names.

    Raises:
        UsageError: there is none of that name.
    """
    if config.name not in CORPORA:
        raise UsageError(f"There is no corpus named {config.name!r}: choose from {', '.join(CORPORA)}.")
    return CORPORA[config.name](config)


def start(
    config: TrainingConfig, folder: Path, *, resume: bool = False, source: str | Path | None = None
) -> Trainer:
    """A trainer that stands before its next step, in a new folder or one that is resumed; the run is recorded there.

    Args:
        config: every option of the run.
        folder: RUN; made where it is missing.
        resume: go on from RUN/state, or from the first step if the run was stopped before its first one.
        source: begin with the weights of this run or model; a shipped one by its name.

    Raises:
        UsageError: RUN is already there, or is to be resumed and is not there, or ``source`` is no model.
        TrainingError: RUN was made with other options, or cannot be written.
    """
    trainer = stand(config, Path(folder), resume=resume, source=source)
    record(trainer, begun_elsewhere=source is not None)
    return trainer


def stand(config: TrainingConfig, folder: Path, *, resume: bool, source: str | Path | None) -> Trainer:
    """The same, with nothing written yet."""
    if resume and source is not None:
        raise UsageError(OWN_WEIGHTS)
    check_folder(folder, resume=resume)
    fabric = make_fabric(config.precision)
    fabric.barrier()  # no process looks into the folder after another has begun to write
    trainer = Trainer(config, build_corpus(config.corpus), WordVectors.load_default(), folder, fabric=fabric)
    if source is not None:
        trainer.start_from(source)
    if resume and has_state(folder):
        trainer.resume()
    return trainer


def record(trainer: Trainer, *, begun_elsewhere: bool) -> None:
    """Make the run's folder, with its options."""
    if begun_elsewhere:
        trainer.save()  # a run that is killed early must not be resumed without these weights
    if trainer.fabric.is_global_zero:
        write_options(trainer.config, trainer.folder)


def check_folder(folder: Path, *, resume: bool) -> None:
    """A new run needs a new folder, a resumed one its own.

    Raises:
        UsageError: it is otherwise.
    """
    if resume and not has_state(folder):
        if not (folder / OPTIONS).is_file():
            raise UsageError(f"There is no run to resume in '{folder}': start one without --resume.")
        if any(map(_holds_something, (folder / name for name in ("state", "model", "statistics.jsonl")))):
            raise UsageError(
                f"The run in '{folder}' cannot be resumed: its state/{WEIGHTS} is missing. Put it back, or start a "
                f"new run in another folder; --from '{folder}' begins with its model where that is there."
            )
    if not resume and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(
            f"'{folder}' is already there: go on with that run with --resume, or give another folder with --out."
        )


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.is_file() and path.stat().st_size > 0


def recorded_options(folder: Path, kind: type[Config]) -> Config | None:
    """The options of the run in a folder, where they were recorded.

    Raises:
        TrainingError: their file is broken, or of a run of another kind.
    """
    if not (folder / OPTIONS).exists():
        return None
    try:
        return read_dataclass(kind, read_json_file(folder / OPTIONS))
    except UsageError as error:
        raise TrainingError(
            f"'{folder / OPTIONS}' does not fit this recipe ({error}): resume with the run's own, or start a new run."
        ) from error


def write_options(config: TrainingConfig | JudgeConfig | StageConfig, folder: Path) -> None:
    """Record every option of a run in its folder."""
    try:
        write_text(folder / OPTIONS, json.dumps(asdict(config), indent=2) + "\n")
    except OSError as error:
        raise TrainingError(
            f"'{folder}' cannot be written: {error}. Give another folder with --out."
        ) from error
