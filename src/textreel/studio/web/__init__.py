"""What the page brings to the browser: its style and its few scripts, from this folder and from nowhere else."""

from pathlib import Path

STYLE = Path(__file__).parent / "studio.css"


def script(name: str) -> str:
    """What a piece of the page does in the browser."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")
