"""The generator `world`: a scene and noise -> a place, up to six subjects with their poses, weather, under a camera.

Place and weather are painted once a shot. The subjects' drawings are decoded twelve times a second and their poses 24
times (animators call it on twos), so that movement is smooth and half of the decoding is saved.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import get_args

import numpy as np
import torch
from torch import Tensor, nn

from textreel.generator.base import Generator, Morph, ShotWords
from textreel.generator.plans import within_bounds
from textreel.generator.world.motions import Motions, MotionsConfig, parts_of
from textreel.generator.world.phrases import LEARNED_LOOKS, look_vectors, phrase_vector
from textreel.generator.world.places import PlaceGenerator
from textreel.generator.world.state import Steps, WorldState
from textreel.generator.world.subjects import Subjects, SubjectState
from textreel.language import WordVectors, tokenize
from textreel.limits import Fps, Pixels
from textreel.nn.compositing import POSE, POSE_FIELDS, SceneLayers, compose
from textreel.nn.noise import Noise
from textreel.nn.processor import at_once
from textreel.scene import LeftOut, Look, RelationName, Scene, Subject, spans_of
from textreel.types import Scenery
from textreel.world import concepts, settings
from textreel.world.casting import TONES, Role, cast, plain_art
from textreel.world.performing import WORLD_WIDTH

FRAMES_A_SPRITE = 2
PIECE_FRAMES = 2
MAX_LOOKS = 4
SHIFT_SECONDS = 0.15  # in which a changed motion comes a good half of its way to its own poses
LEAST_SHIFT = 1e-3
TONE_MARKS = ("1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff")  # in the names of drawings, light to dark
SHOWN_LOOKS = LEARNED_LOOKS | {"size", "age", "gender", "clothes"}
RELATIONS = frozenset(get_args(RelationName))


@dataclass(frozen=True, kw_only=True)
class WorldGeneratorConfig:
    """How the parts are put together.

    Attributes:
        motions: of the network that moves the subjects.
        fps: frames a second.
        size: height and width of a film in pixels, unless asked otherwise.
    """

    motions: MotionsConfig
    kind: str = "world"
    fps: Fps = 24
    size: Pixels = 256


class WorldGenerator(Generator[WorldState]):
    """Paints scenes of the inventory."""

    abilities = frozenset({"scenes", "layers", "poses", "morph"})
    world_width = WORLD_WIDTH
    config: WorldGeneratorConfig

    def __init__(
        self,
        config: WorldGeneratorConfig,
        *,
        subjects: Subjects,
        motions: Motions,
        places: PlaceGenerator,
        vectors: WordVectors,
    ) -> None:
        super().__init__()
        self.config, self.vectors = config, vectors
        self.subjects, self.motions, self.places = subjects, motions, places

    def decoders(self) -> tuple[nn.Module, ...]:
        return (self.subjects.code.decoder,)

    def for_inference(
        self, *, fast_bfloat16: bool, layout: torch.memory_format = torch.channels_last
    ) -> "WorldGenerator":
        self.requires_grad_(False).eval()
        for decoder in self.decoders():
            decoder.to(memory_format=layout)  # type: ignore[call-overload]
        return self

    # --- once a shot

    @torch.no_grad()
    def start_shot(self, words: ShotWords, noise: Noise, like: WorldState | None = None) -> WorldState:
        vector = noise.vector[0].double().numpy()
        scene = showable(words.scene, self.subjects.drawings)
        wanted, left_out = cast(scene, vector)
        roles = drawn(wanted, self.subjects.drawings)
        left_out = (*left_out, *unseen(scene, wanted, roles))
        parts = parts_of(self.motions.config, [scene], [roles], vector[None], [words.aspect], self.vectors)
        plan = self.motions.plan(parts)
        readable = torch.stack(
            [*(read_by(words, scene, role) for role in roles), read_by(words, scene, None)]
        )
        if like is not None and same_place(scene, like.scene):
            canvas, weather, light, drift = like.canvas, like.weather, like.light, like.drift
        else:
            canvas, weather, light, drift = self.places.paint(scene, noise)
        state = WorldState(
            words=words,
            noise=noise,
            scene=scene,
            roles=roles,
            left_out=left_out,
            plan=plan,
            readable=readable,
            canvas=canvas,
            weather=weather,
            light=light,
            phases=plan.start,
            drift=drift,
            scroll=torch.zeros(1, 2),
            subjects=self.begin_subjects(words, scene, roles, readable, noise),
        )
        return state if like is None else self.gone_on(state, like)

    def begin_subjects(
        self, words: ShotWords, scene: Scene, roles: Sequence[Role], readable: Tensor, noise: Noise
    ) -> SubjectState | None:
        """The drawings before their first moment."""
        if not roles:
            return None
        names = torch.from_numpy(np.stack([phrase_vector(role.concept, self.vectors) for role in roles]))
        mask = readable[: len(roles)]
        unsaid = ~mask.any(dim=1, keepdim=True)
        vectors = torch.cat([words.vectors.expand(len(roles), -1, -1), names[:, None]], dim=1)
        said = [looks_of(scene, role) for role in roles]
        looks = torch.zeros(len(roles), MAX_LOOKS, 2, self.vectors.dimensions)
        amounts = torch.zeros(len(roles), MAX_LOOKS)
        for slot, each in enumerate(said):
            for number, look in enumerate(each[:MAX_LOOKS]):
                looks[slot, number] = torch.tensor(np.stack(look_vectors(look, self.vectors)))
                amounts[slot, number] = 1.0
        return self.subjects.begin(
            [plain_art(role.art) for role in roles],
            vectors,
            torch.cat([mask, unsaid], dim=1),
            looks,
            amounts,
            torch.stack([noise.vector[0].roll(-6 * slot) for slot in range(len(roles))]),
        )

    def gone_on(self, state: WorldState, like: WorldState) -> WorldState:
        """The state with what goes on from another: who was there keeps the phases, and comes from where it was."""
        phases = state.phases.clone()
        pairs = met(state.roles, like.roles)
        unmoved = like.frame == 0
        for slot, old in pairs:
            phases[:, slot] = like.phases[:, old]
        memory = None if state.subjects is None else state.subjects.course.memory
        if memory is not None and like.subjects is not None:
            for slot, old in pairs:
                if state.roles[slot].art == like.roles[old].art:
                    for new, before in zip(memory, like.subjects.course.memory, strict=True):
                        new[slot] = before[old]
        state = replace(state, phases=phases, scroll=like.scroll, frame=like.frame)
        if unmoved or not pairs:
            return state
        now, before = (self.poses(each, each.phases[:, None])[:, 0] for each in (state, like))
        shift = torch.zeros_like(now)
        for slot, old in pairs:
            shift[:, slot] = before[:, old] - now[:, slot]
        return replace(state, shift=shift)

    # --- in time

    def poses(self, state: WorldState, phases_BTS2: Tensor) -> Tensor:
        """Poses [1, T, S, 10] at phases; zeros where a slot is empty."""
        return self.motions(state.plan, phases_BTS2) * state.plan.there[:, None, :, None]

    def phases(self, state: WorldState, seconds_T: Tensor) -> Tensor:
        """Phases of path and loop so much later, in cycles that run on [1, T, S, 2]."""
        return state.phases[:, None] + seconds_T[None, :, None, None] * state.plan.rates[:, None]

    def walk(self, state: WorldState, frames: int) -> Tensor:
        """Poses [1, T, S, 10] of the next frames, on the way to their own where the motion was changed."""
        seconds = torch.arange(frames) / self.config.fps
        poses = self.poses(state, self.phases(state, seconds).remainder(1))
        if state.shift is None:
            return poses
        left = torch.exp(-(seconds + 1 / self.config.fps) / SHIFT_SECONDS)
        return within_bounds(poses + state.shift[:, None] * left[None, :, None, None])

    @torch.no_grad()
    def carry(self, state: WorldState, frames: int) -> tuple[Steps, WorldState]:
        """Carry the subjects through the next T frames, without painting them."""
        fps, count = self.config.fps, len(state.roles)
        numbers = [number // FRAMES_A_SPRITE for number in range(state.frame, state.frame + frames)]
        first = state.frame // FRAMES_A_SPRITE if state.frame % FRAMES_A_SPRITE == 0 else numbers[0] + 1
        new = sorted({number for number in numbers if number >= first})
        if state.sprites is None and numbers[0] not in new:
            new = [numbers[0], *new]
        codes, seen, subjects = None, state.attention, state.subjects
        heard = []
        if subjects is not None and new:
            ahead = torch.tensor([number * FRAMES_A_SPRITE - state.frame for number in new]) / fps
            clocks = self.phases(state, ahead.clamp(min=0))[0, :, :count].flip(-1).transpose(0, 1)
            codes, attention, subjects = self.subjects.advance(subjects, clocks)
            heard = list(attention[..., :-1].unbind(dim=1))
            seen = heard[-1]
        moments = [new.index(number) if number in new else -1 for number in numbers]
        place = state.readable[-1:].float()
        place = place / place.sum().clamp(min=1)
        rows = []
        for moment in moments:
            read = heard[moment] if moment >= 0 and heard else state.attention
            rows.append(place[0] if read is None else (read.sum(dim=0) + place[0]) / (count + 1))
        seconds = torch.arange(frames)[None, :, None] / fps
        steps = Steps(
            poses=self.walk(state, frames),
            codes=codes,
            moments=moments,
            attention=torch.stack(rows)[None],
            scroll=state.scroll[:, None] + seconds * state.drift[:, None],
        )
        shift = None if state.shift is None else state.shift * float(np.exp(-frames / fps / SHIFT_SECONDS))
        after = replace(
            state,
            phases=self.phases(state, torch.tensor([frames / fps]))[:, 0].remainder(1),
            scroll=(state.scroll + frames / fps * state.drift).remainder(1),
            subjects=subjects,
            attention=seen,
            frame=state.frame + frames,
            shift=None if shift is None or shift.abs().max() < LEAST_SHIFT else shift,
        )
        return steps, after

    def codes_now(self, state: WorldState) -> Tensor:
        """The codes [S, 1, C, h, w] of the moment that is shown."""
        assert state.subjects is not None
        clocks = state.phases[0, : len(state.roles)].flip(-1)[:, None]
        return self.subjects.advance(state.subjects, clocks)[0]

    @torch.no_grad()
    def advance(
        self, state: WorldState, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, WorldState]:
        frames = camera_BTC.shape[1]
        steps, after = self.carry(state, frames)
        sprites = self.sprites(state, steps)
        spans = [slice(start, start + PIECE_FRAMES) for start in range(0, frames, PIECE_FRAMES)]
        pieces = [partial(self.paint, state, steps, sprites, camera_BTC, size, span) for span in spans]
        painted = torch.cat(at_once(*pieces), dim=1)
        last = None if sprites is None else sprites[steps.moments[-1] + 1]
        return painted, steps.attention, replace(after, sprites=last)

    def sprites(self, state: WorldState, steps: Steps) -> Tensor | None:
        """Drawings [1 + M, S, 4, 128, 128] of the last moment and of the new ones, premultiplied."""
        if not state.roles:
            return None
        decoded: list[Tensor] = []
        if steps.codes is not None:
            moments = steps.codes.unbind(dim=1)
            decoded = at_once(*(partial(self.subjects.decode, codes) for codes in moments))
        before = state.sprites if state.sprites is not None else decoded[0]
        return torch.stack([before, *decoded])

    def paint(
        self,
        state: WorldState,
        steps: Steps,
        sprites: Tensor | None,
        camera_BTC: Tensor,
        size: tuple[int, int],
        span: slice,
    ) -> Tensor:
        """Frames [1, T, 3, H, W] of subjects that have been carried through them."""
        camera, count = camera_BTC[:, span], len(state.roles)
        if sprites is None:
            shown = torch.zeros(1, camera.shape[1], 0, 4, 1, 1)
        else:
            shown = torch.stack([sprites[moment + 1] for moment in steps.moments[span]])[None]
        poses = steps.poses[:, span, :count]
        order = drawing_order(state.roles, poses)
        layers = SceneLayers(
            canvas=state.canvas,
            sprites=shown[:, :, order],
            poses=poses[:, :, order],
            tint=torch.zeros(1, count, 4),
            light=state.light,
            weather=state.weather,
            width=WORLD_WIDTH,
            premultiplied=True,
        )
        return compose(layers, camera, steps.scroll[:, span], *size)

    def later(self, state: WorldState, frames: int, size: tuple[int, int]) -> WorldState:
        """The state so many frames later, whose pictures nobody sees."""
        steps, after = self.carry(state, frames)
        if after.frame % FRAMES_A_SPRITE == 0 or steps.codes is None:
            return after
        return replace(after, sprites=self.subjects.decode(steps.codes[:, -1]))

    def whereabouts(self, state: WorldState, frames: int) -> Tensor:
        with torch.no_grad():
            return self.walk(state, frames)

    def clocks(self, state: WorldState, frames: int) -> Tensor:
        return self.phases(state, torch.arange(frames) / self.config.fps)

    def glances(self, state: WorldState, seconds_T: Tensor) -> Tensor:
        with torch.no_grad():
            phases = self.phases(state, seconds_T)
            held = state.phases[:, None].expand_as(phases)
            return self.poses(state, torch.stack([phases[..., 0].remainder(1), held[..., 1]], dim=-1))

    def hastened(self, state: WorldState, seconds: float) -> WorldState:
        path = (state.phases[..., 0] + seconds * state.plan.rates[..., 0]).remainder(1)
        return replace(state, phases=torch.stack([path, state.phases[..., 1]], dim=-1))

    def slot_of(self, state: WorldState, subject: ShotWords) -> int:
        named = {each.concept for each in subject.scene.subjects}
        for slot, role in enumerate(state.roles):
            if role.concept in named or state.scene.subjects[role.subject].concept in named:
                return slot
        return 0

    def left_out(self, state: WorldState) -> tuple[LeftOut, ...]:
        return state.left_out

    def scenery(self, state: WorldState, words: ShotWords, present: Sequence[bool]) -> Scenery:
        scene = state.scene
        return Scenery(
            subjects=tuple(role.concept for role in state.roles),
            motions=tuple(role.motion for role in state.roles),
            setting=scene.place.name if scene.place else "",
            time=scene.time.name if scene.time else "",
            weather=scene.weather.name if scene.weather else "",
        )

    def morph(self, first: WorldState, second: WorldState, frames: int) -> "WorldMorph":
        return WorldMorph(self, first, second)


class WorldMorph(Morph[WorldState]):
    """One shot becomes another: codes, poses, light and place between the two, slot by slot.

    A subject of one shot alone fades. The shots' own states go on as if each were alone.
    """

    def __init__(self, generator: WorldGenerator, first: WorldState, second: WorldState) -> None:
        self.generator, self.first, self.second = generator, first, second

    @torch.no_grad()
    def advance(
        self, shares: Sequence[float], camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, Tensor]:
        (one, self.first), (two, self.second) = (
            self.whole(state, len(shares)) for state in (self.first, self.second)
        )
        states = self.first, self.second
        pieces = [
            partial(self.paint, states, (one, two), frame, share, camera_BTC[:, frame : frame + 1], size)
            for frame, share in enumerate(shares)
        ]
        return torch.cat(at_once(*pieces), dim=1), one.attention, two.attention

    def whole(self, state: WorldState, frames: int) -> tuple[Steps, WorldState]:
        """Steps whose codes begin with those of the last moment, and the state after them."""
        steps, after = self.generator.carry(state, frames)
        if steps.codes is None and state.subjects is not None:
            steps = replace(steps, codes=self.generator.codes_now(state), moments=[0] * frames)
        sprites = None if steps.codes is None else self.generator.subjects.decode(steps.codes[:, -1])
        return steps, replace(after, sprites=sprites)

    def paint(
        self,
        states: tuple[WorldState, WorldState],
        both: tuple[Steps, Steps],
        frame: int,
        share: float,
        camera_B1C: Tensor,
        size: tuple[int, int],
    ) -> Tensor:
        """One frame [1, 1, 3, H, W] that has come so far."""
        first, second = states
        codes = [[] if each.codes is None else [*each.codes[:, max(0, each.moments[frame])]] for each in both]
        poses = [each.poses[:, frame : frame + 1] for each in both]
        shown, posed = list[Tensor](), list[Tensor]()
        for slot in range(max(len(each) for each in codes)):
            there = [slot < len(each) for each in codes]
            amount = share if all(there) else float(there[1])
            ends = [each[slot] if slot < len(each) else None for each in codes]
            one, two = (
                (ends[0] if ends[0] is not None else ends[1]),
                (ends[1] if ends[1] is not None else ends[0]),
            )
            assert one is not None and two is not None
            shown.append(torch.lerp(one, two, amount))
            pose = within_bounds(torch.lerp(poses[0][:, :, slot], poses[1][:, :, slot], amount))
            pose[..., POSE["opacity"]] *= 1 if all(there) else share if there[1] else 1 - share
            posed.append(pose)
        sprites = self.generator.subjects.decode(torch.stack(shown)) if shown else torch.zeros(0, 4, 1, 1)
        layers = SceneLayers(
            canvas=torch.lerp(first.canvas, second.canvas, share),
            sprites=sprites[None, None],
            poses=torch.stack(posed, dim=2) if posed else torch.zeros(1, 1, 0, len(POSE_FIELDS)),
            tint=torch.zeros(1, len(shown), 4),
            light=torch.lerp(first.light, second.light, share),
            weather=blended(first.weather, second.weather, share),
            width=WORLD_WIDTH,
            premultiplied=True,
        )
        return compose(layers, camera_B1C, both[share >= 0.5].scroll[:, frame : frame + 1], *size)


def blended(first: Tensor | None, second: Tensor | None, share: float) -> Tensor | None:
    """The weather between two; clear air is none."""
    if first is None and second is None:
        return None
    one, two = (each if each is not None else other for each, other in ((first, second), (second, first)))
    assert one is not None and two is not None
    mixed = torch.lerp(one, two, share)
    thin = (1 - share) if second is None else share if first is None else 1.0
    return torch.cat([mixed[:, :3], mixed[:, 3:] * thin], dim=1)


def showable(scene: Scene, drawings: Container[str]) -> Scene:
    """The scene without the subjects that have no drawing."""
    kept = [
        number
        for number, subject in enumerate(scene.subjects)
        if any(art in drawings for art in concepts()[subject.concept].art.values())
    ]
    if len(kept) == len(scene.subjects):
        return scene
    now = {old: new for new, old in enumerate(kept)}

    def renumbered(subject: Subject) -> Subject:
        relation = subject.relation
        bound = replace(relation, to=now[relation.to]) if relation and relation.to in now else None
        return replace(subject, relation=bound, holds=now.get(-1 if subject.holds is None else subject.holds))

    return replace(scene, subjects=tuple(renumbered(scene.subjects[number]) for number in kept))


def drawn(roles: Sequence[Role], drawings: Container[str]) -> tuple[Role, ...]:
    """The roles that have a drawing, and are by nobody who has none."""
    kept: dict[int, int] = {}
    for slot, role in enumerate(roles):
        if plain_art(role.art) in drawings and (role.of is None or role.of in kept):
            kept[slot] = len(kept)
    return tuple(replace(roles[old], of=None if (of := roles[old].of) is None else kept[of]) for old in kept)


def unseen(scene: Scene, wanted: Sequence[Role], shown: Sequence[Role]) -> Iterator[LeftOut]:
    """What a scene asks for and the film does not show: things without a drawing, looks that nobody learned, a style,
    and weather where none comes in."""
    if scene.style:
        yield LeftOut(
            words=scene.style.words, reason=f"this model cannot paint in the style {scene.style.name}"
        )
    if scene.weather and scene.place and settings()[scene.place.name].is_indoors:
        reason = f"no {scene.weather.name} comes into a {scene.place.name}"
        yield LeftOut(words=scene.weather.words, reason=reason)
    there = {role.concept for role in shown}
    for name, number in {role.concept: role.subject for role in wanted if role.concept not in there}.items():
        yield LeftOut(words=scene.subjects[number].words, reason=f"this model has no drawing of its {name}")
    for subject in scene.subjects:
        for look in subject.looks:
            variants = concepts()[subject.concept].art
            if look.kind not in SHOWN_LOOKS and look.value not in variants:
                yield LeftOut(words=look.words, reason=f"this model cannot show the look {look.value}")


def looks_of(scene: Scene, role: Role) -> list[Look]:
    """How a role looks, as far as looks are learned."""
    subject = scene.subjects[role.subject]
    said = [look for look in subject.looks if look.kind in LEARNED_LOOKS]
    if role.of is not None and role.at not in RELATIONS:
        held = None if subject.holds is None else scene.subjects[subject.holds]
        if held is not None and held.concept == role.concept:
            said = [look for look in held.looks if look.kind in LEARNED_LOOKS]
        elif role.concept == subject.concept:  # a head
            said = [look for look in said if look.kind == "skin"]
        else:
            said = [replace(look, of=None) for look in said if look.of == role.concept]
    tones = [tone for tone, mark in zip(TONES, TONE_MARKS, strict=True) if mark in role.art]
    if tones and not any(look.kind == "skin" for look in said):
        said.append(Look(kind="skin", value=tones[0]))
    return said


def read_by(words: ShotWords, scene: Scene, role: Role | None) -> Tensor:
    """Which words a role reads, bool [L]; None is the place."""
    if role is None:
        parts: tuple[object, ...] = (scene.place, scene.time, scene.weather, scene.season, scene.style)
    else:
        parts = (scene.subjects[role.subject],)
    said = {token.lower() for part in parts for _, span in spans_of(part) for token in tokenize(span.text)}
    there = [word.lower() in said for word in words.spelled]
    return torch.tensor([*there, *[False] * (words.mask.shape[1] - len(there))])


def met(roles: Sequence[Role], before: Sequence[Role]) -> list[tuple[int, int]]:
    """Who was there before, and in which slot."""
    old = {(role.subject, role.copy, role.at, role.of is None): slot for slot, role in enumerate(before)}
    found = [
        (slot, old.get((role.subject, role.copy, role.at, role.of is None)))
        for slot, role in enumerate(roles)
    ]
    return [(slot, was) for slot, was in found if was is not None]


def same_place(scene: Scene, other: Scene) -> bool:
    """Whether two scenes are set alike."""
    return all(
        (one.name if one else None) == (two.name if two else None)
        for one, two in (
            (getattr(scene, name), getattr(other, name)) for name in ("place", "time", "weather", "season")
        )
    )


def drawing_order(roles: Sequence[Role], poses_BTSP: Tensor) -> list[int]:
    """Slots from the nearest to the farthest: by the ground of who carries them, then by layers."""

    def depth(slot: int) -> float:
        of = roles[slot].of
        if of is None:
            return float(poses_BTSP[0, 0, slot, POSE["ground_y"]]) + 1e-4 * slot
        return depth(of) + 0.002 * (roles[slot].layer or 0.1)

    return sorted(range(len(roles)), key=depth, reverse=True)
