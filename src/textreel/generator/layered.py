"""The layered generator: words and noise -> a place, living subjects with poses, weather; composed under a camera.

A canvas for the place and a weather texture are painted once a shot; a convolutional LSTM carries each subject
through time, reads the words at every step, and from its hidden state come the subject's pose and its picture.
"""

import math
from dataclasses import dataclass, field, replace
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.generator.base import SentenceGenerator, ShotWords
from textreel.generator.beliefs import AttributeClasses, beliefs
from textreel.generator.clocks import (
    CLOCK_FEATURES,
    PASSAGE,
    clock_features,
    faded,
    held,
    phases_after,
    together,
)
from textreel.generator.decoders import CanvasDecoder, SpriteDecoder, WeatherDecoder
from textreel.generator.keeping import Alike, choose, compare, keep
from textreel.generator.morphing import LayeredMorph
from textreel.generator.plans import GeneratorState, ScenePlan, Steps, SubjectRows, within_bounds
from textreel.limits import Fps, Pixels, Width
from textreel.nn.attention import WordAttention
from textreel.nn.blocks import condition_mlp, mlp
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, SceneLayers, compose
from textreel.nn.conv_lstm import ConvLSTMCell, ConvLSTMState
from textreel.nn.noise import DECIDING, DECIDING_FEATURES, Noise, deciding_features
from textreel.nn.processor import at_once
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding

DRIVE_FEATURES = 128
SHADE = 0.1
PLACE_ENTRIES = 8  # the entries after these: they decide the light, the clouds and the hues of the place
WEATHER_PIXELS = (128, 128)
SHIFT_SECONDS = 0.15  # in which a changed motion comes a good half of its way to its own poses
LEAST_SHIFT = 1e-3
LEAP = 1.5  # how much farther than elsewhere a path goes there, if it ends elsewhere than it begins
LEAST_LEAP = 0.25
PATH_STEPS = 48  # places on a path, of which a subject enters it at the nearest
PLACE = [POSE[name] for name in ("x_cos", "x_sin", "y", "log_scale")]
PIECE_FRAMES = 2  # that one core paints of a film: fewer take longer each, more leave other cores idle
FAINTEST_WEATHER = 0.05  # alpha below which a whole texture counts as clear air


@dataclass(frozen=True, kw_only=True)
class LayeredGeneratorConfig:
    kind: str = "layered"
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    classes: AttributeClasses = field(default_factory=AttributeClasses)
    fps: Fps = 24
    size: Pixels = 128  # height and width of a film in pixels, unless asked otherwise
    hidden: Width = 64  # channels of the ConvLSTM's 4 x 4 state
    condition: Width = 256
    look_entries: Width = 0  # of the noise vector, for each slot: they decide what its subject looks like
    canvas_channels: tuple[Width, Width, Width, Width] = (128, 96, 96, 64)
    sprite_channels: tuple[Width, Width, Width, Width] = (160, 160, 128, 64)
    weather_channels: tuple[Width, Width] = (48, 32)


class LayeredGenerator(SentenceGenerator[GeneratorState]):
    """See the module's text."""

    config: LayeredGeneratorConfig
    abilities = frozenset({"layers", "poses", "morph"})

    def __init__(self, config: LayeredGeneratorConfig) -> None:
        super().__init__(config.text, config.classes)
        self.config = config
        features, condition = config.text.features, config.condition
        scene, meaning = config.classes.scene_size, features + config.classes.slot_size
        self.canvas_condition = condition_mlp(2 * features + scene + PLACE_ENTRIES, condition)
        self.weather_condition = condition_mlp(features + scene, condition)
        self.slot_condition = condition_mlp(meaning + scene + features + DECIDING_FEATURES, condition)
        self.slot_identity = nn.Parameter(torch.randn(SLOTS, features) * 0.1)
        self.slot_facts = nn.Linear(condition, 1 + 4 + 4 + 2)
        self.scene_facts = nn.Linear(condition, 3)
        self.weather_facts = nn.Linear(condition, 2)
        self.frame_attention = WordAttention(config.hidden + condition, features)
        self.clock_lift = nn.Linear(CLOCK_FEATURES, DRIVE_FEATURES)
        self.clock_gate = nn.Linear(meaning, DRIVE_FEATURES)
        driven = CLOCK_FEATURES + DRIVE_FEATURES
        self.recurrent_input = nn.Linear(features + condition + driven, 64)
        self.recurrent_place = nn.Parameter(torch.randn(1, 64, 4, 4) * 0.1)
        self.recurrent = ConvLSTMCell(64, config.hidden)
        self.hidden_summary = nn.Sequential(nn.Linear(16 * config.hidden, 128), nn.LayerNorm(128))
        self.pose = mlp(meaning + condition + 128 + driven, condition, len(POSE_FIELDS), layers=3)
        self.sprite_identity = mlp(meaning + CLOCK_FEATURES + config.look_entries, condition, condition)
        self.sprite_detail = mlp(condition + 128 + features, condition, condition)
        self.sprite_norm = nn.LayerNorm(condition)
        self.canvas = CanvasDecoder(condition, config.canvas_channels)
        self.sprite = SpriteDecoder(config.hidden, condition, config.sprite_channels)
        self.weather = WeatherDecoder(condition, config.weather_channels)
        self._looked_ahead: tuple[GeneratorState, int, tuple[Steps, GeneratorState]] | None = None

    def compile_decoders(self) -> None:
        self.canvas.compile()
        self.weather.compile()
        self.sprite.compile(dynamic=True)

    def decoders(self) -> tuple[nn.Module, ...]:
        return self.canvas, self.sprite, self.weather

    def plan(self, encoding: TextEncoding, noise: Noise) -> ScenePlan:
        """Everything that is decided once a shot, before anything is painted."""
        contexts, weights = self.read(encoding)
        meanings = F.layer_norm(contexts, contexts.shape[-1:])
        weather, scene = meanings[:, 1], beliefs(self.reader.scene(contexts), contexts[:, 0])
        believed = beliefs(self.reader.subjects(contexts), meanings[:, 2:])
        slots = torch.cat([meanings[:, 2:] + self.slot_identity, believed], dim=-1)
        sentence, vector = encoding.sentence, deciding_features(noise.vector)
        canvas_condition = self.place_condition(contexts, noise)
        weather_condition = self.weather_condition(torch.cat([weather, scene], dim=-1))
        shared = torch.cat([scene, sentence, vector], dim=-1)[:, None].expand(-1, SLOTS, -1)
        slot_condition = self.slot_condition(torch.cat([slots, shared], dim=-1))
        facts = self.slot_facts(slot_condition).float()
        last = DECIDING + SLOTS * self.config.look_entries
        return ScenePlan(
            contexts=contexts,
            meanings=slots,
            looks=noise.vector[:, DECIDING:last].unflatten(1, (SLOTS, -1)),
            canvas_condition=canvas_condition,
            weather_condition=weather_condition,
            slot_condition=slot_condition,
            presence=facts[..., 0],
            tint=torch.cat([torch.tanh(facts[..., 1:4]), torch.sigmoid(facts[..., 4:5])], dim=-1),
            light=1.5 * torch.sigmoid(self.scene_facts(canvas_condition).float()),
            weather_velocity=self.weather_facts(weather_condition).float(),
            start=facts[..., 5:9],
            rates=together(torch.exp((facts[..., 9:11] - 1.5).clamp(-8, 3)), facts[..., 0] > 0),
            anew=self.begins_anew(slots, slot_condition),
            attention=weights[:, :2].mean(dim=1),
        )

    @torch.no_grad()
    def begins_anew(self, meaning_BSD: Tensor, condition_BSD: Tensor) -> Tensor:
        """Whether paths end elsewhere than they begin [B, S]: what has fallen falls again, who walks goes round."""
        path = torch.arange(PASSAGE, 1 + 2 * PASSAGE, 2 * PASSAGE, device=meaning_BSD.device)
        clocks = clock_features(torch.stack([path, torch.zeros_like(path)], dim=-1))
        meaning, condition = (part.flatten(0, 1) for part in (meaning_BSD, condition_BSD))
        hidden = meaning.new_zeros(len(meaning) * len(path), self.config.hidden, 4, 4)
        meaning, condition = (part.repeat_interleave(len(path), dim=0) for part in (meaning, condition))
        poses = self.poses_of(meaning, condition, hidden, clocks.repeat(meaning_BSD.shape[:2].numel(), 1))
        places = poses[:, PLACE].unflatten(0, (*meaning_BSD.shape[:2], len(path)))
        steps = places.diff(dim=2).norm(dim=-1)
        return steps[..., -1] > torch.clamp(LEAP * steps[..., :-1].amax(dim=-1), min=LEAST_LEAP)

    def place_condition(self, contexts: Tensor, noise: Noise) -> Tensor:
        """What the painter of the place is conditioned on [B, D]: no more noise than it has a use for."""
        # Beliefs lead and contexts only shade: each caption words the same place differently.
        place = SHADE * F.layer_norm(contexts[:, :2], contexts.shape[-1:]).flatten(1)
        scene = beliefs(self.reader.scene(contexts), contexts[:, 0])
        vector = 0.5 * noise.vector[:, DECIDING : DECIDING + PLACE_ENTRIES]
        return self.canvas_condition(torch.cat([place, scene, vector], dim=-1))

    def unroll(
        self,
        rows: SubjectRows,
        clocks_NTK: Tensor,
        state: ConvLSTMState | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, ConvLSTMState]:
        """Carry N subjects through T frames whose clock features [N, T, CLOCK_FEATURES] are given.

        Returns hidden maps [N, T, C, 4, 4], word contexts [N, T, D], attention [N, T, L] and the last state.
        """
        state = state or self.recurrent.initial_state(len(clocks_NTK), 4, 4, clocks_NTK.device)
        hiddens, contexts, attentions = [], [], []
        driven_NTK = self.drive(rows.meaning[:, None], clocks_NTK)
        for clock_NK in driven_NTK.unbind(dim=1):
            query = torch.cat([state.hidden.mean(dim=(2, 3)), rows.condition], dim=-1)[:, None]
            context, weights = self.frame_attention(query, rows.words, rows.mask)
            drive = self.recurrent_input(torch.cat([context[:, 0], rows.condition, clock_NK], dim=-1))
            hidden, state = self.recurrent(
                drive[:, :, None, None] + self.recurrent_place.to(drive.dtype), state
            )
            hiddens.append(hidden)
            contexts.append(context[:, 0])
            attentions.append(weights[:, 0])
        return torch.stack(hiddens, 1), torch.stack(contexts, 1), torch.stack(attentions, 1), state

    def subject_rows(self, encoding: TextEncoding, plan: ScenePlan, rows: Tensor) -> SubjectRows:
        """Pick subjects by their index into the flattened [B, S]; only these are carried and painted."""
        clips = rows // SLOTS
        keys, values = self.frame_attention.project_words(encoding.features)
        return SubjectRows(
            meaning=plan.meanings.flatten(0, 1)[rows],
            look=plan.looks.flatten(0, 1)[rows],
            condition=plan.slot_condition.flatten(0, 1)[rows],
            words=(keys[clips], values[clips]),
            mask=encoding.mask[clips],
        )

    def drive(self, meaning: Tensor, clocks: Tensor) -> Tensor:
        """The clocks, bare and gated by what the words say: each motion hears the harmonics it moves by."""
        return torch.cat([clocks, self.clock_lift(clocks) * self.clock_gate(meaning)], dim=-1)

    def poses(self, subjects: SubjectRows, hidden_NCHW: Tensor, clocks_NK: Tensor) -> Tensor:
        """Pose codes [N, 10] as they are learned, see pose_code; seen they are within_bounds."""
        return self.poses_of(subjects.meaning, subjects.condition, hidden_NCHW, clocks_NK)

    def poses_of(
        self, meaning_ND: Tensor, condition_ND: Tensor, hidden_NCHW: Tensor, clocks_NK: Tensor
    ) -> Tensor:
        """The same from what the words say of subjects, and with noise."""
        summary = self.hidden_summary(hidden_NCHW.flatten(1))
        driven = self.drive(meaning_ND, clocks_NK)
        read = torch.cat([meaning_ND, condition_ND, summary, driven], dim=-1)
        return pose_code(self.pose(read).float())

    def sprites(
        self, subjects: SubjectRows, context_ND: Tensor, hidden_NCHW: Tensor, clocks_NK: Tensor
    ) -> Tensor:
        """Pictures of subjects [N, 4, 64, 64]: who they are and where their loop stands, then the details."""
        summary = self.hidden_summary(hidden_NCHW.flatten(1))
        identity = self.sprite_identity(torch.cat([subjects.meaning, clocks_NK, subjects.look], dim=-1))
        detail = self.sprite_detail(torch.cat([subjects.condition, summary, context_ND], dim=-1))
        return self.sprite(hidden_NCHW, self.sprite_norm(identity + 0.2 * detail))

    @torch.no_grad()
    def initial_state(
        self, encoding: TextEncoding, noise: Noise, like: GeneratorState | None = None
    ) -> GeneratorState:
        """Paint the place and the weather; stand before the first frame.

        With `like`, a state of the same noise at any frame: what the words say alike of place, weather and each
        subject is taken over; subjects that stay go on from their phases, and so does the weather.
        """
        plan = self.plan(encoding, noise)
        if like is not None:
            alike = compare(self.reader, plan, like.plan)
            return self.changed(encoding, noise, keep(plan, like.plan, alike), alike, like)
        canvas, weather = at_once(
            partial(self.canvas, plan.canvas_condition, noise.terrain, noise.grain),
            partial(self.paint_weather, plan, noise),
        )
        return GeneratorState(
            encoding=encoding,
            noise=noise,
            plan=plan,
            canvas=canvas,
            weather=weather,
            recurrent=self.recurrent.initial_state(len(noise) * SLOTS, 4, 4, encoding.features.device),
            phases=plan.start_phases(),
            weather_offset=torch.zeros(len(noise), 2, device=encoding.features.device),
        )

    def changed(
        self, encoding: TextEncoding, noise: Noise, plan: ScenePlan, alike: Alike, like: GeneratorState
    ) -> GeneratorState:
        """A state that goes on with another plan; only what is not alike is painted."""
        canvas, weather = like.canvas, like.weather
        if not alike.place.all():
            painted = self.canvas(plan.canvas_condition, noise.terrain, noise.grain)
            canvas = choose(alike.place, canvas, painted)
        if not alike.weather.all():
            fresh = self.paint_weather(plan, noise)
            shape = (len(noise), 4, *WEATHER_PIXELS)
            clear = torch.zeros(shape, device=canvas.device)
            weather = choose(
                alike.weather, clear if weather is None else weather, clear if fresh is None else fresh
            )
            weather = weather if weather[:, 3].amax() > FAINTEST_WEATHER else None
        rest = self.recurrent.initial_state(len(like.recurrent.hidden), 4, 4, canvas.device)
        met = alike.met.flatten()
        state = GeneratorState(
            encoding=encoding,
            noise=noise,
            plan=plan,
            canvas=canvas,
            weather=weather,
            recurrent=ConvLSTMState(*(choose(met, *both) for both in zip(like.recurrent, rest, strict=True))),
            phases=phases_after(plan, alike, like),
            weather_offset=like.weather_offset,
        )
        if not like.recurrent.hidden.any():
            return state
        state = self.from_where_it_stands(state, like, alike)
        return replace(state, shift=self.shift(state, like, alike))

    def from_where_it_stands(
        self, state: GeneratorState, like: GeneratorState, alike: Alike
    ) -> GeneratorState:
        """A lone subject whose path is another enters it where that comes nearest to its place."""
        present = state.plan.present()
        lone = alike.met & ~alike.paths & (present.sum(dim=1, keepdim=True) == 1)
        rows = lone.flatten().nonzero().squeeze(1)
        if not len(rows):
            return state
        path = torch.arange(PATH_STEPS, device=state.phases.device) / PATH_STEPS
        loop = state.phases.flatten(0, 1)[rows, 1]
        phases = torch.stack(torch.broadcast_tensors(path[None], loop[:, None]), dim=-1)
        there = self.poses_at(state, rows, phases)[..., PLACE]
        now, _ = self.carry(like, 1, alike.met)
        here = now.poses[torch.searchsorted(now.rows, rows), 0][:, PLACE]
        nearest = (there - here[:, None]).norm(dim=-1).argmin(dim=1)
        entered = state.phases.flatten(0, 1).clone()
        entered[rows, 0] = path[nearest]
        return replace(state, phases=entered.view_as(state.phases))

    def poses_at(self, state: GeneratorState, rows: Tensor, phases_NT2: Tensor) -> Tensor:
        """Poses [N, T, 10] of subjects at other phases of their path and loop, as they are carried now."""
        times = phases_NT2.shape[1]
        subjects = self.subject_rows(state.encoding, state.plan, rows).repeat(times)
        hidden = state.recurrent.hidden[rows].repeat_interleave(times, dim=0)
        anew = state.plan.anew.flatten()[rows][:, None]
        clocks = clock_features(held(phases_NT2, anew)).flatten(0, 1)
        poses = self.poses(subjects, hidden, clocks).unflatten(0, (-1, times))
        return faded(poses, phases_NT2, anew)

    def glances(self, state: GeneratorState, seconds_T: Tensor) -> Tensor:
        """See the base class; zeros where the plan leaves a slot empty."""
        rows = state.plan.present().flatten().nonzero().squeeze(1)
        phases, rates = (part.flatten(0, 1)[rows] for part in (state.phases, state.plan.rates))
        path = torch.remainder(phases[:, :1] + rates[:, :1] * seconds_T, 1.0)
        told = torch.stack([path, phases[:, 1:].expand_as(path)], dim=-1)
        poses = path.new_zeros(state.plan.presence.numel(), len(seconds_T), len(POSE_FIELDS))
        poses[rows] = within_bounds(self.poses_at(state, rows, told))
        return poses.unflatten(0, state.plan.presence.shape).transpose(1, 2)

    def hastened(self, state: GeneratorState, seconds: float) -> GeneratorState:
        path = torch.remainder(state.phases[..., 0] + state.plan.rates[..., 0] * seconds, 1.0)
        return replace(state, phases=torch.stack([path, state.phases[..., 1]], dim=-1))

    def shift(self, state: GeneratorState, like: GeneratorState, alike: Alike) -> Tensor | None:
        """How far a running subject would jump in pose, to be worn off (inertialisation, Bollo 2018)."""
        poses = []
        for each in (like, state):
            steps, _ = self.carry(each, 1, alike.met)
            every = steps.poses.new_zeros(alike.met.numel(), len(POSE_FIELDS))
            every[steps.rows] = steps.poses[:, 0]
            poses.append(every.unflatten(0, alike.met.shape))
        return (poses[0] - poses[1]) * alike.met[..., None]

    def paint_weather(self, plan: ScenePlan, noise: Noise) -> Tensor | None:
        """The texture of the weather [B, 4, 128, 128]; None where the air is clear."""
        weather: Tensor = self.weather(plan.weather_condition, noise.weather)
        return weather if weather[:, 3].amax() > FAINTEST_WEATHER else None

    def morph(self, first: GeneratorState, second: GeneratorState, frames: int) -> LayeredMorph:
        """See :class:`textreel.generator.morphing.LayeredMorph`."""
        return LayeredMorph(self, first, second, frames)

    def carry(
        self, state: GeneratorState, frames: int, present_BS: Tensor | None = None
    ) -> tuple[Steps, GeneratorState]:
        """Carry the subjects through the next T frames, without painting them; `present_BS` tells which."""
        plan, device = state.plan, state.phases.device
        steps = torch.arange(frames, device=device, dtype=torch.float32)[None, :, None, None]
        phases = torch.remainder(state.phases[:, None] + steps * plan.rates[:, None] / self.config.fps, 1.0)
        clocks = clock_features(held(phases, plan.anew[:, None])).transpose(1, 2).flatten(0, 1)
        present = plan.present() if present_BS is None else present_BS
        rows = present.flatten().nonzero().squeeze(1)
        subjects = self.subject_rows(state.encoding, plan, rows)
        recurrent = ConvLSTMState(state.recurrent.hidden[rows], state.recurrent.cell[rows])
        hidden, context, attention, recurrent = self.unroll(subjects, clocks[rows], recurrent)
        each = subjects.repeat(frames)
        poses = self.poses(each, hidden.flatten(0, 1), clocks[rows].flatten(0, 1)).unflatten(0, (-1, frames))
        shift, wear = state.shift, math.exp(-1 / (SHIFT_SECONDS * self.config.fps))
        if shift is not None:
            left = wear ** torch.arange(1, frames + 1, device=device, dtype=torch.float32)[None, :, None]
            poses = poses + shift.flatten(0, 1)[rows][:, None] * left
            shift = shift * wear**frames if shift.abs().max() > LEAST_SHIFT else None
        poses = faded(poses, phases.transpose(1, 2).flatten(0, 1)[rows], plan.anew.flatten()[rows][:, None])
        words = torch.zeros(present.numel(), frames, attention.shape[-1], device=device)
        words[rows] = attention
        share = present.sum(dim=1, keepdim=True)[:, :, None] + 1
        seen = (words.unflatten(0, present.shape).sum(dim=1) + plan.attention[:, None]) / share
        drift = plan.weather_velocity[:, None] * steps[:, :, 0] / self.config.fps
        done = Steps(
            rows=rows,
            subjects=subjects,
            clocks=clocks[rows],
            hidden=hidden,
            context=context,
            poses=within_bounds(poses),
            scroll=state.weather_offset[:, None] + drift,
            attention=seen,
        )
        after = replace(
            state,
            recurrent=ConvLSTMState(
                state.recurrent.hidden.index_copy(0, rows, recurrent.hidden),
                state.recurrent.cell.index_copy(0, rows, recurrent.cell),
            ),
            phases=torch.remainder(state.phases + frames * plan.rates / self.config.fps, 1.0),
            weather_offset=torch.remainder(
                state.weather_offset + frames * plan.weather_velocity / self.config.fps, 1.0
            ),
            shift=shift,
        )
        return done, after

    def slot_of(self, state: GeneratorState, subject: ShotWords) -> int:
        """The slot whose words are read most like the words for the subject alone."""
        if "subject" not in self.reader.slots:
            return 0
        shot, alone = (
            self.reader.subjects(self.read(encoding)[0])["subject"][0].float().softmax(dim=-1)
            for encoding in (state.encoding, self.encode(subject.vectors, subject.mask))
        )
        return int((shot @ alone[0]).masked_fill(~state.plan.present()[0], -1.0).argmax())

    def clocks(self, state: GeneratorState, frames: int) -> Tensor:
        """The path and the loop of each subject in the next T frames, in cycles that run on [B, T, S, 2]."""
        steps = torch.arange(frames, device=state.phases.device)[None, :, None, None]
        return state.phases[:, None] + steps * state.plan.rates[:, None] / self.config.fps

    def whereabouts(self, state: GeneratorState, frames: int) -> Tensor:
        """Poses [B, T, S, 10] of the next T frames; zeros where the plan leaves a slot empty."""
        ahead = self.carry(state, frames)
        self._looked_ahead = state, frames, ahead
        steps, _ = ahead
        poses = steps.poses.new_zeros(state.plan.presence.numel(), frames, len(POSE_FIELDS))
        poses[steps.rows] = steps.poses
        return poses.unflatten(0, state.plan.presence.shape).transpose(1, 2)

    def _carried(self, state: GeneratorState, frames: int) -> tuple[Steps, GeneratorState]:
        """`carry`, which a camera that goes along has had done already to know where to go."""
        ahead, self._looked_ahead = self._looked_ahead, None
        if ahead is not None and ahead[0] is state and ahead[1] == frames:
            return ahead[2]
        return self.carry(state, frames)

    @torch.no_grad()
    def later(self, state: GeneratorState, frames: int, size: tuple[int, int]) -> GeneratorState:
        return self.carry(state, frames)[1]

    @torch.no_grad()
    def advance(
        self, state: GeneratorState, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, GeneratorState]:
        """The next T frames: ([B, T, 3, H, W], attention [B, T, L], the state after them).

        Slots that the plan leaves empty are neither carried nor painted. Of one film, the frames of a piece are
        painted together, whoever paints the piece.
        """
        batch, frames = camera_BTC.shape[:2]
        steps, after = self._carried(state, frames)
        size_of_piece = PIECE_FRAMES if batch == 1 else frames
        spans = [slice(start, start + size_of_piece) for start in range(0, frames, size_of_piece)]
        pieces = [partial(self.paint, state, steps.during(span), camera_BTC[:, span], size) for span in spans]
        return torch.cat(at_once(*pieces), dim=1), steps.attention, after

    def paint(self, state: GeneratorState, steps: Steps, camera_BTC: Tensor, size: tuple[int, int]) -> Tensor:
        """Frames [B, T, 3, H, W] of subjects that have been carried through them."""
        batch, frames = camera_BTC.shape[:2]
        each, flat = steps.subjects.repeat(frames), [steps.context, steps.hidden, steps.clocks]
        painted = self.sprites(each, *(part.flatten(0, 1) for part in flat))
        poses = torch.zeros(batch * SLOTS, frames, len(POSE_FIELDS), device=camera_BTC.device)
        sprites = torch.zeros(batch * SLOTS, frames, 4, 64, 64, device=camera_BTC.device)
        poses[steps.rows] = steps.poses
        sprites[steps.rows] = painted.unflatten(0, (-1, frames))
        used = SLOTS if state.plan.present()[:, 1:].any() else 1
        layers = SceneLayers(
            canvas=state.canvas,
            sprites=sprites.unflatten(0, (batch, SLOTS)).transpose(1, 2)[:, :, :used],
            poses=poses.unflatten(0, (batch, SLOTS)).transpose(1, 2)[:, :, :used],
            tint=state.plan.tint[:, :used],
            light=state.plan.light,
            weather=state.weather,
        )
        return compose(layers, camera_BTC, steps.scroll, *size)


def pose_code(raw_NP: Tensor) -> Tensor:
    """Raw numbers -> the middle of compositing.POSE_FIELDS, without bounds.

    Bounds would stop the gradient: a network that can say "upright" ever louder soon cannot learn to turn.
    """
    x = F.normalize(raw_NP[:, 0:2], dim=-1)
    return torch.cat(
        [
            x,
            0.6 + raw_NP[:, 2:3],
            raw_NP[:, 3:4] - 0.9,
            raw_NP[:, 4:5],
            1.0 + raw_NP[:, 5:6],
            raw_NP[:, 6:7],
            1.0 + raw_NP[:, 7:8],
            0.9 + raw_NP[:, 8:9],
            0.5 + raw_NP[:, 9:10],
        ],
        dim=-1,
    )
