"""The first stage of `world`: a code for pictures.

Distances alone first, at three scales and between neighbouring pixels; then, begun with these weights, the adversarial
loss beside them, which wants edges and eyes to be sharp on any ground.
"""

import copy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from textreel.corpora.world.assets import load_tables
from textreel.corpora.world.drawings import Drawings
from textreel.discriminators.patches import PatchDiscriminator
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.training.chance import ClipChance
from textreel.training.losses import ADVERSARIAL_LOSSES
from textreel.training.stages import Stage, StageConfig
from textreel.training.trainer import convolutions_channels_last

SCALES = (2, 4)
SHEET_COLUMNS, SHEET_SEEN, SHEET_UNSEEN = 8, 32, 24
MEASURED = 100
MAX_BALANCE = 10.0


@dataclass(frozen=True, kw_only=True)
class PictureCodeStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "picture-code"
    steps: int = 12_000
    batch: int = 24
    side: int = 64  # of the parts of pictures that are learned from; the code is local, and much is empty
    learning_rate: float = 1.5e-3
    cooldown_steps: int = 3000
    code: PictureCodeConfig = field(default_factory=PictureCodeConfig)
    code_noise: float = 0.1  # deviation, so that what is close in code looks alike
    adversarial_weight: float = 0.0  # the game's gradient at the last layer, as a share of the distances'
    adversarial_loss: str = "relativistic"
    adversarial_rate: float = 1.0  # of the learning rate, for the discriminator
    ramp_steps: int = 200  # the discriminator learns alone in these
    penalty_every: int = 8
    r1_gamma: float = 0.05


class PictureCodeStage(Stage):
    """Trains a :class:`~textreel.nn.picture_code.PictureCode` on drawings."""

    kind = "picture-code"
    learns = "code"
    config: PictureCodeStageConfig

    def __init__(self, config: PictureCodeStageConfig, drawings: Drawings) -> None:
        self.config, self.drawings = config, drawings
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.code = PictureCode(config.code)
            self.discriminator = PatchDiscriminator(config.code.channels)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        for network in (self.code, self.discriminator):
            convolutions_channels_last(network.to(self.device))
        self.average = copy.deepcopy(self.code).requires_grad_(False)
        self.networks = {"code": self.code, "average": self.average}
        self.optimisers = {"code": torch.optim.Adam(self.code.parameters(), betas=config.betas)}
        if config.adversarial_weight:
            self.networks["discriminator"] = self.discriminator
            groups = [{"params": self.discriminator.parameters(), "share": config.adversarial_rate}]
            self.optimisers["discriminator"] = torch.optim.Adam(groups, betas=(0.0, 0.99))

    def train_step(self, step: int) -> dict[str, float]:
        """Pictures through their codes and back; then, in the adversarial stage, the discriminator's turn."""
        config = self.config
        generator = np.random.default_rng([config.seed, step])
        chance = ClipChance.of(config.seed, step, range(config.batch))
        real = self.shown(self.drawings.batch(generator, config.batch, config.side))
        codes = self.code.encode(real)
        made = self.code.decode(codes + config.code_noise * chance.normal_like(codes))
        loss = distance(made, real)
        numbers = {"distance": loss.item()}
        if not config.adversarial_weight:
            numbers |= self.update("code", self.code, loss, step)
        else:
            grounds = chance.uniform(3, 1, 1).to(self.device)
            real_seen, made_seen = on_ground(real, grounds), on_ground(made, grounds)
            if step >= config.ramp_steps:
                self.discriminator.requires_grad_(False)
                game = ADVERSARIAL_LOSSES[config.adversarial_loss]
                fooled = game.generator(self.discriminator(real_seen), self.discriminator(made_seen))
                weight = config.adversarial_weight * self.balance(loss, fooled)
                numbers |= {"game/generator": fooled.item(), "game/weight": weight}
                numbers |= self.update("code", self.code, loss + weight * fooled, step)
                self.discriminator.requires_grad_(True)
            numbers |= self.judge(real_seen, made_seen.detach(), step)
        self.follow(self.average, self.code, step)
        return numbers

    def shown(self, pictures_BCHW: Tensor) -> Tensor:
        """Pictures where the networks are, laid out as these read them fastest."""
        return pictures_BCHW.to(self.device).contiguous(memory_format=torch.channels_last)

    def judge(self, real: Tensor, made: Tensor, step: int) -> dict[str, float]:
        """The discriminator learns to tell drawn patches from decoded ones; now and then its gradient is damped."""
        config, judge = self.config, self.discriminator
        game = ADVERSARIAL_LOSSES[config.adversarial_loss]
        penalised = step % config.penalty_every == 0
        shown = real.detach().requires_grad_(penalised)
        on_real, on_made = judge(shown), judge(made)
        loss = game.discriminator(on_real, on_made)
        if penalised:
            (gradient,) = torch.autograd.grad(on_real.sum(), shown, create_graph=True)
            penalty = gradient.square().sum(dim=(1, 2, 3)).mean() / on_real[0].numel()
            loss = loss + config.penalty_every * config.r1_gamma / 2 * penalty
        numbers = {"judged/real": on_real.mean().item(), "judged/fake": on_made.mean().item()}
        return numbers | self.update("discriminator", judge, loss, step)

    def balance(self, loss: Tensor, fooled: Tensor) -> float:
        """The last layer's gradient of the distances over that of the game (VQGAN, Esser et al. 2021), at most 10."""
        last = self.code.last_weight
        norms = [
            torch.autograd.grad(part, last, retain_graph=True)[0].norm().item() for part in (loss, fooled)
        ]
        return min(MAX_BALANCE, norms[0] / max(norms[1], 1e-9))

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """PSNR on white of concepts that training shows and of those that it never shows, and a sheet of both."""
        numbers, strips = {}, []
        for name, concepts, shown in (
            ("seen", self.drawings.seen, SHEET_SEEN),
            ("unseen", self.drawings.unseen, SHEET_UNSEEN),
        ):
            real = self.shown(self.drawings.examples(concepts, MEASURED))
            made = torch.cat([self.average(part) for part in real.split(25)])
            numbers[f"psnr/{name}"] = psnr(made, real).mean().item()
            places = torch.linspace(0, len(real) - 1, min(shown, len(real))).round().long()
            strips += pairs(real[places], made[places])
        sheet.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate(strips)).save(sheet)
        return numbers

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        return {
            "name": "world-picture-code",
            "config": asdict(self.config.code),
            "unseen_concepts": list(self.drawings.unseen),
        }


def distance(made: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference of premultiplied pictures at three scales, and of their gradients."""
    value = 2 * (made - real).abs().mean()
    for scale in SCALES:
        value = value + (F.avg_pool2d(made, scale) - F.avg_pool2d(real, scale)).abs().mean()
    for axis in (2, 3):
        value = value + 2 * (made.diff(dim=axis) - real.diff(dim=axis)).abs().mean()
    return value


def on_ground(pictures: Tensor, grounds: Tensor) -> Tensor:
    """Premultiplied pictures before a ground of one colour, with their alpha kept: [B, 4, H, W]."""
    colour, alpha = pictures[:, :3], pictures[:, 3:]
    return torch.cat([colour + (1 - alpha) * grounds, alpha], dim=1)


def psnr(made: Tensor, real: Tensor) -> Tensor:
    """Peak signal-to-noise ratio of each picture on white, in dB."""
    white = torch.ones(3, 1, 1, device=real.device)
    error = (on_ground(made, white)[:, :3] - on_ground(real, white)[:, :3]).square().mean(dim=(1, 2, 3))
    return -10 * torch.log10(error.clamp(min=1e-10))


def pairs(real: Tensor, made: Tensor) -> list[np.ndarray]:
    """Rows of a sheet: drawings on white, below them what their codes give."""
    white = torch.ones(3, 1, 1, device=real.device)
    drawn, decoded = (
        (on_ground(pictures, white)[:, :3].clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).cpu().numpy()
        for pictures in (real, made)
    )
    rows = []
    for first in range(0, len(drawn), SHEET_COLUMNS):
        for pictures in (drawn, decoded):
            row = np.concatenate(list(pictures[first : first + SHEET_COLUMNS]), axis=1)
            missing = SHEET_COLUMNS * pictures.shape[2] - row.shape[1]
            rows.append(np.pad(row, ((0, 0), (0, missing), (0, 0)), constant_values=255))
    return rows


def picture_code() -> PictureCodeStageConfig:
    """`textreel train world --stage picture-code --out runs/code`: distances alone, on parts of the drawings."""
    return PictureCodeStageConfig()


def picture_code_sharp() -> PictureCodeStageConfig:
    """`textreel train world --stage picture-code-sharp --from runs/code --out runs/sharp`: the game beside them."""
    return PictureCodeStageConfig(
        stage="picture-code-sharp",
        steps=2000,
        learning_rate=5e-4,
        cooldown_steps=1000,
        adversarial_weight=0.2,
        adversarial_rate=0.5,
        ramp_steps=150,
        r1_gamma=0.3,
    )


def make_picture_code(config: PictureCodeStageConfig) -> PictureCodeStage:
    """The stage on all drawings of the world that were built on this machine.

    Raises:
        AssetError: there are none.
    """
    return PictureCodeStage(config, Drawings(load_tables()))
