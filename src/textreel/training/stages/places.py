"""The stage of places: maps of layouts, and a network that turns them into the codes of paintings under many skies.

The codes of all paintings are made first. The maps begin as their principal parts (PCA over all cells), so that
learning is left with what the sky changes; distances are in codes, and in pixels of a part that is decoded.
"""

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from textreel.corpora.packages import Progress
from textreel.corpora.world.assets import cache_folder
from textreel.corpora.world.paintings import LAYOUTS, Painting, Paintings, paintings
from textreel.corpora.world.places.light import light_of
from textreel.corpora.world.weather import weather_texture
from textreel.generator.picture_code import load_picture_code
from textreel.generator.world.places import EDGE, PlaceGenerator, PlacesConfig
from textreel.nn.picture_code import STRIDE, PictureCode
from textreel.training.stages import Stage, StageConfig
from textreel.training.stages.picture_code import distance
from textreel.world import settings

HELD_OUT = 23  # every so many-th painting under a changed sky is kept for measuring
MEASURED, SHOWN = 24, 6
AIR_STEPS = 60
LIT_SHARE = 0.65  # how much of the light of a sky falls on subjects: they stay well seen at night
LAMP = (1.0, 0.97, 0.92)


@dataclass(frozen=True, kw_only=True)
class PlacesStageConfig(StageConfig):
    """Options of the stage."""

    stage: str = "places"
    steps: int = 3000
    batch: int = 12
    learning_rate: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.99)
    cooldown_steps: int = 1500
    pixel_weight: float = 0.5
    decoded: int = 4  # of the batch, a part each
    part: int = 16  # cells along a side of such a part


class EncodedPaintings:
    """Paintings and the codes of their canvases, float16 [N, C, 40, 96], kept beside them in the cache."""

    def __init__(self, source: Paintings, code: PictureCode, progress: Progress | None = None) -> None:
        self.paintings, self.pixels = source.paintings, source.pixels
        weights = hashlib.sha256(code.last_weight.detach().numpy().tobytes()).hexdigest()[:12]
        file = cache_folder() / f"painting-codes-{weights}-{len(self.paintings)}.npy"
        if not file.is_file():
            codes = np.stack([self._encoded(code, number, progress) for number in range(len(self.paintings))])
            np.save(file, codes)
        self.codes = torch.from_numpy(np.load(file))

    def _encoded(self, code: PictureCode, number: int, progress: Progress | None) -> np.ndarray:
        canvas, edge = self.canvases([number]), EDGE * STRIDE
        opaque = torch.cat([canvas, torch.ones_like(canvas[:, :1])], dim=1)
        wide = torch.cat([opaque[..., -edge:], opaque, opaque[..., :edge]], dim=-1)
        if progress is not None:
            progress("encoding places", number + 1, len(self.paintings))
        with torch.inference_mode():
            return code.encode(wide)[0, ..., EDGE:-EDGE].half().numpy()

    def canvases(self, numbers: Sequence[int]) -> Tensor:
        """The paintings themselves, [N, 3, 320, 768] in [0, 1]."""
        return torch.from_numpy(self.pixels[list(numbers)]).permute(0, 3, 1, 2).float() / 255


class PlacesStage(Stage):
    """Trains :class:`~textreel.generator.world.places.PlaceGenerator` through the decoder, which stays as it is."""

    kind = "places"
    learns = "places"
    config: PlacesStageConfig

    def __init__(self, config: PlacesStageConfig, encoded: EncodedPaintings, code: PictureCode) -> None:
        self.config, self.encoded = config, encoded
        self.code = code.requires_grad_(False)
        names = tuple(sorted({row.place for row in encoded.paintings}))
        rows, columns = (side // 2 for side in encoded.codes.shape[2:])
        self.options = PlacesConfig(places=names, layouts=LAYOUTS, rows=rows, columns=columns)
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.places = PlaceGenerator(self.options, code)
            self.begin_with_principal_parts()
            self.learn_the_air()
        self.average = copy.deepcopy(self.places).requires_grad_(False)
        self.average.decode = self.code.decode
        self.networks = {"places": self.places, "average": self.average}
        learned = [value for name, value in self.places.named_parameters() if name != "textures"]
        self.optimisers = {"places": torch.optim.Adam(learned, betas=config.betas)}
        changed = [number for number, row in enumerate(encoded.paintings) if not is_plain(row)]
        self.held_out = changed[::HELD_OUT]
        kept = set(self.held_out)
        self.rows = np.array([number for number in range(len(encoded.paintings)) if number not in kept])

    @torch.no_grad()
    def begin_with_principal_parts(self) -> None:
        """Set the maps, and what makes codes of them, to the principal parts of the codes in the usual sky."""
        folded = F.pixel_unshuffle(self.encoded.codes.float(), 2)
        cells = folded.permute(0, 2, 3, 1).flatten(0, 2)
        mean = cells.mean(dim=0)
        _, directions = torch.linalg.eigh((cells - mean).T @ (cells - mean) / len(cells))
        parts = directions.flip(1)[:, : self.options.map]  # [4 C, map]
        self.places.plain.weight.copy_(parts[:, :, None, None])
        assert self.places.plain.bias is not None
        self.places.plain.bias.copy_(mean)
        for number, row in enumerate(self.encoded.paintings):
            if is_plain(row):
                place = self.options.places.index(row.place) * LAYOUTS + row.layout
                self.places.maps[place] = torch.einsum(
                    "cm,chw->mhw", parts, folded[number] - mean[:, None, None]
                )

    def learn_the_air(self) -> None:
        """Find the codes of what weathers put into the air, beginning with those that the encoder gives."""
        generator = np.random.default_rng(self.config.seed)
        drawn = np.stack([weather_texture(weather, generator) for weather in self.options.falling])
        wanted = torch.from_numpy(drawn).permute(0, 3, 1, 2).float() / 255
        wanted[:, :3] *= wanted[:, 3:]
        edge = EDGE * STRIDE
        with torch.no_grad():
            wide = self.code.encode(F.pad(wanted, (edge, edge, edge, edge), mode="circular"))
            self.places.textures.copy_(wide[..., EDGE:-EDGE, EDGE:-EDGE])
        optimiser = torch.optim.Adam([self.places.textures], lr=0.03)
        for _ in range(AIR_STEPS):
            optimiser.zero_grad(set_to_none=True)
            distance(self.places.air(), wanted).backward()  # type: ignore[no-untyped-call]
            optimiser.step()

    def numbers(self, rows: Sequence[int]) -> tuple[Tensor, ...]:
        """What paintings show, as numbers of names."""
        options, told = self.options, [self.encoded.paintings[row] for row in rows]
        return tuple(
            torch.tensor(each)
            for each in (
                [options.places.index(row.place) for row in told],
                [row.layout for row in told],
                [options.times.index(row.time) for row in told],
                [options.weathers.index(row.weather) for row in told],
                [options.seasons.index(row.season) for row in told],
            )
        )

    def train_step(self, step: int) -> dict[str, float]:
        """Some paintings; of each a part is decoded."""
        config = self.config
        generator = np.random.default_rng([config.seed, step])
        rows = generator.choice(self.rows, config.batch, replace=False).tolist()
        wanted = self.encoded.codes[rows].float()
        codes, light = self.places.codes(*self.numbers(rows))
        in_code = (codes - wanted).abs().mean()
        lights = torch.tensor([light_on_subjects(self.encoded.paintings[row]) for row in rows])
        y = int(generator.integers(wanted.shape[2] - config.part + 1))
        x = int(generator.integers(wanted.shape[3] - config.part + 1))
        part = codes[: config.decoded, :, y : y + config.part, x : x + config.part]
        seen = (slice(STRIDE * y, STRIDE * (y + config.part)), slice(STRIDE * x, STRIDE * (x + config.part)))
        real = self.encoded.canvases(rows[: config.decoded])[..., *seen]
        in_pixels = distance(self.code.decode(part)[:, :3], real)
        loss = in_code + config.pixel_weight * in_pixels + (light - lights).abs().mean()
        numbers = self.update("places", self.places, loss, step)
        self.follow(self.average, self.places, step)
        return numbers | {"code": in_code.item(), "distance": in_pixels.item()}

    @torch.no_grad()
    def review(self, sheet: Path) -> dict[str, float]:
        """PSNR of canvases in usual skies, and of places in a sky in which training never shows them; a sheet."""
        plain = [number for number, row in enumerate(self.encoded.paintings) if is_plain(row)]
        found, strips = dict[str, float](), list[np.ndarray]()
        for name, rows in (("seen", plain), ("unseen", self.held_out)):
            chosen = [
                rows[at] for at in np.linspace(0, len(rows) - 1, min(MEASURED, len(rows))).round().astype(int)
            ]
            errors = []
            for number in chosen:
                made = (self.average.canvas(self.average.codes(*self.numbers([number]))[0]) + 1) / 2
                real = self.encoded.canvases([number])
                errors.append(-10 * torch.log10((made - real).square().mean()).item())
                if len(strips) < SHOWN * (1 if name == "seen" else 2):
                    both = torch.cat([real, made.clamp(0, 1)], dim=-1)[0].permute(1, 2, 0)
                    strips.append((both * 255).round().byte().numpy())
            found[f"psnr/{name}"] = float(np.mean(errors))
        sheet.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.concatenate(strips)).save(sheet)
        return found

    def facts(self) -> dict[str, Any]:
        """What the model says about itself."""
        return {
            "name": "world-places",
            "config": asdict(self.options),
            "paintings": len(self.encoded.paintings),
        }


def is_plain(row: Painting) -> bool:
    """Whether a painting shows the usual sky, in which every layout is painted."""
    return (row.time, row.weather, row.season) == ("day", "clear", "summer")


def light_on_subjects(row: Painting) -> list[float]:
    """What multiplies the colours of subjects that stand in a painting."""
    if settings()[row.place].is_indoors:
        return list(LAMP)
    return [1 - LIT_SHARE + LIT_SHARE * each for each in light_of(row.time, row.weather).falls]


def places_recipe() -> PlacesStageConfig:
    """`textreel train world --stage places --out runs/places`."""
    return PlacesStageConfig()


def make_places(config: PlacesStageConfig) -> PlacesStage:
    """The stage on the paintings of all places, which are made first.

    Raises:
        AssetError: the sprites that places are furnished with were not built.
    """
    code = load_picture_code()
    return PlacesStage(config, EncodedPaintings(paintings(), code), code)
