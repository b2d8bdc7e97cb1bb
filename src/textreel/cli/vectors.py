"""``textreel vectors``: word vectors of one's own."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Method(StrEnum):
    """Ways to learn word vectors."""

    SKIP_GRAM = "skip-gram"
    CBOW = "cbow"


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Train word vectors of your own.", no_args_is_help=True)
    group.callback()(about)
    group.command()(train)
    app.add_typer(group, name="vectors")


def about() -> None:
    """Train word vectors of your own, for `analyze --vectors` and `train`."""


def train(
    corpus: Annotated[
        Path,
        typer.Argument(help="A .txt of captions, or .csv, .tsv, .jsonl with a caption field."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, in word2vec text format.")
    ],
    method: Annotated[Method, typer.Option(help="The word2vec model.")] = Method.SKIP_GRAM,
    dimensions: Annotated[int, typer.Option(min=2, max=1000, help="Numbers in a vector.")] = 100,
    epochs: Annotated[int, typer.Option(min=1, max=1000, help="Passes over the captions.")] = 20,
    least_count: Annotated[int, typer.Option(min=1, help="Leave out words that occur less often.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same vectors.")] = 0,
) -> None:
    """Train word2vec on the captions in CORPUS.

    Example: textreel vectors train captions.txt -o captions.vectors.txt --dimensions 100
    """
    from textreel.language.vector_training import train_vectors

    words = train_vectors(
        corpus,
        output,
        skip_gram=method is Method.SKIP_GRAM,
        dimensions=dimensions,
        epochs=epochs,
        least_count=least_count,
        seed=seed,
    )
    typer.echo(f"{words:,} words of {dimensions} dimensions: {output}")
