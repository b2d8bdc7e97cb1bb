"""``textreel models``: what is shipped."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(models)


def models() -> None:
    """List the shipped models."""
    from rich.console import Console
    from rich.table import Table

    from textreel.models import read_card, shipped

    table = Table("name", "makes", "of what", "size", "hash")
    for name in shipped():
        card = read_card(name)
        makes = "films" if card.makes_films else "their sound"
        table.add_row(card.name, makes, card.description, f"{card.megabytes:.1f} MB", card.weights_hash[:12])
    if not table.rows:
        typer.echo("No model is shipped with this textreel; name a folder with --model.")
        return
    Console().print(table)
