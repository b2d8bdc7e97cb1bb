"""The scenes corpus: animated subjects in painted places, composed on the fly from a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.protocol import Annotations, Batch, Window
from textreel.corpora.scenes.captions import caption, negative
from textreel.corpora.scenes.motion import camera, clocks, poses
from textreel.corpora.scenes.pool import FACTS, NOISE_PARTS, PAINTER_ENTRIES, PlacePool, from_bytes
from textreel.corpora.scenes.spec import ResolvedScene, SceneSpec
from textreel.corpora.scenes.splits import Split, sample_spec
from textreel.corpora.scenes.sprites import load_sprites
from textreel.nn.compositing import SLOTS, SceneLayers, compose
from textreel.nn.noise import VECTOR_SIZE, Noise

FPS = 24
LOOP_FRAMES = 72
SPRITE_SIDE = 64
TINT_AMOUNT = 0.85
TINTS: dict[str, tuple[float, float, float]] = {
    "red": (0.86, 0.10, 0.10),
    "blue": (0.12, 0.32, 0.92),
    "green": (0.13, 0.62, 0.18),
    "golden": (0.95, 0.72, 0.08),
    "white": (0.97, 0.97, 0.97),
    "black": (0.10, 0.10, 0.12),
    "pink": (0.98, 0.45, 0.72),
    "purple": (0.50, 0.16, 0.74),
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One clip before it is painted: what it says and shows, the row of its place, and its own noise vector."""

    spec: SceneSpec
    resolved: ResolvedScene
    row: int
    vector: NDArray[np.float32]
    camera: NDArray[np.float32]  # [T, 4]
    start_seconds: float


class ScenesCorpus:
    """See the module's text; follows corpora.protocol.Corpus."""

    name = "scenes"
    fps = FPS

    def __init__(self, *, seed: int = 0, variations: int = 32, subjects: Sequence[str] | None = None) -> None:
        self.sprites = load_sprites(subjects)
        self.subjects = tuple(self.sprites)
        self.pool = PlacePool.open(seed=seed, variations=variations)

    def captions(self, generator: np.random.Generator, count: int, split: str = "train") -> list[str]:
        return [say(self.spec(generator, split), generator, split) for _ in range(count)]

    def readings(
        self, generator: np.random.Generator, count: int, split: str = "train"
    ) -> tuple[list[str], list[dict[str, str]]]:
        """Captions and what their films show, without painting anything; a direction may be left unsaid."""
        specs = [self.spec(generator, split) for _ in range(count)]
        texts = [say(spec, generator, split) for spec in specs]
        return texts, [said_attributes(spec) for spec in specs]

    def annotated(
        self, generator: np.random.Generator, count: int, *, window: Window, split: str = "train"
    ) -> tuple[list[str], Noise, Annotations]:
        """Captions, noise and annotations of clips that are not composed."""
        texts, scenes = self.staged(generator, count, window, split)
        return texts, self.noise(scenes), self.annotate(scenes, window)

    def staged(
        self, generator: np.random.Generator, count: int, window: Window, split: str
    ) -> tuple[list[str], list[Scene]]:
        """Captions and scenes, drawn from one generator."""
        specs = [self.spec(generator, split) for _ in range(count)]
        texts = [say(spec, generator, split) for spec in specs]
        return texts, [self.stage(spec, generator, window) for spec in specs]

    def places(
        self, generator: np.random.Generator, count: int, split: str = "train"
    ) -> tuple[list[str], Noise, Tensor]:
        """Captions, the noise their places were painted from, and these paintings [count, 3, 160, 256]."""
        texts, scenes = self.staged(generator, count, Window(), split)
        canvases = from_bytes(self.pool.parts["canvas"][[scene.row for scene in scenes]])
        return texts, self.noise(scenes), torch.from_numpy(canvases)

    def spec(self, generator: np.random.Generator, split: str) -> SceneSpec:
        """A scene of a split whose subjects are at hand."""
        return sample_spec(generator, cast(Split, split), self.subjects)

    def batch(
        self,
        generators: Sequence[np.random.Generator],
        *,
        window: Window,
        split: str = "train",
        side: int = 128,
    ) -> Batch:
        """One clip for each generator; see protocol.Corpus."""
        specs = [self.spec(generator, split) for generator in generators]
        drawn = list(zip(specs, generators, strict=True))
        wrong = tuple(caption(negative(spec, generator), generator).text for spec, generator in drawn)
        texts = tuple(say(spec, generator, split) for spec, generator in drawn)
        return self.compose(specs, texts, wrong, generators, window, side)

    def compose(
        self,
        specs: Sequence[SceneSpec],
        texts: tuple[str, ...],
        wrong: tuple[str, ...],
        generators: Sequence[np.random.Generator],
        window: Window,
        side: int,
    ) -> Batch:
        """Clips that show given specs, each with what its own generator draws."""
        drawn = zip(specs, generators, strict=True)
        scenes = [self.stage(spec, generator, window) for spec, generator in drawn]
        annotations = self.annotate(scenes, window)
        seconds = np.stack([self.window_seconds(scene, window) for scene in scenes])
        shown = torch.from_numpy(seconds[:, list(window.shown)].astype(np.float32))
        scroll = torch.remainder(annotations.weather_velocity[:, None] * shown[..., None], 1.0)
        cameras = torch.from_numpy(np.stack([scene.camera for scene in scenes]))
        return Batch(
            captions=texts,
            wrong_captions=wrong,
            frames=compose(annotations.layers, cameras, scroll, side, side).clamp(-1, 1),
            shown=window.shown,
            camera=cameras,
            scroll=scroll,
            noise=self.noise(scenes),
            attributes=tuple(shown_attributes(scene.resolved) for scene in scenes),
            said=tuple(said_attributes(scene.spec) for scene in scenes),
            start_seconds=torch.tensor([scene.start_seconds for scene in scenes]),
            annotations=annotations,
        )

    def stage(self, spec: SceneSpec, generator: np.random.Generator, window: Window) -> Scene:
        """Draw what the words leave open."""
        vector = generator.standard_normal(VECTOR_SIZE, dtype=np.float32)
        resolved = spec.resolved(vector)
        row = self.pool.row(resolved.setting, resolved.time, resolved.weather, generator)
        vector[PAINTER_ENTRIES] = self.pool.parts["vector"][row, PAINTER_ENTRIES]
        least = window.least_start_seconds
        late = generator.random() < 0.3 or least > 0
        latest = window.longest_start_seconds if late else 2.0 - window.frames / FPS
        start = float(generator.uniform(least, max(latest, least)))
        shown = start + np.asarray(window.shown) / FPS
        # A camera move lasts two seconds; in windows that begin later it begins with the window.
        path = camera(resolved.camera, generator, shown - start if late else shown)
        return Scene(spec=spec, resolved=resolved, row=row, vector=vector, camera=path, start_seconds=start)

    def window_seconds(self, scene: Scene, window: Window) -> NDArray[np.float64]:
        return scene.start_seconds + np.arange(window.frames) / FPS

    def noise(self, scenes: Sequence[Scene]) -> Noise:
        rows = [scene.row for scene in scenes]
        parts = {
            part: torch.from_numpy(self.pool.parts[part][rows]) for part in NOISE_PARTS if part != "vector"
        }
        return Noise(vector=torch.from_numpy(np.stack([scene.vector for scene in scenes])), **parts)

    def pose_codes(self, scenes: Sequence[Scene], window: Window) -> Tensor:
        """Pose codes of every frame of the window [B, W, S, 10]."""
        facts = {fact: self.pool.parts[fact] for fact in ("ground_y", "ground_depth", "shadow")}
        codes = [
            poses(
                scene.resolved,
                scene.vector,
                self.window_seconds(scene, window),
                *(float(facts[fact][scene.row]) for fact in ("ground_y", "ground_depth", "shadow")),
            )
            for scene in scenes
        ]
        return torch.from_numpy(np.stack(codes).astype(np.float32))

    def annotate(self, scenes: Sequence[Scene], window: Window) -> Annotations:
        rows = [scene.row for scene in scenes]
        facts = {fact: self.pool.parts[fact][rows] for fact in FACTS}
        seconds = [self.window_seconds(scene, window) for scene in scenes]
        ticks = np.stack([clocks(scene.resolved, scene.vector) for scene in scenes]).astype(np.float64)
        elapsed = np.stack(seconds)[:, :, None, None]
        phases = np.remainder(ticks[:, None, :, 0::2] + elapsed * ticks[:, None, :, 1::2], 1.0)
        pose = self.pose_codes(scenes, window)
        texture = from_bytes(self.pool.parts["texture"][rows])
        texture[:, 3] = (texture[:, 3] + 1) / 2
        shown = list(window.shown)
        layers = SceneLayers(
            canvas=torch.from_numpy(from_bytes(self.pool.parts["canvas"][rows])),
            sprites=self.pictures(scenes, phases[:, shown][..., 1]),
            poses=pose[:, shown],
            tint=torch.from_numpy(np.stack([tints(scene.resolved) for scene in scenes])),
            light=torch.from_numpy(facts["light"]),
            weather=torch.from_numpy(texture),
        )
        present = np.array([[True, len(scene.resolved.subjects) > 1] for scene in scenes])
        return Annotations(
            layers=layers,
            poses=pose,
            present=torch.from_numpy(present),
            phases=torch.from_numpy(phases.astype(np.float32)),
            start_phases=torch.from_numpy(ticks[:, :, 0::2].astype(np.float32)),
            rates=torch.from_numpy(ticks[:, :, 1::2].astype(np.float32)),
            weather_velocity=torch.from_numpy(facts["weather_velocity"]),
        )

    def pictures(self, scenes: Sequence[Scene], loop_phases_BTS: NDArray) -> Tensor:
        """Pictures of the subjects at their loop phases [B, T, S, 4, 64, 64]."""
        batch, frames, _ = loop_phases_BTS.shape
        found = np.zeros((batch, frames, SLOTS, SPRITE_SIDE, SPRITE_SIDE, 4), dtype=np.uint8)
        indices = np.round(loop_phases_BTS * LOOP_FRAMES).astype(int) % LOOP_FRAMES
        for clip, scene in enumerate(scenes):
            for slot, subject in enumerate(scene.resolved.subjects):
                found[clip, :, slot] = self.sprites[subject.name][indices[clip, :, slot]]
        picture = torch.from_numpy(found).movedim(-1, 3).float() / 255
        return torch.cat([picture[:, :, :, :3] * 2 - 1, picture[:, :, :, 3:]], dim=3)


def say(spec: SceneSpec, generator: np.random.Generator, split: str) -> str:
    """A caption of a scene; in the split of synonyms with a held-out word."""
    return caption(spec, generator, synonyms="held-out" if split == "synonym" else "training").text


def tints(resolved: ResolvedScene) -> NDArray[np.float32]:
    """Colour in [-1, 1] and amount for each slot [S, 4]; natural colours have the amount 0."""
    rows = np.zeros((SLOTS, 4), dtype=np.float32)
    for slot, subject in enumerate(resolved.subjects):
        if subject.colour in TINTS:
            rows[slot] = (*(2 * part - 1 for part in TINTS[subject.colour]), TINT_AMOUNT)
    return rows


def said_attributes(spec: SceneSpec) -> dict[str, str]:
    """What a scene's words ask for, defaults included; a direction that is not said is unsaid."""
    found = shown_attributes(spec.resolved(np.zeros(VECTOR_SIZE, dtype=np.float32)))
    return found if spec.direction else found | {"direction": "unsaid"}


def shown_attributes(resolved: ResolvedScene) -> dict[str, str]:
    """What a clip shows, by attribute, for judges."""
    first = resolved.subjects[0]
    found = {
        "subject": first.name,
        "colour": first.colour or "natural",
        "size": first.size or "medium",
        "setting": resolved.setting,
        "time": resolved.time,
        "weather": resolved.weather,
        "motion": resolved.relation or resolved.motion,
        "direction": resolved.direction,
        "speed": resolved.speed,
        "camera": resolved.camera,
    }
    if len(resolved.subjects) > 1:
        second = resolved.subjects[1]
        found |= {
            "second_subject": second.name,
            "second_colour": second.colour or "natural",
            "second_size": second.size or "medium",
        }
    return found
