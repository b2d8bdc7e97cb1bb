"""``textreel live``: a film without end in the terminal, directed by typing while it plays."""

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from textreel.errors import UsageError
from textreel.models import DEFAULT_MODEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from textreel.pipeline import Stream
    from textreel.types import AudioTrack

EXAMPLES = """Play a film without end in the terminal, and type directions while it runs; Ctrl-C ends it.

\b
textreel live "a lion walks across the savanna"
    now zoom out
    make the lion white
    cut to a shark in the sea
textreel live "a lion walks across the savanna" --record lion.mp4
textreel live "a lion walks across the savanna" --script directions.txt --record lion.mp4
"""
AFTER_THE_LAST_SECONDS = 2.0
LINES_BELOW = 3
Say = Callable[[str], None]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=EXAMPLES)(live)


def live(
    prompt: Annotated[str, typer.Argument(help="What the film shows at first.", show_default=False)],
    model: Annotated[str, typer.Option(help="A shipped model, or a folder.")] = DEFAULT_MODEL,
    seed: Annotated[int, typer.Option(help="Chooses among the films that the words describe.")] = 0,
    size: Annotated[
        str | None,
        typer.Option(
            metavar="PIXELS", help='Height and width, or such as "640x360".', show_default="the model's"
        ),
    ] = None,
    aspect: Annotated[
        str | None, typer.Option(help="Width to height: 16:9, 1:1, 9:16.", show_default="1:1")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also write what was played.", show_default=False)
    ] = None,
    script: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help='Directions, one a line: "SECONDS: words".', show_default=False),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(help="End after so long.", show_default="never, or 2 s after the script's last line"),
    ] = None,
) -> None:
    """Check everything that can be wrong, load the model and play."""
    from textreel import media
    from textreel.arguments import MIN_SIZE, film_size, pixels, size_name
    from textreel.language import check_prompt

    check_prompt(prompt)
    film_size(MIN_SIZE if size is None else pixels(size), aspect)
    directions = read_script(script) if script else []
    if seconds is not None and not 0 < seconds < float("inf"):
        raise UsageError(f"A film that plays live ends after more than 0 seconds, got {seconds:g}.")
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    if script and seconds is None and not interactive:
        seconds = (directions[-1][0] if directions else 0.0) + AFTER_THE_LAST_SECONDS
    if seconds is None and not interactive:
        raise UsageError(
            "There is no terminal to play in: give --script FILE or --seconds, and --record FILE to keep the film."
        )
    if record is not None:
        media.check_target(record)

    from textreel.pipeline import load

    reel = load(model)
    stream = reel.stream(prompt, seed=seed, size=pixels(size), aspect=aspect)
    recipe = {"prompt": prompt, "seed": seed, "model": reel.name, "model_hash": reel.card.weights_hash}
    metadata = {**recipe, "size": size_name(stream.size), "directions": [list(each) for each in directions]}
    with stopping() as stopped, ExitStack() as stack:
        player = Terminal(stack, stream) if interactive else Silent()
        frames = play(stream, directions, seconds, player, stopped)
        if record is None:
            for _ in frames:
                pass
        else:
            recorded = Recorded(stream)
            sound = None if stream.sound is None else recorded.track
            media.write(recorded.of(frames), record, fps=stream.fps, metadata=metadata, sound=sound)
    if record is not None:
        keep_directions(record, metadata, stream)
        typer.echo(record)


class Recorded:
    """Keeps the sound of a stream while its frames go by."""

    def __init__(self, stream: "Stream") -> None:
        self.stream = stream
        self.pieces: list[NDArray[np.float32]] = []

    def of(self, frames: "Iterator[NDArray[np.uint8]]") -> "Iterator[NDArray[np.uint8]]":
        """The same frames."""
        for frame in frames:
            if self.stream.sound is not None:
                self.pieces.append(self.stream.sound)
            yield frame

    def track(self) -> "AudioTrack":
        """What was heard so far."""
        import numpy as np

        from textreel.types import AudioTrack

        return AudioTrack(samples=np.concatenate(self.pieces), sample_rate=self.stream.sample_rate)


def read_script(file: Path) -> list[tuple[float, str]]:
    """The directions of a script in the order of their times; empty lines and lines that begin with # are passed over.

    Raises:
        UsageError: the file cannot be read, or a line is not "SECONDS: words"; the message begins with the line.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The script '{file}' cannot be read ({error}): give a text file.") from error
    directions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        when, _, words = line.partition(":")
        try:
            time_seconds = float(when)
        except ValueError:
            time_seconds = -1.0
        if not 0 <= time_seconds < float("inf") or not words.strip():
            raise UsageError(
                f'line {number}: a direction is "SECONDS: words", such as "2.5: now zoom out"; got {line.strip()!r}.'
            )
        directions.append((time_seconds, words.strip()))
    return sorted(directions, key=lambda direction: direction[0])


def play(
    stream: "Stream",
    script: Sequence[tuple[float, str]],
    seconds: float | None,
    player: "Terminal | Silent",
    stopped: Callable[[], bool],
) -> Iterator["NDArray[np.uint8]"]:
    """The frames as they are played; directions are followed before the first frame that is due at their time."""
    waiting = list(script)
    while True:
        while waiting and waiting[0][0] <= stream.seconds + 1e-6:
            follow(stream, waiting.pop(0)[1], player.say)
        for line in player.lines():
            follow(stream, line, player.say)
        frame = next(stream)
        player.show(frame)
        yield frame
        if stopped() or player.ended() or (seconds is not None and stream.seconds >= seconds - 1e-6):
            return


def follow(stream: "Stream", words: str, say: Say) -> None:
    """Direct the stream and say what was understood; a wrong direction is told, and the film goes on."""
    from textreel.storyboard.telling import direction_words

    try:
        direction = stream.direct(words)
    except UsageError as error:
        say(f"{stream.seconds:.1f} s: {error}")
        return
    say(f"{stream.seconds:.1f} s: {words}: {direction_words(direction)}")
    for note in direction.notes:
        say(f"'{note.words.text}': {note.reason}")


class Silent:
    """Plays nowhere, as fast as frames are made; what is said goes to the standard error."""

    def say(self, line: str) -> None:
        typer.echo(f"textreel: {line}", err=True)

    def show(self, frame: "NDArray[np.uint8]") -> None:
        return

    def lines(self) -> tuple[str, ...]:
        return ()

    def ended(self) -> bool:
        return False


class Terminal:
    """Plays in the terminal at the film's own speed, above what was said last and the line that is typed."""

    def __init__(self, stack: ExitStack, stream: "Stream") -> None:
        from rich.console import Console
        from rich.live import Live

        from textreel.cli._terminal import Keyboard

        self.console, self.stream, self.said = (
            Console(),
            stream,
            "Type a direction and press Enter; Ctrl-C ends.",
        )
        self.live = stack.enter_context(Live(console=self.console, screen=True, auto_refresh=False))
        self.keyboard: Keyboard = stack.enter_context(Keyboard())
        self.due = time.monotonic()

    def say(self, line: str) -> None:
        self.said = line

    def lines(self) -> Iterator[str]:
        return self.keyboard.lines()

    def ended(self) -> bool:
        return self.keyboard.ended

    def show(self, frame: "NDArray[np.uint8]") -> None:
        """Draw one frame when it is due; after a pause the film goes on from there."""
        from rich.console import Group
        from rich.text import Text

        from textreel.cli._terminal import Picture

        status = Text(
            f"{self.stream.seconds:6.1f} s  {self.said}", style="dim", no_wrap=True, overflow="ellipsis"
        )
        typing = Text(f"> {self.keyboard.typed}▏", no_wrap=True, overflow="ellipsis")
        self.live.update(
            Group(Picture(frame, self.console.height - LINES_BELOW), status, typing), refresh=True
        )
        self.due = max(self.due + 1 / self.stream.fps, time.monotonic() - 0.5)
        time.sleep(max(0.0, self.due - time.monotonic()))


@contextmanager
def stopping() -> Iterator[Callable[[], bool]]:
    """Within, Ctrl-C and a request to end only raise a flag, so that a film that is being written gets whole."""
    asked: list[int] = []

    def note(number: int, frame: Any) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def keep_directions(film: Path, metadata: dict[str, Any], stream: "Stream") -> None:
    """Write the directions that were followed into the JSON beside the film."""
    from textreel import media
    from textreel.media.metadata import encode_metadata

    followed = [[directed.seconds, directed.words] for directed in stream.history]
    beside = media.sidecar_of(film)
    work = beside.with_name(f".{beside.name}.work")
    work.write_text(encode_metadata({**metadata, "directions": followed}) + "\n", encoding="utf-8")
    work.replace(beside)
