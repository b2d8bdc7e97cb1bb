"""The places of the generator `world`: learned maps of layouts, and a network that lights them for a sky.

A map and the time of day, weather and season give the code of a canvas, which the picture code decodes. The world goes
round in x, so every convolution does. Noise chooses what no words say: the place, its layout, how the world is turned
and mirrored, and the sky.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.nn.blocks import condition_mlp
from textreel.nn.noise import Noise
from textreel.nn.picture_code import PictureCode
from textreel.nn.processor import at_once
from textreel.scene import Scene
from textreel.world import concepts, settings

TIMES: Mapping[str, str] = MappingProxyType(
    {"day": "day", "dawn": "dawn", "dusk": "sunset", "night": "night"}
)
"""How the paintings call the inventory's times of day."""
USUAL_PLACES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "water": ("ocean", "lake", "underwater", "coral reef"),
        "air": ("sky", "park", "garden", "mountain"),
        "sky": ("sky",),
        "hand": ("kitchen", "living room", "park", "office"),
        "wall": ("living room", "bedroom"),
        "ground": ("park", "street", "beach", "garden", "meadow", "forest", "village", "mountain"),
        "furniture": ("living room", "bedroom", "kitchen", "office"),
        "appliance": ("kitchen",),
    }
)
"""Where the first subject is shown when no words say it, by its kind or medium; noise takes one."""
USUAL_SKIES: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "time": (("day", 0.8), ("sunset", 0.1), ("dawn", 0.1)),
        "weather": (("clear", 0.75), ("cloudy", 0.25)),
        "season": (("summer", 0.5), ("spring", 0.25), ("autumn", 0.25)),
    }
)
"""What the sky is like when no words say it, and how often."""
DRIFTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "rain": (-0.12, 1.6),
        "snow": (0.05, 0.22),
        "fog": (0.03, 0.0),
        "storm": (-0.6, 2.0),
        "wind": (0.8, 0.15),
    }
)
"""How far what is in the air moves a second, in heights of the view, right and down."""
FIRST_ENTRY = 8  # of the noise that decides what no words say
TURN = 0.1  # of the way round that noise turns the world by at most: what a place is named for stays in view
EDGE = 6  # cells beyond the seam that decoding looks at
PIECES = 2  # of a canvas that cores may share


@dataclass(frozen=True, kw_only=True)
class PlacesConfig:
    """What is known, in the order of the maps, and how wide the network is."""

    places: tuple[str, ...]
    layouts: int = 3
    times: tuple[str, ...] = ("day", "sunset", "night", "dawn")
    weathers: tuple[str, ...] = ("clear", "cloudy", "rain", "snow", "fog", "storm")
    seasons: tuple[str, ...] = ("spring", "summer", "autumn", "winter")
    falling: tuple[str, ...] = ("rain", "snow", "fog", "storm", "wind")
    map: int = 16  # numbers in each cell of a map
    rows: int = 20
    columns: int = 48
    code: int = 8  # numbers in each cell of a code, which has four cells for each of a map
    hidden: int = 96
    condition: int = 128
    blocks: int = 4


class SkyBlock(nn.Module):
    """A depthwise 5x5 convolution that goes round in x, scaled and shifted by the sky (FiLM), and two pointwise."""

    def __init__(self, channels: int, condition: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 5, groups=channels)
        self.modulation = nn.Linear(condition, 2 * channels)
        self.widen = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(2 * channels, channels, 1)
        for parameter in (*self.modulation.parameters(), *self.narrow.parameters()):
            nn.init.zeros_(parameter)

    def forward(self, features_BCHW: Tensor, condition_BD: Tensor) -> Tensor:
        scale, shift = self.modulation(condition_BD)[:, :, None, None].chunk(2, dim=1)
        round_x = F.pad(F.pad(features_BCHW, (2, 2, 0, 0), mode="circular"), (0, 0, 2, 2), mode="replicate")
        features = torch.addcmul(shift, self.depthwise(round_x), 1 + scale)
        return features_BCHW + self.narrow(F.relu(self.widen(features)))


class PlaceGenerator(nn.Module):
    """canvas, weather, light, drift = places.paint(scene, noise)."""

    def __init__(self, config: PlacesConfig, code: PictureCode) -> None:
        super().__init__()
        self.config = config
        hidden, condition, outputs = config.hidden, config.condition, 4 * config.code
        count = len(config.places) * config.layouts
        self.maps = nn.Parameter(torch.zeros(count, config.map, config.rows, config.columns))
        self.plain = nn.Conv2d(config.map, outputs, 1)  # the code in the usual sky, nearly
        self.lift = nn.Conv2d(config.map, hidden, 1)
        self.heights = nn.Parameter(0.1 * torch.randn(1, hidden, config.rows, 1))
        names = config.places, config.times, config.weathers, config.seasons
        self.names = nn.ModuleList(nn.Embedding(len(each), condition) for each in names)
        self.sky = condition_mlp(4 * condition, condition)
        self.blocks = nn.ModuleList(SkyBlock(hidden, condition) for _ in range(config.blocks))
        self.change = nn.Conv2d(hidden, outputs, 1)
        self.light = nn.Linear(condition, 3)
        self.textures = nn.Parameter(torch.zeros(len(config.falling), config.code, 16, 16))
        for parameter in self.change.parameters():
            nn.init.zeros_(parameter)
        self.decode = code.decode

    def codes(
        self, places_B: Tensor, layouts_B: Tensor, times_B: Tensor, weathers_B: Tensor, seasons_B: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The codes of canvases [B, C, 40, 96], and the light on subjects [B, 3], from numbers of names."""
        maps = self.maps[places_B * self.config.layouts + layouts_B].float()
        told = zip(self.names, (places_B, times_B, weathers_B, seasons_B), strict=True)
        condition = self.sky(torch.cat([names(numbers) for names, numbers in told], dim=-1))
        features = self.lift(maps) + self.heights
        for block in self.blocks:
            features = block(features, condition)
        codes = F.pixel_shuffle(self.plain(maps) + self.change(features), 2)
        return codes, 1.2 * torch.sigmoid(self.light(condition))

    def paint(self, scene: Scene, noise: Noise) -> tuple[Tensor, Tensor | None, Tensor, Tensor]:
        """Paint where a scene is set.

        Returns:
            The canvas [1, 3, 320, 768] in [-1, 1], what is in the air [1, 4, 128, 128] or None, the light on subjects
            [1, 3], and how far the weather moves a second, in heights of the view, [1, 2].
        """
        config = self.config
        draws = (0.5 + 0.5 * torch.erf(noise.vector[0, FIRST_ENTRY:].double() / 2**0.5)).tolist()
        name = self.place_of(scene, draws[0])
        indoors = name in settings() and settings()[name].is_indoors
        asked = {
            "time": TIMES[scene.time.name] if scene.time else "",
            "weather": scene.weather.name if scene.weather else "",
            "season": scene.season.name if scene.season else "",
        }
        season = "winter" if asked["weather"] == "snow" and not asked["season"] else asked["season"]
        chosen = {
            "time": asked["time"] or usual_sky("time", draws[1]),
            "weather": asked["weather"] or usual_sky("weather", draws[2]),
            "season": season or usual_sky("season", draws[3]),
        }
        if chosen["weather"] not in config.weathers:  # wind has no sky of its own
            chosen["weather"] = "clear"
        numbers = (
            config.places.index(name),
            min(int(draws[4] * config.layouts), config.layouts - 1),
            config.times.index(chosen["time"]),
            config.weathers.index(chosen["weather"]),
            config.seasons.index(chosen["season"]),
        )
        codes, light = self.codes(*(torch.tensor([number], device=noise.vector.device) for number in numbers))
        turn = TURN * (2 * draws[5] - 1) * codes.shape[-1]
        codes = codes.roll(int(turn), dims=-1)
        canvas = self.canvas(codes)
        falling = asked["weather"] if not indoors else ""
        drift = canvas.new_tensor([DRIFTS.get(falling, (0.0, 0.0))])
        return canvas.flip(-1) if draws[6] > 0.5 else canvas, self.texture(falling), light, drift

    def canvas(self, codes_BCHW: Tensor) -> Tensor:
        """The canvases of codes, [B, 3, 8 H, 8 W] in [-1, 1]; side by side pieces are painted on several cores."""
        wide = torch.cat([codes_BCHW[..., -EDGE:], codes_BCHW, codes_BCHW[..., :EDGE]], dim=-1)
        width = codes_BCHW.shape[-1] // PIECES

        def piece(number: int) -> Tensor:
            part = wide[..., number * width : (number + 1) * width + 2 * EDGE]
            return self.decode(part.contiguous(memory_format=torch.channels_last))[
                :, :3, :, 8 * EDGE : -8 * EDGE
            ]

        return (
            torch.cat(at_once(*(lambda number=number: piece(number) for number in range(PIECES))), -1) * 2 - 1
        )  # type: ignore[misc]

    def texture(self, weather: str) -> Tensor | None:
        """What is in the air, [1, 4, 128, 128]: colour in [-1, 1] and alpha."""
        if weather not in self.config.falling:
            return None
        decoded = self.air()[[self.config.falling.index(weather)]]
        alpha = decoded[:, 3:]
        return torch.cat([2 * (decoded[:, :3] / alpha.clamp(min=0.05)).clamp(0, 1) - 1, alpha], dim=1)

    def air(self) -> Tensor:
        """What can be in the air, [N, 4, 128, 128], premultiplied, periodic in both axes."""
        wide = F.pad(self.textures.float(), (EDGE, EDGE, EDGE, EDGE), mode="circular")
        return self.decode(wide)[..., 8 * EDGE : -8 * EDGE, 8 * EDGE : -8 * EDGE]

    def place_of(self, scene: Scene, draw: float) -> str:
        """The place that the words name, or one that suits the first subject."""
        if scene.place and scene.place.name in self.config.places:
            return scene.place.name
        options: Sequence[str] = USUAL_PLACES["ground"]
        if scene.subjects:
            first = concepts()[scene.subjects[0].concept]
            options = USUAL_PLACES.get(first.kind, USUAL_PLACES[first.medium])
        known = [name for name in options if name in self.config.places] or list(self.config.places)
        return known[min(int(draw * len(known)), len(known) - 1)]


def usual_sky(what: str, draw: float) -> str:
    """One of the usual skies, by a number from 0 to 1."""
    for name, share in USUAL_SKIES[what]:
        draw -= share
        if draw < 0:
            return name
    return USUAL_SKIES[what][0][0]
