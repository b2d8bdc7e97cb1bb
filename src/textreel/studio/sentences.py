"""What goes wrong, as a sentence on the page or for the program that asked."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, TypeVar, cast

import gradio

from textreel.errors import TextreelError

SHOWN_SECONDS = 20.0

Handler = TypeVar("Handler", bound=Callable[..., Any])


def on_page(handler: Handler) -> Handler:
    """A handler of the page whose errors are sentences there; the page shows HTML in them, so none is let through."""
    return _explained(handler, lambda sentence: escape(sentence, quote=False))


def for_programs(handler: Handler) -> Handler:
    """A handler of the HTTP API whose errors are sentences for the client."""
    return _explained(handler, lambda sentence: sentence)


def _explained(handler: Handler, spelled: Callable[[str], str]) -> Handler:
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def steps(*given: Any, **named: Any) -> Iterator[Any]:
            with _told(spelled):
                yield from handler(*given, **named)

        return cast(Handler, steps)

    @functools.wraps(handler)
    def whole(*given: Any, **named: Any) -> Any:
        with _told(spelled):
            return handler(*given, **named)

    return cast(Handler, whole)


@contextmanager
def _told(spelled: Callable[[str], str]) -> Iterator[None]:
    try:
        yield
    except TextreelError as error:
        raise _sentence(spelled(str(error))) from error
    except MemoryError as error:
        raise _sentence("This machine's memory is used up: make the film smaller or shorter.") from error
    except OSError as error:
        reason = spelled(error.strerror or str(error))
        sentence = f"The disk cannot be used: {reason}. Make room, or start the studio with another --folder."
        raise _sentence(sentence) from error


def _sentence(words: str) -> gradio.Error:
    return gradio.Error(words, duration=SHOWN_SECONDS, title="That did not work", print_exception=False)
