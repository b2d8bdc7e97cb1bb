"""Names that no file has yet."""

import itertools
from pathlib import Path


def free_path(path: Path) -> Path:
    """The path itself, or lion-2.mp4, lion-3.mp4, ... where something is there already."""
    names = (
        path.with_name(f"{path.stem}{number}{path.suffix}")
        for number in itertools.chain([""], (f"-{count}" for count in itertools.count(2)))
    )
    return next(name for name in names if not name.exists())
