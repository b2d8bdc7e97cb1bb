"""The subjects of the model `world`, out of trained weights: words, noise and clocks become sprites.

`begin` decides what is fixed in a film, `advance` walks on in time and answers codes, and `decode` paints these.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from textreel import checkpoint
from textreel.errors import UsageError
from textreel.generator.picture_code import load_picture_code
from textreel.generator.world.courses import Courses, CoursesConfig, CourseState, Loops, principal_loop
from textreel.generator.world.looks import Looks, LooksConfig
from textreel.models import HOME
from textreel.nn.picture_code import PictureCode

COURSES, LOOKS = "courses", "looks"
SHIPPED = HOME / "world"


class SubjectState(NamedTuple):
    """Where the subjects of a film are: their courses, and how each looks.

    Attributes:
        course: the state of the courses.
        styles, amounts: up to M looks of each of N subjects, [N, M, F] and [N, M].
    """

    course: CourseState
    styles: Tensor
    amounts: Tensor


class Subjects(nn.Module):
    """The picture code, the courses and the looks as one."""

    def __init__(self, code: PictureCode, courses: Courses, looks: Looks) -> None:
        super().__init__()
        self.code, self.courses, self.looks = code, courses, looks

    @property
    def drawings(self) -> Sequence[str]:
        """The art that can be shown, by the names that the inventory gives it."""
        return self.courses.config.drawings

    def begin(
        self,
        art: Sequence[str],
        words_NLD: Tensor,
        mask_NL: Tensor,
        looks_NM2D: Tensor,
        amounts_NM: Tensor,
        noise_NZ: Tensor,
        *,
        cast: Mapping[int, Tensor] | None = None,
    ) -> SubjectState:
        """The state before the first moment of a film.

        Args:
            art: the drawing of each of N subjects, as :attr:`drawings` names it.
            words_NLD: vectors of the words in each subject's slot.
            mask_NL: True where there is a word; each subject has one at least.
            looks_NM2D: up to M looks of each: the vector of the value, and that of the part or zeros.
            amounts_NM: how much of each look, 0 to 1.
            noise_NZ: standard Gaussian.
            cast: codes [P, C, H, W] of a loop of one picture or more, for subjects that are a person's own picture.

        Raises:
            UsageError: a drawing is not known.
        """
        cast = cast or {}
        known = self.courses.rows
        unknown = [name for number, name in enumerate(art) if number not in cast and name not in known]
        if unknown:
            raise UsageError(f"The model has no drawing {unknown[0]!r}: choose from those of the inventory.")
        rows = torch.tensor([known.get(name, 0) for name in art], device=noise_NZ.device)
        parts = list(zip(*self.courses.loops(rows), strict=True))
        for number, codes in cast.items():
            parts[number] = principal_loop(codes, self.courses.most, self.courses.config.phases)
        loops = Loops(*(torch.stack(each) for each in zip(*parts, strict=True)))
        course = self.courses.begin(loops, words_NLD, mask_NL, noise_NZ)
        return SubjectState(course, self.looks.read(*looks_NM2D.unbind(dim=2)), amounts_NM)

    def advance(self, state: SubjectState, clocks_NT2: Tensor) -> tuple[Tensor, Tensor, SubjectState]:
        """Walk on.

        Args:
            state: of N subjects.
            clocks_NT2: the phases of loop and path at each moment, in cycles.

        Returns:
            Codes [N, T, C, H, W], the attention to each word [N, T, L], and the state after the last moment.
        """
        codes, attention, course = self.courses(state.course, clocks_NT2)
        moments = codes.shape[1]
        for style, amount in zip(state.styles.unbind(dim=1), state.amounts.unbind(dim=1), strict=True):
            rows = amount.nonzero()[:, 0]
            if len(rows):
                styles, amounts = (each[rows].repeat_interleave(moments, dim=0) for each in (style, amount))
                changed = self.looks(codes[rows].flatten(0, 1), styles, amounts)
                codes = codes.index_copy(0, rows, changed.unflatten(0, (len(rows), moments)))
        return codes, attention, state._replace(course=course)

    def decode(self, codes: Tensor) -> Tensor:
        """Sprites [..., 4, 8 H, 8 W] of codes [..., C, H, W]: colour premultiplied by alpha, in [0, 1]."""
        flat = codes.flatten(0, -4).contiguous(memory_format=torch.channels_last)
        return self.code.decode(flat).unflatten(0, codes.shape[:-3])

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Tensor:
        """Codes [P, C, H, W] of RGBA pictures of 128 x 128 whose colour is not premultiplied."""
        side = 8 * self.courses.config.side
        wrong = next((picture.size for picture in pictures if picture.size != (side, side)), None)
        if wrong is not None:
            raise ValueError(f"pictures must be {side} x {side}, got {wrong[0]} x {wrong[1]}")
        straight = np.stack([np.asarray(picture.convert("RGBA"), np.float32) for picture in pictures]) / 255
        straight[..., :3] *= straight[..., 3:]
        return self.code.encode(torch.from_numpy(straight).permute(0, 3, 1, 2))


def load_subjects(folder: Path = SHIPPED) -> Subjects:
    """The subjects, ready to be shown.

    Raises:
        CheckpointError: files are missing, broken, or hold something else.
    """
    code = load_picture_code(folder / "picture-code")
    saved = checkpoint.load(folder / COURSES, kind=COURSES)
    options = checkpoint.read_config(CoursesConfig, saved.metadata, folder / COURSES)
    courses = checkpoint.build(lambda: Courses(options), saved.tensors, source=folder / COURSES)
    return Subjects(code, courses, load_looks(folder / LOOKS)).eval().requires_grad_(False)


def load_looks(folder: Path = SHIPPED / LOOKS) -> Looks:
    """The looks alone.

    Raises:
        CheckpointError: files are missing, broken, or hold something else.
    """
    saved = checkpoint.load(folder, kind=LOOKS)
    options = checkpoint.read_config(LooksConfig, saved.metadata, folder)
    return checkpoint.build(lambda: Looks(options), saved.tensors, source=folder)
