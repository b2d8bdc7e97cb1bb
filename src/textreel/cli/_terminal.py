"""Films in a terminal: pictures of half-block characters, and a line to type in while they play."""

import functools
import os
import select
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.color import Color
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style

UPPER_HALF = "▀"
COLOUR_STEPS = 0xF8  # colours are rounded, so that their styles can be kept
ENTER, BACKSPACE, END, CLEAR, ESCAPE = "\r\n", "\x7f\b", "\x04", "\x15", "\x1b"


class Picture:
    """A frame as half-block characters, as large as its rows and the terminal's width allow."""

    def __init__(self, frame: NDArray[np.uint8], rows: int) -> None:
        self.frame, self.rows = frame, rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height, width = self.frame.shape[:2]
        scale = min(options.max_width / width, 2 * self.rows / height)
        across, down = max(1, int(width * scale)), max(2, int(height * scale) // 2 * 2)
        small = np.asarray(Image.fromarray(self.frame).resize((across, down), Image.Resampling.BOX))
        for upper, lower in zip(small[0::2] & COLOUR_STEPS, small[1::2] & COLOUR_STEPS, strict=True):
            for above, below in zip(upper.tolist(), lower.tolist(), strict=True):
                yield Segment(UPPER_HALF, cell_style(*above, *below))
            yield Segment.line()


@functools.lru_cache(maxsize=65536)
def cell_style(red: int, green: int, blue: int, red_below: int, green_below: int, blue_below: int) -> Style:
    """The colours of one character: its upper half and, as its ground, its lower half."""
    return Style(
        color=Color.from_rgb(red, green, blue), bgcolor=Color.from_rgb(red_below, green_below, blue_below)
    )


class Keyboard:
    """Lines that are typed while something else goes on; where keys cannot be read one by one, none ever come.

    Attributes:
        typed: the line so far.
        ended: whether Ctrl-D was typed.
    """

    def __init__(self) -> None:
        self.typed, self.ended = "", False
        self._settings: list[Any] | None = None

    def __enter__(self) -> "Keyboard":
        if sys.stdin.isatty() and os.name == "posix":
            import termios
            import tty

            self._settings = termios.tcgetattr(sys.stdin)
            tty.setcbreak(sys.stdin)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._settings is not None:
            import termios

            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._settings)

    def lines(self) -> Iterator[str]:
        """The lines that were ended since the last call."""
        while self._settings is not None and select.select([sys.stdin], [], [], 0)[0]:
            keys = os.read(sys.stdin.fileno(), 1024).decode("utf-8", "ignore")
            if not keys:
                self.ended = True
                return
            yield from self.press(keys)

    def press(self, keys: str) -> Iterator[str]:
        """Take keys as they come from a terminal; arrows and the like are passed over."""
        if keys.startswith(ESCAPE):
            return
        for key in keys:
            if key in ENTER:
                line, self.typed = self.typed.strip(), ""
                yield from [line] if line else []
            elif key in BACKSPACE:
                self.typed = self.typed[:-1]
            elif key == CLEAR:
                self.typed = ""
            elif key == END:
                self.ended = True
            elif key.isprintable():
                self.typed += key
