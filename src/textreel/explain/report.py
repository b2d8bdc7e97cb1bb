"""An explanation as one page of HTML that needs nothing else: no script, font or picture from elsewhere."""

import json
from pathlib import Path

from textreel.errors import MediaError
from textreel.explain.documents import to_document
from textreel.explain.explanation import Explanation

PAGE = Path(__file__).parent / "page.html"
STYLE = Path(__file__).parent / "page.css"
SCRIPT = Path(__file__).parent / "page.js"


def to_html(explanation: Explanation) -> str:
    """The page: a player with words to click, tables and pictures; it may be saved or shown in a frame."""
    page = PAGE.read_text(encoding="utf-8")
    parts = {
        "STYLE": STYLE.read_text(encoding="utf-8"),
        "DATA": as_script(json.dumps(to_document(explanation), ensure_ascii=False)),
        "SCRIPT": SCRIPT.read_text(encoding="utf-8"),
    }
    for name, text in parts.items():
        before, after = page.split(f"<!--{name}-->")
        page = before + text + after
    return page


def as_script(document: str) -> str:
    """JSON that may stand within a script element, whatever a prompt says."""
    for sign, code in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        document = document.replace(sign, code)
    return document.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def write_report(text: str, path: str | Path) -> Path:
    """Write a page or a document, whole or not at all; a file of that name is replaced.

    Raises:
        MediaError: it cannot be written there.
    """
    target = Path(path)
    aside = target.with_name(f".{target.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise MediaError(
            f"The report could not be written to '{path}': {error.strerror}. Choose a place that can be written."
        ) from error
    return target
