"""Docstrings name other pieces as Sphinx does (:func:`load`); on the site only the name is wanted."""

import re
from typing import Any

ROLE = re.compile(r":(?:class|func|meth|mod|attr|data|exc):(?=<code>)")
PATH = re.compile(r"<code>~?textreel\.[\w.]*\.(\w+)</code>")


def on_page_content(html: str, **_: Any) -> str:
    """Called by MkDocs for every page."""
    return PATH.sub(r"<code>\1</code>", ROLE.sub("", html))
