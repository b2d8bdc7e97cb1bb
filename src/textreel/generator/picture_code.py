"""The shipped code for pictures: sprites into codes and back."""

from pathlib import Path

from textreel import checkpoint
from textreel.models import HOME
from textreel.nn.picture_code import PictureCode, PictureCodeConfig

KIND = "picture-code"
SHIPPED = HOME / "world" / KIND


def load_picture_code(folder: Path = SHIPPED) -> PictureCode:
    """A code for pictures, ready to encode and decode.

    Raises:
        CheckpointError: the files are missing, broken, or hold something else.
    """
    saved = checkpoint.load(folder, kind=KIND)
    options = checkpoint.read_config(PictureCodeConfig, saved.metadata, folder)
    code = checkpoint.build(lambda: PictureCode(options), saved.tensors, source=folder)
    return code.eval().requires_grad_(False)
