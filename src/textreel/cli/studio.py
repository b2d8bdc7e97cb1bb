"""``textreel studio``: a web page to make, direct and steer films in, and to train models."""

import os
from pathlib import Path
from typing import Annotated

import typer

from textreel.cli import INTERRUPTED, STOPPED
from textreel.errors import UsageError
from textreel.models import DEFAULT_MODEL

HELP = """Open the studio, a web page on this machine; Ctrl-C ends it.

\b
textreel studio
textreel studio --folder my-films --port 8000
textreel studio --host 0.0.0.0        (everyone in your network may use it)
"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(studio)


def studio(
    folder: Annotated[
        Path,
        typer.Option(metavar="FOLDER", help="Where films, clips and runs lie; made where it is missing."),
    ] = Path("textreel-studio"),
    model: Annotated[str, typer.Option(help="The model that is chosen at first.")] = DEFAULT_MODEL,
    host: Annotated[str, typer.Option(help="The address that it listens at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port that it listens at.")] = 7860,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A name that it may also be asked by, such as a proxy's; others are refused.",
            show_default=False,
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option(" /--no-browser", help="Do not open the page in the browser.", show_default=False)
    ] = True,
) -> None:
    """Read the options, say where the page is, and serve it."""
    from textreel.models import film_models

    known = film_models(folder / "runs")
    if model not in known:
        raise UsageError(f"There is no model named {model!r}: choose from {', '.join(known)}.")
    from textreel.studio import Studio, StudioConfig, serve

    workplace = Studio(StudioConfig(folder=folder, model=model, names=tuple(names or ())))
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}/"

    def ready() -> None:
        typer.echo(f"{address} (films in {folder / 'films'}; Ctrl-C ends it)")
        if browser:
            typer.launch(address)

    try:
        serve(workplace, host=host, port=port, ready=ready)
    except KeyboardInterrupt:
        if workplace.is_working:  # a thread cannot be interrupted; nothing of its film lies on the disk yet
            typer.echo(f"textreel: {STOPPED}", err=True)
            os._exit(INTERRUPTED)
        raise
