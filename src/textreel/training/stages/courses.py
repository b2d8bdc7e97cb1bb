"""The second stage of `world`: the course of every drawing's codes in time.

It begins with the principal modes of the encoded loops. Distances in code and in pixels come first; then, begun with
these weights, the adversarial loss on short loops of pixels.
"""

import copy
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from textreel.corpora.world.assets import load_tables
from textreel.corpora.world.drawings import as_tensor
from textreel.corpora.world.sprites import Sprite, SpriteTable
from textreel.discriminators.patches import PatchDiscriminator
from textreel.errors import AssetError
from textreel.generator.picture_code import load_picture_code
from textreel.generator.world.courses import Courses, CoursesConfig, principal_loop
from textreel.language.vectors import WordVectors
from textreel.nn.picture_code import PictureCode
from textreel.training.chance import ClipChance
from textreel.training.losses import ADVERSARIAL_LOSSES
from textreel.training.stages import Stage, StageConfig
from textreel.training.stages.picture_code import MAX_BALANCE, distance, on_ground, pairs, psnr
from textreel.world import Concept, activities, concepts

LIVELY = frozenset({"run", "jump", "dance", "gallop", "spin", "bounce", "hop", "punch", "shake", "kick"})
CALM = frozenset({"still", "breathe"})
SWINGS = {"calm": 0.3, "usual": 1.0, "lively": 1.25}  # how far a loop goes, by what the subject does
SILENT_SHARE = 0.3  # of clips, of which no word says what is done
NOISE_SWING = 0.12  # of the logarithm of that
MEASURED, SHEET_SHOWN = 64, 48


@dataclass(frozen=True, kw_only=True)
class CoursesStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "courses"
    steps: int = 4000
    batch: int = 12
    moments: int = 6  # of each drawing, in a row
    painted: int = 2  # of these, in a row, are decoded
    warm: int = 6  # moments before these from which nothing is learned
    learning_rate: float = 2e-3
    course_share: float = 0.5  # of the learning rate, for all but maps and modes
    betas: tuple[float, float] = (0.8, 0.99)
    cooldown_steps: int = 1500
    modes: int = 4000  # of all drawings together
    most_modes: int = 14  # of one
    code_weight: float = 0.1
    pixel_weight: float = 1.0  # 0 decodes nothing, and is several times as fast
    adversarial_weight: float = 0.0
    adversarial_loss: str = "relativistic"
    adversarial_rate: float = 0.3
    penalty_every: int = 8
    r1_gamma: float = 0.3


class KnownDrawings:
    """The art of the inventory.

    Attributes:
        tables: all sprites.
        names: of the art, as the inventory has it.
        concepts: that a drawing shows, the first in the inventory.
        sprites: where each lies.
    """

    def __init__(self, tables: Sequence[SpriteTable]) -> None:
        self.tables = tuple(tables)
        found = {sprite.id: (table, sprite) for table in tables for sprite in table.sprites}
        shown: dict[str, Concept] = {}
        for concept in concepts().values():
            for art in concept.art.values():
                if art in found:
                    shown.setdefault(art, concept)
        if not shown:
            raise AssetError(
                "The drawings of this machine are none of the inventory: build the corpus again."
            )
        self.names, self.concepts = tuple(shown), tuple(shown.values())
        self.sprites: tuple[tuple[SpriteTable, Sprite], ...] = tuple(found[name] for name in self.names)

    def pictures(self, row: int, phases: Sequence[int] | None = None) -> Tensor:
        """Pictures of a drawing's loop, all or some: [P, 4, 128, 128], premultiplied."""
        table, sprite = self.sprites[row]
        loop = table.loop(sprite)
        chosen = loop if phases is None else loop[list(phases)]
        return as_tensor(np.array(chosen))

    def encoded(self, code: PictureCode) -> list[Tensor]:
        """The codes of every loop, [P, C, H, W]."""
        with torch.inference_mode():
            return [code.encode(self.pictures(row)).half() for row in range(len(self.names))]


class CoursesStage(Stage):
    """Trains :class:`~textreel.generator.world.courses.Courses` through the decoder, which stays as it is."""

    kind = "courses"
    learns = "courses"
    config: CoursesStageConfig

    def __init__(
        self, config: CoursesStageConfig, drawings: KnownDrawings, code: PictureCode, vectors: WordVectors
    ) -> None:
        self.config, self.drawings, self.code, self.vectors = config, drawings, code, vectors
        self.codes = drawings.encoded(code)
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.courses = first_courses(self.codes, drawings.names, config)
            self.discriminator = PatchDiscriminator(config.painted * code.config.channels)
        self.average = copy.deepcopy(self.courses).requires_grad_(False)
        self.networks = {"courses": self.courses, "average": self.average}
        tables = [self.courses.maps, self.courses.modes, self.courses.weights]
        kept = {id(table) for table in tables}
        others = [each for each in self.courses.parameters() if id(each) not in kept]
        groups: list[dict[str, Any]] = [{"params": tables}, {"params": others, "share": config.course_share}]
        self.optimisers = {"courses": torch.optim.Adam(groups, betas=config.betas)}
        if config.adversarial_weight:
            self.networks["discriminator"] = self.discriminator
            judges = [{"params": self.discriminator.parameters(), "share": config.adversarial_rate}]
            self.optimisers["discriminator"] = torch.optim.Adam(judges, betas=(0.0, 0.99))

    def train_step(self, step: int) -> dict[str, float]:
        """Some drawings, some moments of each; half of the drawings move."""
        config, courses = self.config, self.courses
        chance = ClipChance.of(config.seed, step, range(config.batch))
        rows = self.draw(np.random.default_rng([config.seed, step]))
        phases = torch.tensor([courses.config.phases for _ in rows])
        start = chance.integers(courses.config.phases, 1)
        swings, words, mask = self.words(rows, chance)
        noise = chance.normal_like(torch.empty(config.batch, courses.config.noise))
        swings = swings * torch.exp(NOISE_SWING * noise[:, 0])
        state = courses.begin(courses.loops(torch.tensor(rows)), words, mask, noise)
        moments = torch.arange(config.warm + config.moments)
        places = start + moments
        clocks = torch.stack([(places + 0.5) / phases[:, None], chance.uniform(1) + moments * 0.01], dim=-1)
        with torch.no_grad():
            memory = courses(state, clocks[:, : config.warm])[2].memory
        codes, _, _ = courses(state._replace(memory=memory), clocks[:, config.warm :])
        drawn, wanted = self.wanted(rows, places[:, config.warm :].remainder(courses.config.phases), swings)
        numbers = {"code": (codes - wanted).abs().mean().item()}
        loss = config.code_weight * (codes - wanted).abs().mean()
        if config.pixel_weight or config.adversarial_weight:
            which = np.random.default_rng([config.seed, step, 1])
            first = int(which.integers(config.moments - config.painted + 1))
            part = slice(first, first + config.painted)
            as_drawn = codes[:, part] + drawn[:, part] - wanted[:, part]  # as if it swung as in the drawing
            made = self.code.decode(as_drawn.flatten(0, 1))
            real = self.real(rows, places[:, config.warm :][:, part].remainder(courses.config.phases))
            pixels = distance(made, real)
            numbers["distance"] = pixels.item()
            loss = loss + config.pixel_weight * pixels
            if config.adversarial_weight:
                loss = loss + self.game(made, real, pixels, chance, step, numbers)
        numbers |= self.update("courses", courses, loss, step)
        self.follow(self.average, courses, step)
        return numbers

    def draw(self, generator: np.random.Generator) -> list[int]:
        """Rows of drawings: every second one moves."""
        moving = [row for row, rank in enumerate(self.courses.config.ranks) if rank]
        count = len(self.drawings.names)
        return [
            moving[generator.integers(len(moving))]
            if number % 2 and moving
            else int(generator.integers(count))
            for number in range(self.config.batch)
        ]

    def words(self, rows: Sequence[int], chance: ClipChance) -> tuple[Tensor, Tensor, Tensor]:
        """What is said of each: its name, and mostly what it does. How far it swings [N], the vectors, the mask."""
        deeds: dict[str, list[str]] = {swing: [] for swing in SWINGS}
        for name, activity in activities().items():
            motion = activity.motion
            deeds["lively" if motion in LIVELY else "calm" if motion in CALM else "usual"].append(name)
        which, silent = chance.uniform(2).tolist(), chance.uniform(1)[:, 0].tolist()
        swings, said = [], []
        for row, (kind, one), quiet in zip(rows, which, silent, strict=True):
            words, swing = self.drawings.concepts[row].name.split(), "usual"
            if quiet > SILENT_SHARE:
                swing = [*SWINGS][int(kind * len(SWINGS))]
                words += deeds[swing][int(one * len(deeds[swing]))].split()
            swings.append(SWINGS[swing])
            said.append(torch.from_numpy(self.vectors.stack(words)))
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(each)) for each in said], batch_first=True) > 0
        return torch.tensor(swings), torch.nn.utils.rnn.pad_sequence(said, batch_first=True), mask

    def wanted(self, rows: Sequence[int], phases: Tensor, swings: Tensor) -> tuple[Tensor, Tensor]:
        """The codes of the drawings at phases, and these as far from the loop's mean as the words and noise say."""
        drawn, wanted = [], []
        for row, places, swing in zip(rows, phases, swings, strict=True):
            loop = self.codes[row].float()
            codes, mean = loop[places * len(loop) // self.courses.config.phases], loop.mean(dim=0)
            drawn.append(codes)
            wanted.append(mean + swing * (codes - mean))
        return torch.stack(drawn), torch.stack(wanted)

    def real(self, rows: Sequence[int], phases: Tensor) -> Tensor:
        """The drawings themselves, [N * P, 4, 128, 128]."""
        parts = []
        for row, places in zip(rows, phases, strict=True):
            count = len(self.codes[row])
            parts.append(self.drawings.pictures(row, (places * count // self.courses.config.phases).tolist()))
        return torch.cat(parts).contiguous(memory_format=torch.channels_last)

    def game(
        self,
        made: Tensor,
        real: Tensor,
        pixels: Tensor,
        chance: ClipChance,
        step: int,
        numbers: dict[str, float],
    ) -> Tensor:
        """The adversarial loss of short loops before grounds of one colour; the discriminator learns first."""
        config, judge = self.config, self.discriminator
        losses = ADVERSARIAL_LOSSES[config.adversarial_loss]
        grounds = chance.uniform(3, 1, 1).repeat_interleave(config.painted, dim=0)
        shown, painted = (
            on_ground(each, grounds).unflatten(0, (config.batch, config.painted)).flatten(1, 2)
            for each in (real, made)
        )
        penalised = step % config.penalty_every == 0
        seen = shown.detach().requires_grad_(penalised)
        on_real, on_made = judge(seen), judge(painted.detach())
        loss = losses.discriminator(on_real, on_made)
        if penalised:
            (gradient,) = torch.autograd.grad(on_real.sum(), seen, create_graph=True)
            penalty = gradient.square().sum(dim=(1, 2, 3)).mean() / on_real[0].numel()
            loss = loss + config.penalty_every * config.r1_gamma / 2 * penalty
        numbers |= {"judged/real": on_real.mean().item(), "judged/fake": on_made.mean().item()}
        numbers |= self.update("discriminator", judge, loss, step)
        judge.requires_grad_(False)
        fooled = losses.generator(judge(shown), judge(painted))
        judge.requires_grad_(True)
        norms = [
            torch.autograd.grad(part, made, retain_graph=True)[0].norm().item() for part in (pixels, fooled)
        ]
        weight = config.adversarial_weight * min(MAX_BALANCE, norms[0] / max(norms[1], 1e-9))
        numbers |= {"game/generator": fooled.item(), "game/weight": weight}
        return weight * fooled

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """PSNR on white of fixed drawings that stand still, and of fixed phases of those that move; a sheet of both."""
        ranks = self.courses.config.ranks
        numbers, rows = {}, list[np.ndarray]()
        for name, wanted in (("still", False), ("moving", True)):
            known = [row for row, rank in enumerate(ranks) if bool(rank) == wanted]
            if not known:
                continue
            chosen = [
                known[i]
                for i in np.linspace(0, len(known) - 1, min(MEASURED, len(known))).round().astype(int)
            ]
            made, real = self.shown(self.average, chosen)
            numbers[f"psnr/{name}"] = psnr(made, real).mean().item()
            kept = np.linspace(0, len(made) - 1, min(SHEET_SHOWN, len(made))).round().astype(int).tolist()
            rows += pairs(real[kept], made[kept])
        sheet.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate(rows)).save(sheet)
        return numbers

    def shown(self, courses: Courses, rows: Sequence[int]) -> tuple[Tensor, Tensor]:
        """What courses show of drawings after half a loop with only their names said, and what is drawn."""
        said = [
            torch.from_numpy(self.vectors.stack(self.drawings.concepts[row].name.split())) for row in rows
        ]
        words = torch.nn.utils.rnn.pad_sequence(said, batch_first=True)
        mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(each)) for each in said], batch_first=True) > 0
        noise = torch.zeros(len(rows), courses.config.noise)
        state = courses.begin(courses.loops(torch.tensor(rows)), words, mask, noise)
        phases = courses.config.phases
        moments = torch.arange(phases // 2) + torch.arange(len(rows))[:, None]
        clocks = torch.stack([(moments + 0.5) / phases, torch.zeros(moments.shape)], dim=-1)
        codes = courses(state, clocks)[0][:, -1]
        made = torch.cat([self.code.decode(part) for part in codes.split(16)])
        return made, self.real(rows, moments[:, -1:].remainder(phases))

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        return {"name": "world-courses", "config": asdict(self.courses.config)}


def first_courses(codes: Sequence[Tensor], names: Sequence[str], config: CoursesStageConfig) -> Courses:
    """Courses that are the means and the principal modes of encoded loops; a loop has as many as it needs most."""
    sizes = []
    for loop in codes:
        flat = (loop.float() - loop.float().mean(dim=0)).flatten(1)
        sizes.append(torch.linalg.svdvals(flat)[: min(config.most_modes, len(flat) - 1)].square() / len(flat))
    every = torch.cat(sizes).sort(descending=True).values
    least = every[min(config.modes, len(every)) - 1] if len(every) else torch.tensor(math.inf)
    ranks = tuple(int(((each >= least) & (each > 0)).sum()) for each in sizes)
    ranks = tuple(
        max(rank, 2) if len(each) > 2 and each[0] > 0 else rank
        for rank, each in zip(ranks, sizes, strict=True)
    )
    courses = Courses(CoursesConfig(drawings=tuple(names), ranks=ranks))
    modes, weights = [], []
    with torch.no_grad():
        for row, (loop, rank) in enumerate(zip(codes, ranks, strict=True)):
            mean, own, walked = principal_loop(loop.float(), rank, courses.config.phases)
            courses.maps[row] = mean
            modes.append(own)
            weights.append(walked)
        courses.modes.copy_(torch.cat(modes))
        courses.weights.copy_(torch.cat(weights))
    return courses


def courses_recipe() -> CoursesStageConfig:
    """`textreel train world --stage courses --out runs/courses`: distances alone."""
    return CoursesStageConfig()


def courses_sharp() -> CoursesStageConfig:
    """`textreel train world --stage courses-sharp --from runs/courses --out runs/sharp`: the game beside them."""
    return CoursesStageConfig(
        stage="courses-sharp", steps=2000, learning_rate=1e-3, cooldown_steps=1000, adversarial_weight=0.2
    )


def make_courses(config: CoursesStageConfig) -> CoursesStage:
    """The stage on the drawings that were built on this machine.

    Raises:
        AssetError: there are none.
    """
    code = load_picture_code()
    return CoursesStage(config, KnownDrawings(load_tables()), code, WordVectors.load_default())
