"""Renders a 3D model by rays, in the light of the drawings: soft shadows, warm from the upper left, cool in the shade.

Only building the corpus needs this, and the extra `world-corpus` (trimesh reads models, Embree follows rays).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from textreel.errors import AssetError
from textreel.extras import extra

PIXELS = 384  # rays along each side, three for each pixel of a sprite
TURN, RISE = -28.0, 16.0  # degrees: three quarters from the left, a little from above
FLAT, FLAT_SIDE, FLAT_RISE = 0.15, 1.1, 52.0  # what lies flat and can be lifted is seen from higher up
KEY, KEY_SPREAD = (-48.0, 52.0), 0.22  # degrees across and up; how far the light's rays differ
FILL = (65.0, 20.0)
KEY_LIGHT = np.array([0.82, 0.78, 0.72])
FILL_LIGHT = np.array([0.16, 0.17, 0.22])
SKY, GROUND = np.array([0.54, 0.52, 0.58]), np.array([0.36, 0.32, 0.42])  # ambient, from above and from below
SHADOW_RAYS, AMBIENT_RAYS = 4, 8
REACH = 0.35  # of the model's size: what is nearer takes ambient light away
SHINE, SHARPNESS = 0.14, 24.0
GAMMA = 1.6
DARKEST, LIFT = 0.07, 0.8  # the drawings know no black, and are brighter than most models
CREASE = 0.72  # cosine of the angle beyond which two faces meet in an edge
LAYERS = 8  # of cut-out leaves that a ray may pass

Floats = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Surface:
    """What faces look like: a colour [4] in [0, 1], and a texture [H, W, 4] in [0, 1] where there is one."""

    colour: Floats
    texture: Floats | None


@dataclass(frozen=True)
class Model:
    """Triangles: corners [F, 3, 3], the normals and texture places of these, and the surface of each face."""

    corners: Floats
    normals: Floats
    places: Floats
    surface_of: Faces
    surfaces: tuple[Surface, ...]


def render(path: Path, metres: tuple[float, float, float], rotation: Floats) -> Image.Image:
    """A model of these real sides (width, height, depth), three quarters from the left, on nothing.

    Raises:
        MissingExtraError: the extra is not installed.
        AssetError: it is no model, or nothing of it can be seen.
    """
    side = max(metres[0], metres[2])
    rise = FLAT_RISE if metres[1] < FLAT * side and side < FLAT_SIDE else RISE
    return render_model(read_model(path, metres, rotation), path.name, rise=rise)


def render_model(model: Model, name: str, *, turn: float = TURN, rise: float = RISE) -> Image.Image:
    """A model on nothing, seen from these degrees; its name seeds the rays of light.

    Raises:
        MissingExtraError: the extra is not installed.
        AssetError: nothing of it can be seen.
    """
    view = axes(turn, rise)
    half = np.abs(model.corners.reshape(-1, 3) @ view[:, :2]).max() * 1.02
    steps = (np.arange(PIXELS) + 0.5) / PIXELS * 2 - 1
    right, up = np.meshgrid(steps, -steps)
    origins = (right[..., None] * view[:, 0] + up[..., None] * view[:, 1] + 4 * view[:, 2]).reshape(
        -1, 3
    ) * half
    picture = np.zeros((PIXELS * PIXELS, 4))
    tracer = Tracer(model, half)
    seen = tracer.visible(origins, np.broadcast_to(-view[:, 2], origins.shape))
    picture[seen.rays, :3] = shade(tracer, seen, view[:, 2], _chance(name))
    picture[seen.rays, 3] = 1
    return Image.fromarray((picture.reshape(PIXELS, PIXELS, 4) * 255).round().astype(np.uint8))


def _chance(name: str) -> np.random.Generator:
    return np.random.default_rng(list(hashlib.sha256(name.encode()).digest()[:8]))


def axes(across: float, up: float) -> Floats:
    """Right, up and towards the viewer, as columns, for one who looks from these degrees."""
    turn, rise = np.radians(across), np.radians(up)
    towards = np.array([np.sin(turn) * np.cos(rise), np.sin(rise), np.cos(turn) * np.cos(rise)])
    right = np.cross([0.0, 1.0, 0.0], towards)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(towards, right), towards], axis=1)


# -- reading -----------------------------------------------------------------------------------------------------------


def read_model(path: Path, metres: tuple[float, float, float], rotation: Floats) -> Model:
    """A model file, turned, centred, and stretched to its real sides.

    Raises:
        MissingExtraError: the extra is not installed.
        AssetError: it is no model.
    """
    with extra("world-corpus"):
        import trimesh
    try:
        parts: Any = trimesh.load_scene(path, process=False).dump()
        model = model_of([mesh for mesh in parts if len(mesh.faces)])
        corners = model.corners @ rotation.T
    except Exception as error:  # the readers of formats raise whatever they meet
        raise AssetError(f"The model {path.name} is broken ({error}): fetch the corpus again.") from error
    low, high = corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
    corners = (corners - (low + high) / 2) * (np.array(metres) / np.maximum(high - low, 1e-9))
    return replace(model, corners=corners, normals=smooth_normals(corners))


def model_of(meshes: Sequence[Any]) -> Model:
    """Meshes of trimesh as one model, each with its own surface."""
    corners = np.concatenate([mesh.vertices[mesh.faces] for mesh in meshes])
    return Model(
        corners,
        smooth_normals(corners),
        np.concatenate([_places(mesh) for mesh in meshes]),
        np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes]),
        tuple(_surface(mesh.visual) for mesh in meshes),
    )


def _places(mesh: Any) -> Floats:
    places = getattr(mesh.visual, "uv", None)
    return np.zeros((len(mesh.faces), 3, 2)) if places is None else np.asarray(places)[mesh.faces]


def _surface(visual: Any) -> Surface:
    material = getattr(visual, "material", None)
    if material is None:
        return Surface(np.asarray(visual.main_color) / 255, None)
    image = getattr(material, "image", None) if getattr(visual, "uv", None) is not None else None
    texture = None if image is None else np.asarray(image.convert("RGBA")) / 255
    return Surface(np.asarray(material.main_color) / 255, texture)


def smooth_normals(corners: Floats) -> Floats:
    """The normals of the corners of triangles, [F, 3, 3]: one for all that meet at a point, but for edges."""
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    points = corners.reshape(-1, 3)
    size = max(float(np.ptp(points, axis=0).max()), 1e-9)
    _, point_of = np.unique(np.round(points / size * 1e5).astype(np.int64), axis=0, return_inverse=True)
    sums = np.zeros((point_of.max() + 1, 3))
    np.add.at(sums, point_of.ravel(), np.repeat(flat, 3, axis=0))
    smooth, flat = _unit(sums[point_of.ravel()].reshape(-1, 3, 3)), _unit(flat)[:, None]
    edge = (smooth * flat).sum(axis=-1, keepdims=True) < CREASE
    return np.where(edge, flat, smooth)


def _unit(vectors: Floats) -> Floats:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


# -- rays --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What rays meet first: which rays, where, the normal there towards the viewer, and the colour."""

    rays: Faces
    points: Floats
    normals: Floats
    colours: Floats


class Tracer:
    """Follows rays through a model; `half` is half the side of what is looked at, in metres."""

    def __init__(self, model: Model, half: float) -> None:
        with extra("world-corpus"):
            from embreex import rtcore_scene
            from embreex.mesh_construction import TriangleMesh
        self.model, self.half = model, half
        self.scene = rtcore_scene.EmbreeScene()
        TriangleMesh(self.scene, (model.corners / half).astype(np.float32))

    def visible(self, origins: Floats, directions: Floats) -> Seen:
        """What rays meet first; they pass what a texture leaves out."""
        rays, origins, found = np.arange(len(origins)), origins.copy(), list[Seen]()
        for _ in range(LAYERS):
            hits = self.scene.run(
                (origins[rays] / self.half).astype(np.float32), directions[rays].astype(np.float32), output=1
            )
            met = hits["primID"] >= 0
            rays, faces = rays[met], hits["primID"][met]
            if not len(rays):
                break
            weights = np.stack([1 - hits["u"] - hits["v"], hits["u"], hits["v"]], axis=1)[met].astype(float)
            points = np.einsum("nk,nkd->nd", weights, self.model.corners[faces])
            normals = _unit(np.einsum("nk,nkd->nd", weights, self.model.normals[faces]))
            away = (normals * directions[rays]).sum(axis=1, keepdims=True) > 0
            colours = self.colours(faces, weights)
            solid = colours[:, 3] > 0.5
            normals = np.where(away, -normals, normals)
            found.append(Seen(rays[solid], points[solid], normals[solid], colours[solid, :3]))
            rays, points = rays[~solid], points[~solid]
            origins[rays] = points + directions[rays] * 1e-3 * self.half
        if not found:
            raise AssetError("Nothing of a model can be seen: fetch the corpus again.")
        return Seen(*(np.concatenate([getattr(one, part) for one in found]) for part in Seen.__annotations__))

    def colours(self, faces: Faces, weights: Floats) -> Floats:
        """The colours of places on faces, [N, 4] in [0, 1]."""
        model, colours = self.model, np.empty((len(faces), 4))
        for index, surface in enumerate(model.surfaces):
            mine = model.surface_of[faces] == index
            colours[mine] = [*surface.colour[:3], 1.0]
            if surface.texture is not None and mine.any():
                places = np.einsum("nk,nkd->nd", weights[mine], model.places[faces[mine]]) % 1.0
                height, width = surface.texture.shape[:2]
                rows = ((1 - places[:, 1]) * height).astype(int).clip(0, height - 1)
                colours[mine] *= surface.texture[rows, (places[:, 0] * width).astype(int).clip(0, width - 1)]
        return colours

    def free(self, origins: Floats, directions: Floats, reach: float) -> Floats:
        """1 for rays that meet nothing within so many halves, 0 for the others."""
        hits = self.scene.run(
            (origins / self.half).astype(np.float32), directions.astype(np.float32), output=1
        )
        return 1.0 - ((hits["primID"] >= 0) & (hits["tfar"] < reach))


def shade(tracer: Tracer, seen: Seen, viewer: Floats, chance: np.random.Generator) -> Floats:
    """Colours in the light of the drawings, [N, 3] in [0, 1]."""
    normals, origins = seen.normals, seen.points + seen.normals * 2e-3 * tracer.half
    key, fill = axes(*KEY)[:, 2], axes(*FILL)[:, 2]
    lit, open_sky = np.zeros(len(normals)), np.zeros(len(normals))
    for _ in range(SHADOW_RAYS):
        towards = _unit(key + KEY_SPREAD * chance.standard_normal(normals.shape))
        lit += tracer.free(origins, towards, np.inf) * np.maximum(0, normals @ key) / SHADOW_RAYS
    for _ in range(AMBIENT_RAYS):
        towards = _unit(normals + _unit(chance.standard_normal(normals.shape)))
        open_sky += tracer.free(origins, towards, 2 * REACH) / AMBIENT_RAYS
    height = (normals[:, 1:2] + 1) / 2
    ambient = (GROUND + (SKY - GROUND) * height) * (0.35 + 0.65 * open_sky[:, None])
    light = ambient + KEY_LIGHT * lit[:, None] + FILL_LIGHT * np.maximum(0, normals @ fill)[:, None]
    halfway = _unit(key + viewer)
    gloss = SHINE * lit * np.maximum(0, normals @ halfway) ** SHARPNESS
    colours = DARKEST + (1 - DARKEST) * seen.colours**LIFT
    linear = colours**GAMMA * light + gloss[:, None]
    return np.clip(linear, 0, 1) ** (1 / GAMMA)
