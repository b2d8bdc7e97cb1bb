"""The command line: one file per command, each with ``register(app)``; this package finds them by itself.

A command imports what it needs when it runs, so that none pays seconds for what it does not use.
"""

import importlib
import io
import os
import pkgutil
import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

import textreel
from textreel.errors import TextreelError

INTERRUPTED = 130
STOPPED = "Stopped; nothing half-written was left behind."
# typer names only this leaf of its parser's errors, and takes the tree from elsewhere with each release.
ParserError: Any = typer.BadParameter.__mro__[2]


def build_app() -> typer.Typer:
    """The application with every command of this package."""
    app = typer.Typer(
        name="textreel",
        help="From a sentence to a short film.",
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(about)
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__name__}.{module.name}").register(app)
    return app


def about(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda asked: _print_version(asked),
            help="Print the version.",
        ),
    ] = False,
) -> None:
    """From a sentence to a short film."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status: 0, 1 (failure), 2 (usage) or 130 (interrupted).

    What goes wrong is told in one sentence on the standard error.
    """
    try:
        command = typer.main.get_command(build_app())
        result = command.main(args=list(arguments) or ["--help"], prog_name="textreel", standalone_mode=False)
        if result == INTERRUPTED:  # what typer makes of Ctrl-C
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return _fail(STOPPED, INTERRUPTED)
    except TextreelError as error:
        return _fail(str(error), error.exit_status)
    except ParserError as error:
        return _fail(error.format_message(), error.exit_code)
    except MemoryError:
        return _fail("This machine's memory is used up: make the film smaller or shorter.", 1)
    except BrokenPipeError:
        return 1
    except OSError as error:
        return _fail(f"{_what(error)}: {error.strerror}.", 1)


def main() -> None:
    """The entry point of the ``textreel`` command."""
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal may lack a letter, and a name be no text
    status = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except OSError as error:
        if not status and not isinstance(error, BrokenPipeError):
            _fail(f"{_what(error)}: {error.strerror}.", 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python tries again at its end
        status = status or 1
    sys.exit(status)


def _what(error: OSError) -> str:
    if error.filename is None:
        return "The output could not be written"
    return f"'{error.filename}' could not be read or written"


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"textreel {textreel.__version__}")
        raise typer.Exit


def _fail(sentence: str, status: int) -> int:
    typer.echo(f"textreel: {sentence}", err=True)
    return status
