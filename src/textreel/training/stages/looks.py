"""The third stage of `world`: looks in code, learned from drawings and the same drawings in other colours and tones."""

import copy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from textreel.corpora.world.assets import load_tables
from textreel.corpora.world.drawings import as_tensor
from textreel.corpora.world.recolour import Floats, dominant, recolour, skin_mask
from textreel.corpora.world.sprites import Pixels, Sprite, SpriteTable
from textreel.generator.picture_code import load_picture_code
from textreel.generator.world.looks import Looks, LooksConfig
from textreel.generator.world.phrases import SHEET_COLOURS, phrase_vector
from textreel.language.vectors import WordVectors
from textreel.nn.picture_code import PictureCode
from textreel.training.stages import Stage, StageConfig
from textreel.training.stages.courses import KnownDrawings
from textreel.training.stages.picture_code import distance, on_ground, psnr
from textreel.world import looks
from textreel.world.casting import PERSON_KINDS

NEUTRAL_PARTS = ("dress", "suit", "coat", "uniform", "clothes", "gown", "robe")
PARTS = (
    "shirt",
    "t-shirt",
    "jacket",
    "blouse",
    "sweater",
    "trousers",
    "pants",
    "jeans",
    "skirt",
    "shorts",
    "hat",
    "cap",
)
PLACES = {"t-shirt": "shirt", "blouse": "shirt", "sweater": "shirt", "pants": "trousers", "jeans": "trousers",
          "shorts": "trousers", "cap": "hat"}  # fmt: skip
SKINS = tuple(looks()["skin"])
COLOURS = {name: value for kind in ("colour", "material") for name, value in looks()[kind].items()}
SKIN_SHARE = 0.3
PHASES = 3  # of each loop that are learned from
SHEET = ("car", "bicycle", "bird", "bowl", "vase", "umbrella", "suitcase", "chair", "clock", "cat", "dog", "couch",
         "bear", "horse", "bus", "walker", "dancer", "woman")  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LooksStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "looks"
    steps: int = 6000
    batch: int = 32
    painted: int = 4  # of these are decoded
    pool: int = 12_000  # pairs that are drawn and encoded once
    begun: int = 1500  # of these are there at the first step
    fresh: int = 6  # more are there at each step
    changed_weight: float = 3.0  # how much more cells count that change: which these are is hard to learn
    learning_rate: float = 2e-3
    cooldown_steps: int = 2000
    looks: LooksConfig = field(default_factory=LooksConfig)
    code_weight: float = 1.0
    pixel_weight: float = 0.5
    unseen: int = 40  # drawings that measure


def phrases() -> list[str]:
    """Everything that is said of looks in training."""
    colours = [word for name, value in COLOURS.items() for word in (name, *value.words)]
    return [*colours, *(f"{name} skin" for name in SKINS), *NEUTRAL_PARTS, *PARTS]


class Pair(NamedTuple):
    """A drawing before and after one look, [1, H, W, 4] each, and the words of value and part."""

    before: Pixels
    after: Pixels
    value: str
    part: str


class LookPairs:
    """Pairs of pictures, by drawing and chance; where the colour goes is found once for each phase that is shown."""

    def __init__(self, drawings: KnownDrawings) -> None:
        self.drawings = drawings
        self.tones: dict[str, dict[int, tuple[SpriteTable, Sprite]]] = {}
        for table in drawings.tables:
            for sprite in table.sprites:
                if sprite.tone:
                    self.tones.setdefault(sprite.base, {})[sprite.tone] = (table, sprite)
        self.regions: dict[tuple[int, int, str | None], Floats] = {}

    def is_person(self, row: int) -> bool:
        """Whether a drawing has skin."""
        return self.drawings.names[row] in self.tones and self.drawings.concepts[row].kind in PERSON_KINDS

    def frame(self, row: int, phase: int, tone: int) -> Pixels:
        """One of the PHASES of a drawing's loop, in a tone: uint8 [1, 128, 128, 4]."""
        table, sprite = self.drawings.sprites[row]
        if tone:
            table, sprite = self.tones[self.drawings.names[row]][tone]
        place = int((phase + 0.5) / PHASES * sprite.phases)
        if sprite.phases % 8 == 0:  # at the middle of an eighth, of which there is a picture in every tone
            place = int((phase + 0.5) / PHASES * 8) * (sprite.phases // 8) + sprite.phases // 16
        return table.loop(sprite)[place : place + 1]

    def region(self, row: int, phase: int, part: str | None) -> Floats:
        """Where a colour goes."""
        key = row, phase, part
        if key not in self.regions:
            plain = self.frame(row, phase, 0)
            tones = self.tones.get(self.drawings.names[row])
            spared = skin_mask(plain, self.frame(row, phase, max(tones))) if tones else None
            self.regions[key] = dominant(plain, spared, part).astype(np.float16)
        return self.regions[key].astype(np.float32)

    def pair(self, row: int, generator: np.random.Generator) -> Pair:
        """A drawing, perhaps in some colour or tone already, and the same with another look."""
        phase, person = int(generator.integers(PHASES)), self.is_person(row)
        tones = sorted(self.tones[self.drawings.names[row]]) if person else []
        tone = int(generator.choice([0, *tones]))
        part = str(generator.choice(NEUTRAL_PARTS + PARTS)) if person and generator.random() < 0.7 else ""
        place = PLACES.get(part, part)
        region = self.region(row, phase, place if place in PARTS else None)
        picture = self.frame(row, phase, tone)
        if generator.random() < 0.3:
            picture = recolour(picture, region, COLOURS[str(generator.choice(list(COLOURS)))].rgb)
        if person and generator.random() < SKIN_SHARE:
            new = int(generator.choice(tones))
            colour = str(generator.choice(list(COLOURS)))
            coloured = generator.random() < 0.3
            before, after = (
                recolour(each, region, COLOURS[colour].rgb) if coloured else each
                for each in (self.frame(row, phase, 0), self.frame(row, phase, new))
            )
            return Pair(before, after, f"{SKINS[new - 1]} skin", "")
        value = str(generator.choice(list(COLOURS)))
        said = str(generator.choice((value, value, *COLOURS[value].words)))
        return Pair(picture, recolour(picture, region, COLOURS[value].rgb), said, part)


class LooksStage(Stage):
    """Trains :class:`~textreel.generator.world.looks.Looks` between the shipped encoder and decoder."""

    kind = "looks"
    learns = "looks"
    config: LooksStageConfig

    def __init__(
        self, config: LooksStageConfig, drawings: KnownDrawings, code: PictureCode, vectors: WordVectors
    ) -> None:
        self.config, self.code, self.vectors = config, code, vectors
        self.pairs = LookPairs(drawings)
        rows = np.random.default_rng(config.seed).permutation(len(drawings.names)).tolist()
        self.unseen, self.seen = sorted(rows[: config.unseen]), sorted(rows[config.unseen :])
        self.people = [row for row in self.seen if self.pairs.is_person(row)]
        self.pool: dict[int, tuple[Tensor, Tensor, Tensor, Tensor]] = {}
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.looks = Looks(config.looks)
        self.looks.spread_words(
            torch.from_numpy(np.stack([phrase_vector(phrase, vectors) for phrase in phrases()]))
        )
        self.average = copy.deepcopy(self.looks).requires_grad_(False)
        self.networks = {"looks": self.looks, "average": self.average}
        self.optimisers = {"looks": torch.optim.Adam(self.looks.parameters(), betas=config.betas)}

    def train_step(self, step: int) -> dict[str, float]:
        """Some pairs out of a pool that grows."""
        config = self.config
        generator = np.random.default_rng([config.seed, step])
        there = min(config.pool, config.begun + config.fresh * step)
        chosen = [self.encoded(int(number)) for number in generator.integers(there, size=config.batch)]
        codes, wanted, values, parts = (torch.stack(each).float() for each in zip(*chosen, strict=True))
        made = self.looks(codes, self.looks.read(values, parts), torch.ones(config.batch))
        off, change = (made - wanted).abs(), (codes - wanted).abs()
        counts = 1 + config.changed_weight * (change.mean(dim=1, keepdim=True) > 2 * change.mean())
        with torch.no_grad():
            real = self.code.decode(wanted[: config.painted])
        loss = config.code_weight * (off * counts).mean() + config.pixel_weight * distance(
            self.code.decode(made[: config.painted]), real
        )
        numbers = {"code": off.mean().item(), "left": (off.mean() / change.mean()).item()}
        numbers |= self.update("looks", self.looks, loss, step)
        self.follow(self.average, self.looks, step)
        return numbers

    def encoded(self, number: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """A pair of the pool, in code; every third is of a person, where there are any."""
        if number not in self.pool:
            generator = np.random.default_rng([self.config.seed, number, 1])
            rows = self.people if self.people and number % 3 == 0 else self.seen
            pair = self.pairs.pair(int(generator.choice(rows)), generator)
            before, after, values, parts = self.batch([pair])
            with torch.no_grad():
                codes = self.code.encode(torch.cat([before, after])).half()
            self.pool[number] = codes[0], codes[1], values[0], parts[0]
        return self.pool[number]

    def batch(self, pairs: list[Pair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Pictures before and after [N, 4, 128, 128], and the vectors of values and parts [N, D]."""
        before, after = (
            as_tensor(np.concatenate([getattr(pair, name) for pair in pairs])) for name in ("before", "after")
        )
        values, parts = (
            torch.from_numpy(np.stack([phrase_vector(getattr(pair, name), self.vectors) for pair in pairs]))
            for name in ("value", "part")
        )
        return before, after, values, parts

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """PSNR on white against drawings that were recoloured, and a sheet of the usual things in the usual colours."""
        numbers = {}
        for name, rows in (("seen", self.seen[:: max(1, len(self.seen) // 60)]), ("unseen", self.unseen)):
            if rows:
                generator = np.random.default_rng([self.config.seed, 1, 1])
                before, after, values, parts = self.batch([self.pairs.pair(row, generator) for row in rows])
                made = self.shown(before, values, parts)
                numbers[f"psnr/{name}"] = psnr(made, after).mean().item()
        known = {concept.name: row for row, concept in reversed([*enumerate(self.pairs.drawings.concepts)])}
        rows = [known[name] for name in SHEET if name in known] or self.seen[:4]
        strips = []
        for row in rows:
            asked = [(value, "dress" if self.pairs.is_person(row) else "") for value in SHEET_COLOURS]
            asked += [(f"{value} skin", "") for value in SKINS if self.pairs.is_person(row)]
            asked += [("wooden", ""), ("rainbow", "")][: len(SKINS)] if not self.pairs.is_person(row) else []
            picture = as_tensor(np.array(self.pairs.frame(row, 0, 0)))
            vectors = [
                torch.from_numpy(np.stack([phrase_vector(each, self.vectors) for each in every]))
                for every in zip(*asked, strict=True)
            ]
            made = torch.cat([picture, self.shown(picture.expand(len(asked), -1, -1, -1), *vectors)])
            white = (
                (on_ground(made, torch.ones(3, 1, 1))[:, :3].clamp(0, 1) * 255)
                .byte()
                .permute(0, 2, 3, 1)
                .numpy()
            )
            strip = np.concatenate(list(white), axis=1)
            strips.append(
                np.pad(strip, ((0, 0), (0, 128 * 15 - strip.shape[1]), (0, 0)), constant_values=255)
            )
        sheet.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate(strips)).save(sheet)
        return numbers

    def shown(self, pictures: Tensor, values: Tensor, parts: Tensor) -> Tensor:
        """Pictures with looks, by the average."""
        codes = self.code.encode(pictures.contiguous(memory_format=torch.channels_last))
        return self.code.decode(self.average(codes, self.average.read(values, parts), torch.ones(len(codes))))

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        names = self.pairs.drawings.names
        return {
            "name": "world-looks",
            "config": asdict(self.config.looks),
            "unseen_drawings": [names[row] for row in self.unseen],
        }


def looks_recipe() -> LooksStageConfig:
    """`textreel train world --stage looks --out runs/looks`."""
    return LooksStageConfig()


def make_looks(config: LooksStageConfig) -> LooksStage:
    """The stage on the drawings that were built on this machine.

    Raises:
        AssetError: there are none.
    """
    return LooksStage(config, KnownDrawings(load_tables()), load_picture_code(), WordVectors.load_default())
