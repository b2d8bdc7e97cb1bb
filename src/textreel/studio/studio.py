"""A studio: everything that its pages and its HTTP API share. What it makes lies in one folder.

=========  ============================================================================
films/     the history: films, each with its metadata inside and beside it, and its explanation
clips/     one folder of captioned clips for each thing to learn
shards/    the clips as training reads them
runs/      training runs and their models
=========  ============================================================================
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textreel.errors import UsageError
from textreel.explain import SECTIONS, explain_film, to_html
from textreel.pipeline import DEFAULT_MODEL, Film, planned
from textreel.pipeline.recipes import make, require_same_model
from textreel.pipeline.reel import Cancel, Progress
from textreel.storyboard import Storyboard
from textreel.studio.channels import Channels
from textreel.studio.history import Entry, History
from textreel.studio.models import Models
from textreel.studio.trainings import Trainings
from textreel.studio.watching import Step, WorkQueue

Making = Generator[Step, None, Entry]
MAX_WAITING = 32  # each of them is asked for by one of the forty threads that Gradio has


@dataclass(frozen=True, kw_only=True)
class StudioConfig:
    """Where a studio works, and how much it takes on.

    Attributes:
        folder: where everything lies; made where it is missing.
        model: the one that is chosen at first.
        names: names that it may be asked by, besides its address and its machine's name.
        waiting: how many films may wait while one is painted, 32 at most.
        streams: how many live streams may be watched at a time.
        upload_megabytes: the largest file that it takes.
    """

    folder: Path = Path("textreel-studio")
    model: str = DEFAULT_MODEL
    names: tuple[str, ...] = ()
    waiting: int = 16
    streams: int = 4
    upload_megabytes: int = 32

    def __post_init__(self) -> None:
        for name in ("waiting", "streams", "upload_megabytes"):
            if getattr(self, name) < 1:
                raise UsageError(f"A studio's {name} is a number above 0, got {getattr(self, name)}.")
        if self.waiting > MAX_WAITING:
            raise UsageError(f"A studio lets {MAX_WAITING} films wait at most, got {self.waiting}.")


class Studio:
    """A studio at work; several people may use it at once.

    Raises:
        UsageError: its folder cannot be made, or the model is not there.
    """

    def __init__(self, config: StudioConfig, models: Models | None = None) -> None:
        self.config = config
        folder = config.folder.resolve()
        try:
            for name in ("films", "clips", "runs", "shards"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The studio's folder '{config.folder}' cannot be made ({error.strerror}): give another with --folder."
            ) from error
        self.history = History(folder / "films")
        self.models = models or Models(folder / "runs")
        self.trainings = Trainings(folder / "clips", folder / "runs", folder / "shards")
        self.channels = Channels(config.streams)
        self.painting, self.checking = WorkQueue(config.waiting), WorkQueue(config.waiting)
        self.models.require(config.model)

    def make(
        self,
        prompt: str | Storyboard,
        *,
        model: str | None = None,
        seed: int = 0,
        seconds: float | None = None,
        size: int | None = None,
    ) -> Making:
        """Make a film and keep it, step by step; see :meth:`textreel.studio.watching.WorkQueue.watch`.

        Raises:
            UsageError, PromptError: as :meth:`textreel.pipeline.Reel.generate`.
            MediaError: it cannot be written.
        """
        planned(prompt, seconds)  # what cannot be read is refused before it waits for its turn
        self.models.require(model or self.config.model)

        def work(progress: Progress, cancel: Cancel) -> Entry:
            reel = self.models.reel(model or self.config.model)
            given = {"seed": seed, "seconds": seconds, "size": size}
            film = reel.generate(prompt, **given, progress=progress, cancel=cancel)  # type: ignore[arg-type]
            return self.history.add(film)

        return (yield from self.painting.watch(work))

    def edit(self, name: str, instruction: str) -> Making:
        """Make a film of the history again with something changed, and keep both.

        Raises:
            UsageError: there is no such film, or the instruction cannot be read or done.
            CheckpointError: its model has changed since.
        """
        recipe = self.history.entry(name).recipe
        return (yield from self._again({**recipe, "edits": (*recipe["edits"], instruction)}))

    def undo(self, name: str) -> Making:
        """Make a film of the history again without its last edit.

        Raises:
            UsageError: there is no such film, or it was not edited.
            CheckpointError: its model has changed since.
        """
        recipe = self.history.entry(name).recipe
        if not recipe["edits"]:
            raise UsageError("This film was not edited: there is nothing to undo.")
        return (yield from self._again({**recipe, "edits": recipe["edits"][:-1]}))

    def explain(self, name: str, *, quick: bool = False) -> Making:
        """Explain a film of the history, and keep the page beside it; `quick`: only which words made what.

        The film is painted again, since its file does not hold what the generator thought.

        Raises:
            UsageError: there is no such film.
            CheckpointError: its model has changed since.
            MediaError: the page cannot be written; nothing is left behind.
        """
        recipe = self.history.entry(name).recipe

        def work(progress: Progress, cancel: Cancel) -> Entry:
            film = self._painted(recipe, None, cancel)
            steps = ("words",) if quick else SECTIONS
            explanation = explain_film(
                film, steps, lambda what, done, total: progress(done, total or 0), cancel
            )
            return self.history.explained(name, to_html(explanation))

        return (yield from self.painting.watch(work))

    def stream(self, prompt: str, *, model: str | None = None, seed: int = 0, size: int | None = None) -> str:
        """Open a live stream and return its token.

        Raises:
            UsageError: as :meth:`textreel.pipeline.Reel.stream`, or too many are watched.
        """
        reel = self.models.reel(model or self.config.model)
        return self.channels.open(reel.stream(prompt, seed=seed, size=size))

    @property
    def is_working(self) -> bool:
        """Whether a film is painted, or clips are checked."""
        return bool(len(self.painting) or len(self.checking))

    def stop_works(self) -> None:
        """End films that are painted or wait, and checks of clips."""
        self.painting.close()
        self.checking.close()

    def close(self) -> None:
        """End what still runs; a training saves first, and a film that is being written gets whole."""
        self.stop_works()
        self.trainings.close()
        self.history.close()

    def _again(self, recipe: dict[str, Any]) -> Making:
        def work(progress: Progress, cancel: Cancel) -> Entry:
            return self.history.add(self._painted(recipe, progress, cancel))

        return (yield from self.painting.watch(work))

    def _painted(self, recipe: dict[str, Any], progress: Progress | None, cancel: Cancel) -> Film:
        reel = self.models.reel(recipe["model"])
        require_same_model(recipe, reel.card)
        return make(reel, recipe, progress, cancel)
