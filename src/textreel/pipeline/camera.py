"""A camera that goes on from where it stands, as far as the place reaches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from textreel.storyboard import Shot
from textreel.types import CameraKeyframe, CameraLayer, CameraPath, CameraShake, KeyframedMove

PLACE_HEIGHT = 1.25
"""How high a place is in world units; a view at zoom 1 is 1 unit high."""
SAMPLES = 65


@dataclass(frozen=True, kw_only=True)
class ReinedMove:
    """A movement of which only a share is done up, down, inwards and outwards, so that it ends within the place."""

    layer: CameraLayer
    share: float

    def offsets(self, times_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """See :meth:`textreel.types.CameraLayer.offsets`."""
        return self.layer.offsets(times_seconds) * np.array([1.0, self.share, self.share, 1.0, self.share])


def going_on(view: NDArray[np.floating], shot: Shot) -> tuple[CameraPath, float]:
    """The path of a shot's moves from a view on, and the share of them that the place has room for.

    Times count from the start of the moves. Without moves the camera stands where it is.
    """
    x, y, zoom, roll, dolly = (float(number) for number in view)
    start = CameraKeyframe(seconds=0.0, x=x, y=y, zoom=zoom, roll_radians=roll, dolly=dolly)
    stand = CameraPath.through(start)
    layers = [endless(layer, shot.seconds) for move in shot.moves for layer in move.path().layers]
    times = np.linspace(0.0, shot.seconds, SAMPLES)
    for share in np.linspace(1.0, 0.0, 21):
        path = stand + CameraPath(layers=tuple(reined(layers, float(share))))
        if overhang(path, times) <= overhang(stand, times[:1]) + 1e-3:
            return path, float(share)
    return stand, 0.0


def reined(layers: Sequence[CameraLayer], share: float) -> list[CameraLayer]:
    """The movements with their share; a shake is left alone."""
    return [
        ReinedMove(layer=layer, share=share) if share < 1 and isinstance(layer, KeyframedMove) else layer
        for layer in layers
    ]


def endless(layer: CameraLayer, seconds: float) -> CameraLayer:
    """A shake to the end of its shot goes on for as long as nothing else is said."""
    if isinstance(layer, CameraShake) and layer.start_seconds + (layer.seconds or 0.0) >= seconds - 1e-6:
        return replace(layer, seconds=None)
    return layer


def overhang(path: CameraPath, times: NDArray[np.float64]) -> float:
    """How far the view reaches beyond the place above or below at most, in world units; shakes do not count."""
    _, y, zoom, _ = path.glides.at(times).T
    return float(np.maximum(np.maximum(0.5 / zoom - y, y + 0.5 / zoom - PLACE_HEIGHT), 0.0).max())
