"""Painting chosen frames of a shot again: with other words, with other noise, with gradients, and by its parts.

One painter for each kind of generator. Dimensions in names: B clips, T frames, L words, P parts.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor

from textreel.generator import (
    ClipsGenerator,
    LayeredGenerator,
    PlainGenerator,
    SentenceGenerator,
    TextEncoding,
    ThingsGenerator,
)
from textreel.generator.clips import ClipsState, draw, seed_of
from textreel.generator.plain import PlainState
from textreel.generator.plans import GeneratorState, Steps
from textreel.generator.things import ThingsState
from textreel.nn.compositing import POSE, SLOTS, SceneLayers, compose, tint_sprites
from textreel.nn.noise import Noise

State = TypeVar("State")


@dataclass(frozen=True, kw_only=True)
class View:
    """Which frames are painted: the camera of all from the first on [T, 4 or 5], those shown, the side in pixels."""

    camera: Tensor
    shown: tuple[int, ...]
    side: int

    @property
    def shown_camera(self) -> Tensor:
        """The camera of the frames that are shown [1, T, C]."""
        return self.camera[None, list(self.shown)]

    def only(self, picked: Sequence[int]) -> "View":
        """Some of the shown frames, by their places among these."""
        return replace(self, shown=tuple(self.shown[place] for place in picked))


class Painter(ABC, Generic[State]):
    """How one kind of generator paints, taken apart."""

    parts: tuple[str, ...]

    @abstractmethod
    def begin(self, encoding: TextEncoding, noise: Noise) -> State:
        """The state before the first frame, as the generator's own, with gradients where they are on."""

    @abstractmethod
    def paint(self, state: State, view: View) -> Tensor:
        """The shown frames [B, T, 3, H, W] in [-1, 1]."""

    @abstractmethod
    def seen(self, state: State, view: View) -> Tensor:
        """How much each pixel shows of each part [B, P, T, H, W]; sums to 1 over the parts."""

    def exchanged(self, state: State, other: State, view: View) -> Tensor:
        """The shown frames [B, P, T, 3, H, W] with one part at a time as another state has it.

        Where parts cannot be exchanged, the whole other film stands for each.
        """
        return torch.stack([self.paint(other, view)] * len(self.parts), dim=1)

    def settled(self, state: State, like: State) -> State:
        """The state with the yes-or-no decisions of another, which no gradient crosses."""
        return state

    @abstractmethod
    def attention(self, state: State, view: View) -> Tensor:
        """How much each part reads each word for each frame [B, P, T, L]; sums to 1 over the words."""

    def apart(self, state: State, view: View) -> dict[str, Tensor]:
        """Pictures of the parts by themselves [3, H, W], or with alpha [4, H, W], where there are any."""
        return {}


class LayeredPainter(Painter[GeneratorState]):
    """Place, weather and subjects, put together under the camera."""

    parts = ("place", "weather", *(f"subject {slot + 1}" for slot in range(SLOTS)))

    def __init__(self, generator: LayeredGenerator) -> None:
        self.generator = generator

    def begin(self, encoding: TextEncoding, noise: Noise) -> GeneratorState:
        plan, device = self.generator.plan(encoding, noise), encoding.features.device
        return GeneratorState(
            encoding=encoding,
            noise=noise,
            plan=plan,
            canvas=self.generator.canvas(plan.canvas_condition, noise.terrain, noise.grain),
            weather=self.generator.paint_weather(plan, noise),
            recurrent=self.generator.recurrent.initial_state(len(noise) * SLOTS, 4, 4, device),
            phases=plan.start_phases(),
            weather_offset=torch.zeros(len(noise), 2, device=device),
        )

    def settled(self, state: GeneratorState, like: GeneratorState) -> GeneratorState:
        """Which slots hold a subject is decided."""
        presence = like.plan.presence.expand_as(state.plan.presence)
        return replace(state, plan=replace(state.plan, presence=presence))

    def layers(self, state: GeneratorState, view: View) -> tuple[SceneLayers, Tensor]:
        """The layers of the shown frames, and how far the weather has moved by then [B, T, 2]."""
        shown, batch = list(view.shown), len(state.noise)
        steps, _ = self.generator.carry(state, max(shown) + 1)
        flat = (part[:, shown].flatten(0, 1) for part in (steps.context, steps.hidden, steps.clocks))
        painted = self.generator.sprites(steps.subjects.repeat(len(shown)), *flat)
        layers = SceneLayers(
            canvas=state.canvas,
            sprites=by_slot(painted.unflatten(0, (-1, len(shown))), steps, batch),
            poses=by_slot(steps.poses[:, shown], steps, batch),
            tint=state.plan.tint,
            light=state.plan.light,
            weather=state.weather,
        )
        return layers, steps.scroll[:, shown]

    def paint(self, state: GeneratorState, view: View) -> Tensor:
        layers, scroll = self.layers(state, view)
        camera = view.shown_camera.expand(len(state.noise), -1, -1)
        return compose(layers, camera, scroll, view.side, view.side)

    @torch.no_grad()
    def seen(self, state: GeneratorState, view: View) -> Tensor:
        layers, scroll = self.layers(state, view)
        camera = view.shown_camera.expand(len(state.noise), -1, -1)
        told = compose(colour_coded(layers), camera, scroll, view.side, view.side)
        first, second, weather = ((told + 1) / 2).clamp(0, 1).unbind(dim=2)
        return torch.stack([1 - first - second - weather, weather, first, second], dim=1).clamp(0, 1)

    @torch.no_grad()
    def attention(self, state: GeneratorState, view: View) -> Tensor:
        """Of a subject the mean of what is read of it once a shot and at every frame."""
        steps, _ = self.generator.carry(state, max(view.shown) + 1)
        _, read = self.generator.read(state.encoding)
        read_BPTL = read[:, :, None].repeat(1, 1, len(view.shown), 1)
        each = self.generator.unroll(steps.subjects, steps.clocks)[2][:, list(view.shown)]
        clips, slots = steps.rows // SLOTS, 2 + steps.rows % SLOTS
        read_BPTL[clips, slots] = (read_BPTL[clips, slots] + each) / 2
        return read_BPTL

    @torch.no_grad()
    def exchanged(self, state: GeneratorState, other: GeneratorState, view: View) -> Tensor:
        """A subject goes with its pose, its tint and the light on it."""
        (layers, scroll), (new, new_scroll) = self.layers(state, view), self.layers(other, view)
        changed = [
            (replace(layers, canvas=new.canvas), scroll),
            (replace(layers, weather=new.weather), new_scroll),
        ]
        for slot in range(SLOTS):
            sprites, poses, tint = layers.sprites.clone(), layers.poses.clone(), layers.tint.clone()
            sprites[:, :, slot], poses[:, :, slot] = new.sprites[:, :, slot], new.poses[:, :, slot]
            tint[:, slot] = new.tint[:, slot]
            parts = replace(layers, sprites=sprites, poses=poses, tint=tint, light=new.light)
            changed.append((parts, scroll))
        camera = view.shown_camera.expand(len(state.noise), -1, -1)
        frames = [compose(each, camera, moved, view.side, view.side) for each, moved in changed]
        return torch.stack(frames, dim=1).clamp(-1, 1)

    @torch.no_grad()
    def apart(self, state: GeneratorState, view: View) -> dict[str, Tensor]:
        """The place as it goes round the world, the weather's texture, each subject at the middle frame."""
        layers, _ = self.layers(state, view.only([len(view.shown) // 2]))
        coloured = tint_sprites(layers.sprites, layers.tint)[0, 0]
        found = {"place": layers.canvas[0]}
        if layers.weather is not None:
            found["weather"] = layers.weather[0]
        present = state.plan.present()[0]
        return found | {self.parts[2 + slot]: coloured[slot] for slot in range(SLOTS) if present[slot]}


def by_slot(values_NT: Tensor, steps: Steps, batch: int) -> Tensor:
    """What N subjects have, as [B, T, S, ...]; zero where a slot is empty, and so invisible."""
    empty = values_NT.new_zeros(batch * SLOTS, *values_NT.shape[1:])
    filled = empty.index_copy(0, steps.rows, values_NT)
    return filled.unflatten(0, (batch, SLOTS)).transpose(1, 2)


def colour_coded(layers: SceneLayers) -> SceneLayers:
    """The same layers in pure colours: subjects red and green, weather blue, the place and its shadows black."""
    codes = 2 * torch.eye(3) - 1
    sprites, poses = layers.sprites.clone(), layers.poses.clone()
    sprites[:, :, :, :3] = codes[: sprites.shape[2], :, None, None]
    poses[..., POSE["shadow"]] = 0
    weather = None if layers.weather is None else layers.weather.clone()
    if weather is not None:
        weather[:, :3] = codes[SLOTS][:, None, None]
    return replace(
        layers,
        canvas=torch.full_like(layers.canvas, -1),
        sprites=sprites,
        poses=poses,
        tint=torch.zeros_like(layers.tint),
        light=torch.ones_like(layers.light),
        weather=weather,
    )


class ClipsPainter(Painter[ClipsState]):
    """A still background and a foreground that moves."""

    parts = ("background", "foreground")

    def __init__(self, generator: ClipsGenerator) -> None:
        self.generator = generator

    def begin(self, encoding: TextEncoding, noise: Noise) -> ClipsState:
        contexts, _ = self.generator.read(encoding)
        chance = tuple(torch.Generator().manual_seed(seed_of(vector)).get_state() for vector in noise.vector)
        content = noise.vector[:, : self.generator.config.content]
        return self.generator.begin(encoding, contexts, content, chance)

    def carried(self, state: ClipsState, view: View) -> tuple[Tensor, Tensor]:
        """Hidden maps and attention of the shown frames."""
        noise, _ = draw(state.chance, max(view.shown) + 1, self.generator.config.motion)
        hidden, attention, _ = self.generator.sample(state, noise)
        return hidden[:, list(view.shown)], attention[:, list(view.shown)]

    def paint(self, state: ClipsState, view: View) -> Tensor:
        frames, _ = self.generator.paint(self.carried(state, view)[0], state)
        return resized(frames, view.side)

    @torch.no_grad()
    def seen(self, state: ClipsState, view: View) -> Tensor:
        _, opacity = self.generator.paint(self.carried(state, view)[0], state)
        foreground = resized(opacity, view.side)[:, :, 0].clamp(0, 1)
        return torch.stack([1 - foreground, foreground], dim=1)

    @torch.no_grad()
    def attention(self, state: ClipsState, view: View) -> Tensor:
        """The background is read once, the foreground at every frame."""
        _, each = self.carried(state, view)
        _, read = self.generator.read(state.encoding)
        return torch.stack([read[:, :1].expand_as(each), each], dim=1)

    def apart(self, state: ClipsState, view: View) -> dict[str, Tensor]:
        return {} if state.background is None else {"background": state.background[0]}


class ThingsPainter(Painter[ThingsState]):
    """A plain ground and the things before it."""

    def __init__(self, generator: ThingsGenerator) -> None:
        self.generator = generator
        self.parts = ("ground", *(f"thing {number + 1}" for number in range(generator.config.things)))

    def begin(self, encoding: TextEncoding, noise: Noise) -> ThingsState:
        return self.generator.begin(encoding, *self.generator.codes(noise.vector))

    def layers(self, state: ThingsState, view: View) -> SceneLayers:
        """The layers of the shown frames."""
        places, _ = self.generator.go(state.ways, state.course, max(view.shown) + 1)
        return self.generator.layers(state.reading, state.sprites, places[:, list(view.shown)])

    def composed(self, layers: SceneLayers, view: View) -> Tensor:
        """The frames of layers."""
        camera = view.shown_camera.expand(len(layers.canvas), -1, -1)
        return compose(layers, camera, camera.new_zeros(*camera.shape[:2], 2), view.side, view.side)

    def paint(self, state: ThingsState, view: View) -> Tensor:
        return self.composed(self.layers(state, view), view)

    @torch.no_grad()
    def seen(self, state: ThingsState, view: View) -> Tensor:
        told = self.composed(colour_coded(self.layers(state, view)), view)
        things = ((told + 1) / 2).clamp(0, 1).transpose(1, 2)[:, : self.generator.config.things]
        return torch.cat([1 - things.sum(dim=1, keepdim=True), things], dim=1).clamp(0, 1)

    @torch.no_grad()
    def attention(self, state: ThingsState, view: View) -> Tensor:
        """Everything is read once: of a thing the mean of what is read for its look and for its way."""
        looks, ways = state.reading.attention.chunk(2, dim=1)
        things = (looks + ways) / 2
        parts = torch.cat([things.mean(dim=1, keepdim=True), things], dim=1)
        return parts[:, :, None].expand(-1, -1, len(view.shown), -1)

    @torch.no_grad()
    def apart(self, state: ThingsState, view: View) -> dict[str, Tensor]:
        return dict(zip(self.parts[1:], state.sprites, strict=False))


class PlainPainter(Painter[PlainState]):
    """Whole frames, of no known parts."""

    parts = ("picture",)

    def __init__(self, generator: PlainGenerator) -> None:
        self.generator = generator

    def begin(self, encoding: TextEncoding, noise: Noise) -> PlainState:
        contexts, _ = self.generator.read(encoding)
        return self.generator.begin(encoding, contexts, noise, torch.zeros(len(noise)))

    def carried(self, state: PlainState, view: View) -> tuple[Tensor, Tensor]:
        """Hidden maps and attention of the shown frames."""
        camera = view.camera[None, : max(view.shown) + 1].expand(len(state.condition), -1, -1)
        hidden, attention, _ = self.generator.unroll(state, camera)
        return hidden[:, list(view.shown)], attention[:, list(view.shown)]

    def paint(self, state: PlainState, view: View) -> Tensor:
        return resized(self.generator.paint(self.carried(state, view)[0], state.condition), view.side)

    def seen(self, state: PlainState, view: View) -> Tensor:
        return torch.ones(len(state.condition), 1, len(view.shown), view.side, view.side)

    @torch.no_grad()
    def attention(self, state: PlainState, view: View) -> Tensor:
        return self.carried(state, view)[1][:, None]


def resized(frames_BTCHW: Tensor, side: int) -> Tensor:
    """Frames of another height and width."""
    if frames_BTCHW.shape[-1] == side:
        return frames_BTCHW
    flat = torch.nn.functional.interpolate(
        frames_BTCHW.flatten(0, 1), (side, side), mode="bilinear", antialias=True
    )
    return flat.unflatten(0, frames_BTCHW.shape[:2])


PAINTERS: Sequence[tuple[type[SentenceGenerator[Any]], type[Painter[Any]]]] = (
    (LayeredGenerator, LayeredPainter),
    (ClipsGenerator, ClipsPainter),
    (ThingsGenerator, ThingsPainter),
    (PlainGenerator, PlainPainter),
)


def painter_of(generator: SentenceGenerator[Any]) -> Painter[Any]:
    """The painter of a generator's kind."""
    return next(painter(generator) for kind, painter in PAINTERS if isinstance(generator, kind))  # type: ignore[call-arg]
