"""The stage of the judge of the world: pictures composed of sprites and painted places, and what is where in them."""

import copy
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from textreel.corpora.world.assets import load_tables
from textreel.corpora.world.paintings import LAYOUTS, Paintings, paintings
from textreel.corpora.world.sprites import Sprite, SpriteTable
from textreel.evaluation.world_judge import (
    CELLS,
    JUDGE,
    SEEN,
    SIDE,
    THINGS,
    WorldJudge,
    WorldJudgeConfig,
    features_of,
)
from textreel.language.finding import find_concept
from textreel.training.stages import Stage, StageConfig
from textreel.world import concepts

OTHER_SHARE = 0.15  # how often a thing is none of the judged ones
COLOURED_SHARE = 0.5  # how often the channels of its colours are exchanged
SIZES = (0.22, 0.85)  # of a thing's sprite, in sides of the picture
INSIDE, OUTSIDE = (
    0.35,
    0.08,
)  # share of a cell that is covered, from which a thing is in it, and below which it is not
GROUND_WEIGHT = 0.3
MEASURED = 160
VIEW = 256


@dataclass(frozen=True, kw_only=True)
class WorldJudgeStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "judge"
    steps: int = 700
    batch: int = 8
    learning_rate: float = 3e-3
    cooldown_steps: int = 500
    warmup_steps: int = 20
    ema_decay: float = 0.98
    review_every: int = 350


class Composer:
    """Pictures of one to three things before a painted place, with the class of each cell."""

    def __init__(self, tables: Sequence[SpriteTable], source: Paintings) -> None:
        self.source = source
        self.layouts = np.array([row.layout for row in source.paintings])
        found = {sprite.id: (table, sprite) for table in tables for sprite in table.sprites}
        toned: dict[str, list[str]] = {}
        for name, (_, sprite) in found.items():
            toned.setdefault(sprite.base, []).append(name)
        self.things: list[list[tuple[SpriteTable, Sprite]]] = []
        for thing in THINGS:
            concept = find_concept(thing)
            arts = [*concepts()[concept.name].art.values()] if concept else []
            names = sorted({other for art in arts for other in toned.get(art, ())})
            self.things.append([found[name] for name in names])
        judged = {sprite.id for members in self.things for _, sprite in members}
        self.others = [each for name, each in found.items() if each[1].subject and name not in judged]

    def compose(self, generator: np.random.Generator, layouts: Sequence[int]) -> tuple[Tensor, Tensor, int]:
        """A picture [3, SIDE, SIDE] in [-1, 1], the classes of its cells [CELLS, CELLS], -1 for undecided, and the
        number of the painting behind."""
        number = int(generator.choice(np.flatnonzero(np.isin(self.layouts, layouts))))
        canvas = self.source.pixels[number]
        canvas = np.roll(canvas, -int(generator.integers(canvas.shape[1])), axis=1)
        top = int(generator.integers(canvas.shape[0] - VIEW + 1))
        view = torch.from_numpy(canvas[top : top + VIEW, :VIEW].copy()).permute(2, 0, 1)[None].float() / 255
        picture = F.interpolate(view, (SIDE, SIDE), mode="bilinear", align_corners=False)[0]
        classes = torch.zeros(CELLS, CELLS, dtype=torch.long)
        for _ in range(generator.choice((1, 1, 2, 2, 3))):
            thing = int(generator.integers(len(THINGS)))
            is_other = generator.random() < OTHER_SHARE or not self.things[thing]
            members = self.others if is_other else self.things[thing]
            sprite = self._sprite(generator, members)
            left, upper, seen = self._placed(generator, sprite)
            height, width = seen.shape[1:]
            box = (slice(upper, upper + height), slice(left, left + width))
            picture[:, *box] = picture[:, *box] * (1 - seen[3:]) + seen[:3]
            covered = torch.zeros(1, SIDE, SIDE)
            covered[0, *box] = seen[3]
            share = F.adaptive_avg_pool2d(covered, CELLS)[0]
            classes[(share > OUTSIDE) & (share <= INSIDE) & (classes == 0)] = -1
            classes[share > INSIDE] = len(THINGS) + 1 if is_other else thing + 1
        return 2 * picture - 1, classes, number

    def _sprite(
        self, generator: np.random.Generator, members: Sequence[tuple[SpriteTable, Sprite]]
    ) -> Tensor:
        table, sprite = members[int(generator.integers(len(members)))]
        pixels = table.pixels[sprite.first + generator.integers(sprite.phases)]
        if generator.random() < COLOURED_SHARE:
            pixels = pixels[..., [*generator.permutation(3), 3]]
        picture = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float() / 255
        if generator.random() < 0.5:
            picture = picture.flip(-1)
        side = int(SIDE * np.exp(generator.uniform(*np.log(SIZES))))
        return F.interpolate(picture, (side, side), mode="bilinear", antialias=True, align_corners=False)[0]

    def _placed(self, generator: np.random.Generator, sprite: Tensor) -> tuple[int, int, Tensor]:
        """Where a sprite is, partly beyond the edges at times, and what of it is seen."""
        side = sprite.shape[-1]
        left = int(generator.integers(-side // 5, SIDE - side + side // 5 + 1))
        upper = int(generator.integers(-side // 6, SIDE - side + side // 8 + 1))
        seen = sprite[:, max(0, -upper) : SIDE - upper, max(0, -left) : SIDE - left]
        return max(0, left), max(0, upper), seen


class WorldJudgeStage(Stage):
    """Trains :class:`~textreel.evaluation.world_judge.WorldJudge` on the layouts but the last, which is measured."""

    kind = JUDGE
    learns = "judge"
    config: WorldJudgeStageConfig

    def __init__(self, config: WorldJudgeStageConfig, composer: Composer) -> None:
        self.config, self.composer = config, composer
        places = tuple(sorted({row.place for row in composer.source.paintings}))
        self.options = WorldJudgeConfig(places=places)
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.judge = WorldJudge(self.options)
        features = features_of(self.pictures(np.random.default_rng(config.seed), 32, range(LAYOUTS - 1))[0])
        self.judge.mean.copy_(features.mean(dim=(0, 2, 3)))
        self.judge.scale.copy_(features.std(dim=(0, 2, 3)) + 1e-3)
        self.average = copy.deepcopy(self.judge).requires_grad_(False)
        self.networks = {"judge": self.judge, "average": self.average}
        self.optimisers = {
            "judge": torch.optim.AdamW(self.judge.parameters(), betas=config.betas, weight_decay=1e-2)
        }

    def pictures(
        self, generator: np.random.Generator, count: int, layouts: Sequence[int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures, the classes of their cells, and the numbers of their places."""
        made = [self.composer.compose(generator, layouts) for _ in range(count)]
        places = [
            self.options.places.index(self.composer.source.paintings[number].place) for *_, number in made
        ]
        return (
            torch.stack([each[0] for each in made]),
            torch.stack([each[1] for each in made]),
            torch.tensor(places),
        )

    def train_step(self, step: int) -> dict[str, float]:
        """Some pictures that were never shown before."""
        generator = np.random.default_rng([self.config.seed, step])
        pictures, classes, places = self.pictures(generator, self.config.batch, range(LAYOUTS - 1))
        cells, whole = self.judge(features_of(pictures).clone())
        weights = torch.ones(cells.shape[1])
        weights[0] = GROUND_WEIGHT
        loss = F.cross_entropy(cells, classes, weights, ignore_index=-1) + F.cross_entropy(whole, places)
        numbers = self.update("judge", self.judge, loss, step)
        self.follow(self.average, self.judge, step)
        return numbers

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """How many of the things in new pictures of unseen layouts are seen, how many others are, and places right."""
        generator = np.random.default_rng([self.config.seed, 1 << 20])
        pictures, classes, places = self.pictures(generator, MEASURED, [LAYOUTS - 1])
        cells, whole = self.average(features_of(pictures))
        seen = cells.softmax(dim=1)[:, 1:-1].amax(dim=(2, 3)) > SEEN
        there = torch.stack(
            [(classes == thing + 1).flatten(1).sum(dim=1) for thing in range(len(THINGS))], dim=1
        )
        sheet.parent.mkdir(parents=True, exist_ok=True)
        shown = ((pictures[:16].clamp(-1, 1) + 1) * 127.5).byte().permute(0, 2, 3, 1).numpy()
        Image.fromarray(np.concatenate([np.concatenate(list(row), 1) for row in np.split(shown, 2)])).save(
            sheet
        )
        return {
            "seen/there": seen[there >= 3].float().mean().item(),
            "seen/not-there": seen[there == 0].float().mean().item(),
            "places": (whole.argmax(dim=-1) == places).float().mean().item(),
        }

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        return {"name": JUDGE, "config": asdict(self.options)}


def judge_recipe() -> WorldJudgeStageConfig:
    """`textreel train world --stage judge --out runs/judge`."""
    return WorldJudgeStageConfig()


def make_judge(config: WorldJudgeStageConfig) -> WorldJudgeStage:
    """The stage on this machine's sprites and paintings.

    Raises:
        AssetError: the corpus was not built.
        MissingExtraError: the extra evaluate is not installed.
    """
    return WorldJudgeStage(config, Composer(load_tables(), paintings()))
