"""A stage of `world`: how subjects move, learned from performances of scenes that chance makes up."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from textreel.generator.world.motions import Motions, MotionsConfig, Parts, Plan, difference, parts_of
from textreel.language import WordVectors
from textreel.nn.compositing import POSE, around_world
from textreel.nn.noise import VECTOR_SIZE
from textreel.scene import Direction, Look, Named, Pace, Place, Relation, RelationName, Scene, Subject
from textreel.training.stages import Stage, StageConfig
from textreel.world import Activity, Concept, activities, concepts, looks, settings
from textreel.world.casting import PERSON_KINDS, cast
from textreel.world.catalogues import motions, staging
from textreel.world.performing import WORLD_WIDTH, ScenePlayer

ASPECTS = (1.0, 1.0, 16 / 9, 9 / 16)
SPAN_SECONDS = 12.0
REVIEWED = 256
SHEET_SCENES = 24
SHEET_PIXELS = 160
KIND_OF_WHO: Mapping[str, frozenset[str]] = {"person": PERSON_KINDS, "animal": frozenset({"animal"})}


@dataclass(frozen=True, kw_only=True)
class MotionsStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "motions"
    steps: int = 6000
    batch: int = 64  # scenes
    moments: int = 8  # of each
    kept: int = 24_000  # scenes made up before the first step, and shown again and again
    cooldown_steps: int = 3000
    learning_rate: float = 1e-3
    ema_decay: float = 0.995


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """Scenes as the network reads them, and how each is played at some moments.

    phases [N, T, S, 2], poses [N, T, S, 10], rates and start [N, S, 2].
    """

    parts: Parts
    phases: Tensor
    poses: Tensor
    rates: Tensor
    start: Tensor

    def __getitem__(self, rows: Tensor) -> "Examples":
        parts = Parts(*(each[rows] for each in self.parts))
        others = (self.phases, self.poses, self.rates, self.start)
        phases, poses, rates, start = (each[rows] for each in others)
        return Examples(parts=parts, phases=phases, poses=poses, rates=rates, start=start)


class MotionsStage(Stage):
    """Trains :class:`~textreel.generator.world.motions.Motions`."""

    kind = "motions"
    learns = "motions"
    config: MotionsStageConfig

    def __init__(self, config: MotionsStageConfig, vectors: WordVectors) -> None:
        self.config, self.vectors = config, vectors
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.motions = Motions(known())
        self.average = copy.deepcopy(self.motions).requires_grad_(False)
        self.networks = {"motions": self.motions, "average": self.average}
        self.optimisers = {"motions": torch.optim.Adam(self.motions.parameters(), betas=config.betas)}
        self.examples = examples(self.motions.config, config.seed, config.kept, config.moments, vectors)
        self.unseen = examples(self.motions.config, config.seed + 1, REVIEWED, config.moments, vectors)

    def train_step(self, step: int) -> dict[str, float]:
        """Some scenes at some moments."""
        chance = torch.Generator().manual_seed(self.config.seed * 1_000_003 + step)
        rows = torch.randint(len(self.examples.poses), (self.config.batch,), generator=chance)
        seen, clocks = losses(self.motions, self.examples[rows])
        numbers = {"poses": seen.item(), "clocks": clocks.item()}
        numbers |= self.update("motions", self.motions, seen + 0.1 * clocks, step)
        self.follow(self.average, self.motions, step)
        return numbers

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """How far poses of scenes that nobody showed are from their performances, in hundredths of the view."""
        unseen, plan = self.unseen, self.average.plan(self.unseen.parts)
        poses = self.average(plan, unseen.phases)
        there = plan.there[:, None].expand(unseen.poses.shape[:3])
        gap = (around_world(poses, WORLD_WIDTH) - around_world(unseen.poses, WORLD_WIDTH)).abs()
        gap = torch.minimum(gap, WORLD_WIDTH - gap)
        draw_poses(poses[:SHEET_SCENES], unseen.poses[:SHEET_SCENES], plan, sheet)
        numbers = {"x": gap[there].mean().item() * 100}
        for name in ("y", "log_scale", "facing"):
            off = (poses[..., POSE[name]] - unseen.poses[..., POSE[name]]).abs()
            numbers[name] = off[there].mean().item() * 100
        return numbers

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        return {"name": "world-motions", "config": asdict(self.motions.config)}


def losses(network: Motions, given: Examples) -> tuple[Tensor, Tensor]:
    """How far poses and clocks are from those of performances."""
    plan = network.plan(given.parts)
    seen = difference(network(plan, given.phases), given.poses, plan.there)
    loop = (plan.rates[..., 1].log() - given.rates[..., 1].clamp(min=1e-2).log()).abs()
    path = 4 * (plan.rates[..., 0] - given.rates[..., 0]).abs()
    off = torch.remainder(plan.start - given.start + 0.5, 1.0) - 0.5
    told = loop + path + off.abs().sum(dim=-1)
    return seen, (told * plan.there).sum() / plan.there.sum().clamp(min=1)


def examples(config: MotionsConfig, seed: int, count: int, moments: int, vectors: WordVectors) -> Examples:
    """Scenes that chance makes up, and how they are played."""
    chance = np.random.default_rng([seed, 24])
    scenes, casts, played = [], [], []
    noise = chance.normal(size=(count, VECTOR_SIZE))
    aspects = chance.choice(ASPECTS, size=count)
    for vector, aspect in zip(noise, aspects, strict=True):
        scene = made_up(chance)
        roles, _ = cast(scene, vector)
        player = ScenePlayer(scene, roles, vector, float(aspect))
        played.append(player.play(np.append(0.0, chance.uniform(0, SPAN_SECONDS, size=moments))))
        scenes.append(scene)
        casts.append(roles)
    phases, poses, rates = (
        torch.from_numpy(np.stack([getattr(each, name) for each in played]))
        for name in ("phases", "poses", "rates")
    )
    parts = parts_of(config, scenes, casts, noise, [float(each) for each in aspects], vectors)
    return Examples(
        parts=parts, phases=phases[:, 1:], poses=poses[:, 1:], rates=rates, start=phases[:, 0].remainder(1)
    )


def made_up(chance: np.random.Generator) -> Scene:
    """A scene of one to three kinds of subjects."""
    count = int(chance.choice([1, 2, 3], p=[0.5, 0.38, 0.12]))
    subjects = [subject(chance) for _ in range(count)]
    relation = str(chance.choice([*get_args(RelationName)]))
    if count > 1 and chance.random() < 0.65:
        to = int(chance.integers(1, count))
        bound = Relation(name=relation, to=to)  # type: ignore[arg-type]
        subjects[0] = Subject(**{**vars(subjects[0]), "relation": bound})
    elif count > 1 and chance.random() < 0.3:
        subjects[0] = Subject(**{**vars(subjects[0]), "holds": 1})
    place = str(chance.choice([*settings()])) if chance.random() < 0.6 else None
    return Scene(subjects=tuple(subjects), place=Place(name=place) if place else None)


def subject(chance: np.random.Generator) -> Subject:
    """Somebody or something, and perhaps what it does."""
    groups = shown_by_group()
    kinds = ("person", "animal", "vehicle", "any")
    concept = concepts()[str(chance.choice(groups[str(chance.choice(kinds, p=[0.4, 0.2, 0.1, 0.3]))]))]
    fitting = done_by(concept.kind)
    action = str(chance.choice(fitting)) if fitting and chance.random() < 0.6 else None
    said: list[Look] = []
    if chance.random() < 0.15:
        said.append(Look(kind="size", value=str(chance.choice([*looks()["size"]]))))
    if concept.kind in PERSON_KINDS and chance.random() < 0.2:
        said.append(Look(kind="clothes", value=str(chance.choice([*staging().worn]))))
    return Subject(
        concept=concept.name,
        count=int(chance.choice([1, 2, 3, 4, 6], p=[0.8, 0.09, 0.06, 0.03, 0.02])),
        looks=tuple(said),
        action=Named(name=action) if action else None,
        direction=str(chance.choice([*get_args(Direction)])) if chance.random() < 0.15 else None,  # type: ignore[arg-type]
        pace=str(chance.choice([*get_args(Pace)])) if chance.random() < 0.15 else None,  # type: ignore[arg-type]
    )


@cache
def shown_by_group() -> Mapping[str, Sequence[str]]:
    """Concepts that have art: people, animals, vehicles, and all."""
    shown = [concept for concept in concepts().values() if concept.art]

    def names(kinds: frozenset[str]) -> list[str]:
        return [concept.name for concept in shown if concept.kind in kinds]

    plain = ["man", "woman", "person", "boy", "girl", "child"]
    people = names(PERSON_KINDS) + 12 * [name for name in plain if concepts()[name].art]
    return {
        "person": people,
        "animal": names(frozenset({"animal"})),
        "vehicle": names(frozenset({"vehicle"})),
        "any": [concept.name for concept in shown],
    }


@cache
def done_by(kind: str) -> Sequence[str]:
    """The activities that a kind of concept does."""

    def fits(activity: Activity) -> bool:
        if activity.who == "person":
            return kind in PERSON_KINDS
        return activity.who in (kind, "any") or (
            activity.who == "thing" and kind not in {*PERSON_KINDS, "animal"}
        )

    return [name for name, activity in activities().items() if fits(activity)]


def known() -> MotionsConfig:
    """The names that the network is to know: all of the inventory."""
    every: list[Concept] = [*concepts().values()]
    places = {part for body in staging().bodies.values() for part in body.places}
    return MotionsConfig(
        motions=tuple(sorted(motions())),
        kinds=tuple(sorted({concept.kind for concept in every})),
        places=tuple(sorted({*places, *get_args(RelationName)})),
    )


def draw_poses(made_BTSP: Tensor, wanted_BTSP: Tensor, plan: Plan, path: Path) -> None:
    """A sheet: the frames of subjects at two moments, wanted in black and made in red."""
    side = SHEET_PIXELS
    sheet = Image.new("RGB", (side * 8, side * (len(made_BTSP) // 4)), "white")
    pen = ImageDraw.Draw(sheet)
    for clip in range(len(made_BTSP)):
        for moment in range(2):
            left, top = ((clip % 4) * 2 + moment) * side, clip // 4 * side
            pen.rectangle((left, top, left + side - 1, top + side - 1), outline="grey")
            for poses, colour in ((wanted_BTSP, "black"), (made_BTSP, "red")):
                for slot in plan.there[clip].nonzero()[:, 0]:
                    pose = poses[clip, moment, slot]
                    x, y = float(around_world(pose, WORLD_WIDTH)) + 0.5, float(pose[POSE["y"]]) - 0.125
                    half = float(pose[POSE["log_scale"]].exp()) / 2
                    box = [(x - half), (y - half), (x + half), (y + half)]
                    pen.rectangle(
                        [
                            left + box[0] * side,
                            top + box[1] * side,
                            left + box[2] * side,
                            top + box[3] * side,
                        ],
                        outline=colour,
                    )
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def motions_stage() -> MotionsStageConfig:
    """`textreel train world --stage motions --out runs/motions`: poses out of performances, a quarter of an hour."""
    return MotionsStageConfig()


def make_motions(config: MotionsStageConfig) -> MotionsStage:
    """The stage on scenes that chance makes up."""
    return MotionsStage(config, WordVectors.load_default())
