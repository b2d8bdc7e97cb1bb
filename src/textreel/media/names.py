"""Names that no file has yet."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def claimed(path: Path, *, folder: bool = False) -> Iterator[Path]:
    """Take the path, or lion-2.mp4, lion-3.mp4, ... where something is there already.

    Inside, an empty file (or folder) holds the name, which no other process can take; the block replaces it. When the
    block fails, the name is given up again.
    """
    name = _first_free(path, folder=folder)
    try:
        yield name
    except BaseException:
        if folder:
            name.rmdir()
        else:
            name.unlink(missing_ok=True)
        raise


def _first_free(path: Path, *, folder: bool) -> Path:
    for number in itertools.chain([""], (f"-{count}" for count in itertools.count(2))):
        name = path.with_name(f"{path.stem}{number}{path.suffix}")
        try:
            if folder:
                name.mkdir()
            else:
                name.touch(exist_ok=False)
        except FileExistsError:
            continue
        return name
    raise AssertionError("counting does not end")
