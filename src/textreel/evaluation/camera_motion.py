"""How the camera moved, read off the frames alone: a similarity of the background from frame to frame.

A shift, a zoom and a roll are fitted between two pictures by robust direct alignment: the inverse compositional
algorithm (Baker and Matthews, "Lucas-Kanade 20 Years On", 2004) on a pyramid, with iteratively reweighted least
squares (Geman-McClure), so that a subject that moves by itself does not pull. Rain and snow, which stay with the view,
are taken out first by a morphological opening: what is bright and thin goes, the background stays. The pictures are
brought to one local contrast: every part of the background has a say, not only the strongest edges, which are often the
subject's.

Points of a view are complex numbers x + iy, in view heights from its middle; a similarity is p -> scale * p + shift.
Dimensions in names: N pairs of pictures, T frames, C channels, H height, W width.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

LEVELS = (4, 2, 1)  # pixels that one pixel of each level of the pyramid stands for
STEPS = (12, 8, 8)
DROP = 1 / 32  # of a view's height: flakes and streaks are thinner
CONTRAST_WINDOW = 9  # pixels of a level
FAINTEST = 0.02  # deviation of a neighbourhood in [-1, 1] below which it counts as plain
TOLERANCE = 1.5  # residuals of so many robust deviations have a quarter of their weight
LEAST_DEVIATION = 0.05
WORST_MISFIT, NEARBY_TOLERANCE = (
    25.0,
    3.0,
)  # squared residuals in deviations: at most, and where weights are a quarter
LEAST_WEIGHT, RIM = 0.15, 0.7  # of the view's middle, and how far from it in view heights places count fully
LEAST_OVERLAP = 0.5  # share of a frame that is still seen in the one it is held against
GREATEST_ZOOM = 1.5  # between two frames that are held against each other


@dataclass(frozen=True, kw_only=True)
class Similarity:
    """p -> scale * p + shift of N pairs; both complex64 [N]."""

    scale: Tensor
    shift: Tensor

    @classmethod
    def identity(cls, count: int) -> "Similarity":
        """Nothing moves."""
        return cls(
            scale=torch.ones(count, dtype=torch.complex64), shift=torch.zeros(count, dtype=torch.complex64)
        )

    def after(self, other: "Similarity") -> "Similarity":
        """First the other, then this one."""
        return Similarity(scale=self.scale * other.scale, shift=self.scale * other.shift + self.shift)

    def inverse(self) -> "Similarity":
        """What undoes it."""
        return Similarity(scale=1 / self.scale, shift=-self.shift / self.scale)

    def __getitem__(self, rows: slice | Tensor) -> "Similarity":
        return Similarity(scale=self.scale[rows], shift=self.shift[rows])


def camera_motion(frames_TCHW: Tensor) -> NDArray[np.float64]:
    """Where the camera is in each frame of one shot, seen from the first one.

    Args:
        frames_TCHW: frames in [-1, 1].

    Returns:
        float64 [T, 4]: x and y in view heights of the first frame (right, down), the zoom against it, and the roll
        in radians, clockwise; the first row is 0, 0, 1, 0.
    """
    pictures = without_drops(frames_TCHW.float().mean(dim=1))
    steps = align(pictures[:-1], pictures[1:], Similarity.identity(len(pictures) - 1))
    chained = chain(steps)
    references = reference_frames(chained)
    guesses = chained.after(chained[references].inverse())
    direct = align(pictures[references], pictures, guesses, levels=LEVELS[1:])
    found = Similarity.identity(len(pictures))
    for frame, reference in enumerate(references.tolist()):
        if frame > reference:
            whole = direct[frame : frame + 1].after(found[reference : reference + 1])
            found.scale[frame], found.shift[frame] = whole.scale[0], whole.shift[0]
    middle = -(found.shift / found.scale)
    roll = np.unwrap(-found.scale.angle().double().numpy())
    parts = middle.real.double(), middle.imag.double(), found.scale.abs().double(), roll
    return np.stack([np.asarray(part) for part in parts], axis=1)


def without_drops(pictures_THW: Tensor) -> Tensor:
    """Pictures without what is brighter than all around it and thinner than DROP of the view's height."""
    size = int(DROP * pictures_THW.shape[-2]) // 2 * 2 + 1
    eroded = -widened(-pictures_THW[:, None], size)
    return widened(eroded, size)[:, 0]


def widened(pictures_N1HW: Tensor, size: int) -> Tensor:
    """The brightest of a square neighbourhood of every pixel."""
    return F.max_pool2d(pictures_N1HW, size, 1, size // 2)


def seen_from_first(path: ArrayLike) -> NDArray[np.float64]:
    """A camera's way [T, 4] in the world, as `CameraPath.at` gives it, in the terms of `camera_motion`."""
    x, y, zoom, roll = np.asarray(path, dtype=np.float64).T
    moved = zoom[0] * np.exp(-1j * roll[0]) * ((x - x[0]) + 1j * (y - y[0]))
    return np.stack([moved.real, moved.imag, zoom / zoom[0], roll - roll[0]], axis=1)


def chain(steps: Similarity) -> Similarity:
    """From each frame to the next -> from the first to each, itself included."""
    found = [Similarity.identity(1)]
    for index in range(len(steps.scale)):
        found.append(steps[index : index + 1].after(found[-1]))
    return Similarity(
        scale=torch.cat([each.scale for each in found]), shift=torch.cat([each.shift for each in found])
    )


def reference_frames(chained: Similarity) -> Tensor:
    """The frame that each is held against, int64 [T]: the first, or where that is left behind, a later one."""
    references, reference = [0], 0
    for frame in range(1, len(chained.scale)):
        between = chained[frame : frame + 1].after(chained[reference : reference + 1].inverse())
        if not is_near(between):
            reference = frame - 1
        references.append(reference)
    return torch.tensor(references)


def is_near(between: Similarity) -> bool:
    """Whether enough of one view is seen in the other to hold them against each other."""
    zoom, moved = float(between.scale.abs()), complex(between.shift)
    overlap = max(0.0, 1 - abs(moved.real)) * max(0.0, 1 - abs(moved.imag))
    return overlap >= LEAST_OVERLAP and 1 / GREATEST_ZOOM <= zoom <= GREATEST_ZOOM


@torch.no_grad()
def align(
    fixed_NHW: Tensor, moving_NHW: Tensor, start: Similarity, levels: tuple[int, ...] = LEVELS
) -> Similarity:
    """Where the points of the fixed pictures are in the moving ones, from coarse to fine."""
    found = start
    for level, steps in zip(LEVELS, STEPS, strict=True):
        if level in levels:
            fixed, moving = (F.avg_pool2d(each[:, None], level) for each in (fixed_NHW, moving_NHW))
            found = refined(even(fixed)[:, 0], moving, found, steps)
    return found


def even(pictures_N1HW: Tensor) -> Tensor:
    """Pictures of zero mean and of one deviation in every neighbourhood; what is plain stays plain."""
    centred = pictures_N1HW - blurred(pictures_N1HW)
    return centred / (blurred(centred.square()).sqrt() + FAINTEST)


def blurred(pictures_N1HW: Tensor) -> Tensor:
    """The means of neighbourhoods, of those pixels in them that are inside the picture."""
    return F.avg_pool2d(pictures_N1HW, CONTRAST_WINDOW, 1, CONTRAST_WINDOW // 2, count_include_pad=False)


def refined(fixed_NHW: Tensor, moving_N1HW: Tensor, start: Similarity, steps: int) -> Similarity:
    """Gauss-Newton steps on one level."""
    height, width = fixed_NHW.shape[-2:]
    points = view_points(height, width)
    slopes = steepest(fixed_NHW, points)
    found, rows = start, torch.arange(len(fixed_NHW))
    for _ in range(steps):
        here = found[rows]
        residuals, inside = held_against(fixed_NHW, moving_N1HW, here, points)
        update = step(slopes, residuals, robust_weights(residuals, inside))
        found = here.after(update.inverse())
    return found


def view_points(height: int, width: int) -> Tensor:
    """The middles of pixels as points of the view, complex64 [H, W]."""
    rows = (torch.arange(height) + 0.5) / height - 0.5
    columns = (torch.arange(width) + 0.5 - width / 2) / height
    return torch.complex(columns[None].expand(height, -1), rows[:, None].expand(-1, width))


def steepest(fixed_NHW: Tensor, points_HW: Tensor) -> Tensor:
    """How the picture changes with zoom, roll and shift right and down, [N, 4, H, W]."""
    height = fixed_NHW.shape[-2]
    padded = F.pad(fixed_NHW[:, None], (1, 1, 1, 1), mode="replicate")[:, 0]
    across = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) * height / 2
    down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) * height / 2
    x, y = points_HW.real, points_HW.imag
    return torch.stack([across * x + down * y, down * x - across * y, across, down], dim=1)


def held_against(
    fixed_NHW: Tensor, moving_N1HW: Tensor, found: Similarity, points_HW: Tensor
) -> tuple[Tensor, Tensor]:
    """Residuals [N, H, W] of the moving pictures, brought onto the fixed ones, and where there are any."""
    height, width = fixed_NHW.shape[-2:]
    there = found.scale[:, None, None] * points_HW + found.shift[:, None, None]
    grid = torch.stack([there.real * 2 * height / width, there.imag * 2], dim=-1)
    brought = even(F.grid_sample(moving_N1HW, grid, padding_mode="border", align_corners=False))[:, 0]
    inside = (grid.abs() < 1 - 3 / height).all(dim=-1)
    return (brought - fixed_NHW) * inside, inside


def robust_weights(residuals_NHW: Tensor, inside_NHW: Tensor) -> Tensor:
    """Geman-McClure weights by the median absolute residual of each pair, less among others that do not fit.

    A subject that fills a third of the view would else be fitted in the place's stead. It moves as a whole, so that
    misfits lie together, and it is seldom at the rim of the view.
    """
    sizes = residuals_NHW.abs().masked_fill(~inside_NHW, torch.nan).flatten(1)
    deviation = (1.4826 * sizes.nanmedian(dim=1).values).nan_to_num(1.0).clamp(min=LEAST_DEVIATION)
    misfit = (residuals_NHW / (TOLERANCE * deviation[:, None, None])).square()
    nearby = blurred(misfit.clamp(max=WORST_MISFIT)[:, None])[:, 0] / NEARBY_TOLERANCE
    weights = inside_NHW / (1 + misfit).square() / (1 + nearby).square()
    return weights * rim(*residuals_NHW.shape[-2:])


def rim(height: int, width: int) -> Tensor:
    """How much a place in the view counts [H, W]: most at its rim."""
    return (LEAST_WEIGHT + (view_points(height, width).abs() / RIM).square()).clamp(max=1.0)


def step(slopes_NKHW: Tensor, residuals_NHW: Tensor, weights_NHW: Tensor) -> Similarity:
    """The least squares solution: by which similarity the fixed picture should be moved."""
    slopes, residuals, weights = (part.flatten(-2) for part in (slopes_NKHW, residuals_NHW, weights_NHW))
    weighted = slopes * weights[:, None]
    normal = weighted @ slopes.mT
    ridge = 1e-6 * normal.diagonal(dim1=1, dim2=2).mean(dim=1) + 1e-6
    normal = normal + ridge[:, None, None] * torch.eye(4)
    zoom, roll, right, down = torch.linalg.solve(normal, (weighted @ residuals[..., None])[..., 0]).unbind(1)
    return Similarity(scale=torch.complex(1 + zoom, roll), shift=torch.complex(right, down))
