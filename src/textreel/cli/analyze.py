"""``textreel analyze``: what textreel reads in a prompt, as a table or as JSON."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from textreel.language import TextAnalysis, Token


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(analyze)


def analyze(
    prompt: Annotated[str, typer.Argument(help='The sentence, such as "a red ball bounces on the beach".')],
    json: Annotated[bool, typer.Option("--json", help="Print the document as JSON.")] = False,
    vectors: Annotated[
        Path | None,
        typer.Option("--vectors", help="Word vectors: a GloVe text, word2vec text or word2vec binary file."),
    ] = None,
) -> None:
    """Show the words of PROMPT: parts of speech, entities, word vectors.

    Example: textreel analyze "a lion stalks its prey across the savanna" --json
    """
    from textreel.language import WordVectors
    from textreel.language import analyze as analyze_prompt

    analysis = analyze_prompt(prompt, WordVectors.load(vectors) if vectors else None)
    print_json(analysis) if json else print_tables(analysis)


def print_json(analysis: "TextAnalysis") -> None:
    """Print the document on one line a level."""
    from json import dumps

    typer.echo(dumps(analysis.to_dict(), indent=2, ensure_ascii=False))


def print_tables(analysis: "TextAnalysis") -> None:
    """Draw the tokens, then the entities."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    words = Table(title="Words", caption="Bold: content words. Norm: length of the word vector.")
    for heading in ("word", "lemma", "part of speech", "entity"):
        words.add_column(heading, overflow="fold")
    words.add_column("norm", justify="right")
    words.add_column("nearest words", overflow="fold")
    for token in analysis.tokens:
        norm = f"{token.vector_norm:.2f}" if token.vector_norm else ""
        cells = [token.text, token.lemma, token.part_of_speech, token.entity or "", norm, vector_note(token)]
        words.add_row(*cells, style="bold" if token.content else "dim")
    console.print(words)
    entities = Table(title="Entities")
    entities.add_column("entity")
    entities.add_column("kind")
    for entity in analysis.entities:
        entities.add_row(entity.text, entity.kind)
    console.print(entities if analysis.entities else "No entities.")


def vector_note(token: "Token") -> str:
    """Name the nearest words, after a word on where a vector comes from that is not the word's own."""
    near = ", ".join(token.nearest[:3])
    if not token.is_word or not token.out_of_vocabulary:
        return near
    if not token.vector_words:
        return "not in the vocabulary, and nothing like it: no effect"
    stand_in = " + ".join(token.vector_words)
    return f"not in the vocabulary; read as {stand_in} ({token.vector_source}): {near}"
