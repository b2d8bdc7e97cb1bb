"""What the page and the HTTP API show of a prompt: each word's slot, what else it could be, and what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from textreel.language import check_prompt
from textreel.language.known import Knowledge
from textreel.language.reader.choices import Choice, alternatives, with_choices
from textreel.language.reader.slots import prompt_spans
from textreel.pipeline import planned
from textreel.storyboard import Storyboard

FORM = "form"


@dataclass(frozen=True, kw_only=True)
class PromptChoices:
    """What was chosen for the words of one prompt; another prompt has none of it."""

    prompt: str = ""
    choices: tuple[Choice, ...] = ()

    def given(self, prompt: str) -> tuple[Choice, ...]:
        """Return the choices that hold for a prompt."""
        return self.choices if prompt == self.prompt else ()

    def chosen(self, prompt: str, choice: Choice) -> PromptChoices:
        """Return the choices with one more; what the words name by themselves takes a choice back."""
        kept = [each for each in self.given(prompt) if (each.start, each.end) != (choice.start, choice.end)]
        for span in prompt_spans(prompt):
            if (span.words.start, span.words.end) == (choice.start, choice.end):
                own = choice.value == span.value and not span.is_replaced
                kept += [] if own else [choice]
        return PromptChoices(prompt=prompt, choices=tuple(kept))


def board_with(prompt: str, choices: Sequence[Choice], seconds: float | None) -> Storyboard:
    """Return the storyboard of a prompt that shows what was chosen; the prompt itself stays as it is written.

    Raises:
        UsageError: as :func:`textreel.pipeline.planned`.
    """
    board = planned(prompt, seconds)
    if not choices:
        return board
    spans = prompt_spans(prompt)
    shots = []
    for shot in board.shots:
        text = with_choices(prompt, spans, choices, shot.text)
        moves = tuple(
            replace(move, subject=with_choices(prompt, spans, choices, move.subject))
            if move.subject
            else move
            for move in shot.moves
        )
        shots.append(replace(shot, text=text, moves=moves))
    return replace(board, shots=tuple(shots))


def words_of(prompt: str, choices: Sequence[Choice], knowledge: Knowledge) -> list[dict[str, Any]]:
    """Return the words of a prompt as plain data: text, place, slot, value, sentence, alternatives, what was chosen.

    Raises:
        PromptError: the prompt cannot be read.
    """
    chosen = {(choice.start, choice.end): choice.value for choice in choices}
    return [
        {
            "text": span.words.text,
            "start": span.words.start,
            "end": span.words.end,
            "slot": span.slot,
            "value": span.value,
            "match": span.match,
            "reason": span.reason,
            "understood": span.is_understood,
            "sentence": span.sentence,
            "alternatives": list(alternatives(span, knowledge)),
            "chosen": chosen.get((span.words.start, span.words.end)),
        }
        for span in prompt_spans(check_prompt(prompt), knowledge)
    ]


def chips(prompt: str, words: Sequence[dict[str, Any]]) -> str:
    """Return a prompt as chips by slot, each with a popover of what became of it and what else it could be."""
    pieces, at = [], 0
    for number, word in enumerate(words):
        if word["slot"] == FORM:
            continue
        pieces += [_plain(prompt[at : word["start"]]), _chip(number, word)]
        at = word["end"]
    if not pieces:
        return ""
    pieces.append(_plain(prompt[at:]))
    return (
        '<div class="textreel-words" role="group" aria-label="What becomes of each word">'
        f"{''.join(pieces)}</div>"
    )


def _plain(text: str) -> str:
    text = text.strip()
    return f'<span class="textreel-plain">{escape(text)}</span>' if text else ""


def _chip(number: int, word: dict[str, Any]) -> str:
    """Return a button for one stretch, and its popover."""
    shown = word["chosen"] or (word["value"] if word["match"] in ("kind_of", "near") else "")
    state = (
        "left-out" if not word["understood"] else "lacking" if word["reason"] and not word["chosen"] else ""
    )
    label = f"{word['slot']}{', not shown' if state == 'lacking' else ''}"
    named = f"{word['text']} → {shown}" if shown else word["text"]
    sentence = (
        f"“{word['text']}” is shown as {word['chosen']}, as you chose" if word["chosen"] else word["sentence"]
    )
    place = f'data-start="{word["start"]}" data-end="{word["end"]}"'
    offered = [word["value"], *word["alternatives"]] if word["alternatives"] else []
    buttons = "".join(
        f'<button type="button" {place} data-value="{escape(value)}" '
        f'aria-pressed="{str(value == (word["chosen"] or word["value"])).lower()}">{escape(value)}</button>'
        for value in offered
        if value
    )
    return (
        f'<button type="button" class="textreel-chip" data-slot="{escape(word["slot"])}" data-state="{state}" {place} '
        f'popovertarget="textreel-word-{number}" title="{escape(sentence)}" '
        f'aria-label="{escape(f"{label}: {named}")}"><small>{escape(label)}</small>{escape(named)}</button>'
        f'<div popover id="textreel-word-{number}" class="textreel-choice" role="dialog" '
        f'aria-label="{escape(word["text"])}"><p>{escape(sentence)}</p>'
        + (f'<div role="group" aria-label="Show instead">{buttons}</div>' if buttons else "")
        + "</div>"
    )
