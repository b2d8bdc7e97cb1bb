"""The generator of things: words and codes -> looks that stand for the clip and ways they go, before a plain ground.

For clips in which something moves as a whole before a plain ground. Each thing has its own words, in the order in which
things are told of, attended to apart for what it looks like and for how it goes (slots that are told apart by the text,
where Hsieh et al. 2018, DDPAE, tell them apart by a recurrent network). What is attended to is found by the whole
sentence, what is heard there is the word alone: a look cannot learn that threes go to the left because all threes of
the clips do. A thing's picture is painted once; a convolutional LSTM says how its velocity changes. The frame is
composed of these layers, so that camera, size and place are those of every other layered film.
"""

import math
from dataclasses import dataclass, field, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel.generator.base import SentenceGenerator
from textreel.generator.beliefs import AttributeClasses
from textreel.generator.decoders import SpriteDecoder
from textreel.limits import Fps, Pixels, Width
from textreel.nn.blocks import condition_mlp, mlp
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, STATIC_CAMERA, SceneLayers, compose
from textreel.nn.conv_lstm import ConvLSTMCell, ConvLSTMState
from textreel.nn.noise import VECTOR_SIZE, Noise
from textreel.nn.text_encoder import TextEncoderConfig, TextEncoding
from textreel.types import MAX_READ_WORDS

CELLS = 4  # height and width of the recurrent maps
INPUTS = 64
SUMMARY = 128
PLACE_UNIT, STEP_UNIT = 0.25, 0.05  # view heights that count as 1 where places and velocities are read
HALF_TURN = 3.0  # radians for each unit of what is kept of a step; about a half turn throws it back
WAVES = (0.5, 1.0, 2.0)  # half cycles a unit by which places and velocities are told beside their numbers
COURSE_FEATURES = 4 * (1 + 2 * len(WAVES))
DECIDED = 4  # power by which a word goes to the thing that it is about more surely
ELSEWHERE = 0.002  # of the attention goes to words that are another thing's: not all languages tell in order
RIM = 3  # pixels of a thing's picture over which it fades out: what stops at a straight edge shows as a box
FIRST_PRESENCE = -2.0  # logit: things come in one after another, else two of them learn the halves of one
BEGINNING = 4  # numbers that say where and with which step a thing begins
CHANCE_OF_BEGINNINGS = (0.5, 0.5, 1.5, 1.5)  # at first, in units of places and of velocities
WHICH_WAY = 4.0  # steepness with which a number of chance says which way
GROUND_SHAPE = (3, 5, 8)


@dataclass(frozen=True, kw_only=True)
class ThingsGeneratorConfig:
    kind: str = "things"
    text: TextEncoderConfig = field(default_factory=TextEncoderConfig)
    classes: AttributeClasses = field(default_factory=AttributeClasses)
    fps: Fps = 12
    size: Pixels = 64  # height and width of a film in pixels, unless asked otherwise
    things: int = 1  # at most, in one clip
    whole_pixels: bool = False  # whether things stand on whole pixels of a film of `size`, and never shimmer
    reach: float = 0.5  # height and width of a thing's picture, in view heights
    hidden: Width = 32  # channels of the ConvLSTM's 4 x 4 state
    condition: Width = 192
    look: Width = 24  # numbers of the code that says how a thing looks
    way: Width = (
        8  # numbers of the code that says how it goes, of which the first four are chance of its beginning
    )
    sprite_channels: tuple[Width, Width, Width, Width] = (96, 96, 64, 32)

    def __post_init__(self) -> None:
        if self.way < BEGINNING:
            raise ValueError(f"a code of ways has {BEGINNING} numbers at least, got {self.way}")
        if not 1 <= self.things <= SLOTS or SLOTS * (self.look + self.way) > VECTOR_SIZE:
            raise ValueError(
                f"there must be 1 to {SLOTS} things and {VECTOR_SIZE // SLOTS} numbers a thing at most, got "
                f"{self.things} and {self.look + self.way}"
            )


@dataclass(frozen=True)
class Reading:
    """What the words say of each of S things: looks [B, S, D] and ways [B, S, D], attention [B, 2 S, L] (looks before
    ways), the colour of the ground [B, 3], and whether each thing is there [B, S] (logits)."""

    looks: Tensor
    ways: Tensor
    attention: Tensor
    ground: Tensor
    presence: Tensor

    def there(self) -> Tensor:
        """How surely each thing is there [B, S], from 0 to 1; the first one always is."""
        first = torch.ones_like(self.presence[:, :1])
        return torch.cat([first, torch.sigmoid(self.presence[:, 1:])], dim=1)


@dataclass(frozen=True)
class Course:
    """Where things are and how they go: place and step [N, 2] in view heights from the middle, the recurrent state."""

    place: Tensor
    step: Tensor
    recurrent: ConvLSTMState


@dataclass(frozen=True)
class ThingsState:
    """What is decided once a shot, and everything the next frame depends on; things in rows [B * S].

    sprites [B * S, 4, 32, 32]: pictures of the things, as compositing.SceneLayers holds them
    ways [B * S, D]: the conditions under which they move; course: where they are before the next frame
    """

    encoding: TextEncoding
    reading: Reading
    sprites: Tensor
    ways: Tensor
    course: Course


class ThingsGenerator(SentenceGenerator[ThingsState]):
    """See the module's text."""

    config: ThingsGeneratorConfig
    abilities = frozenset({"layers", "poses"})

    def __init__(self, config: ThingsGeneratorConfig) -> None:
        super().__init__(config.text, config.classes)
        self.config = config
        features, condition = config.text.features, config.condition
        # Of where a thing's words begin, of looks, of ways.
        self.queries = nn.Parameter(torch.randn(3, features))
        self.key, self.value = nn.Linear(features, features), nn.Linear(features, features)
        self.ground = nn.Linear(features, 3)
        self.beginnings = nn.Parameter(torch.tensor(FIRST_PRESENCE))
        self.look = condition_mlp(features + config.look, condition)
        self.lift = nn.Linear(condition, config.hidden * CELLS * CELLS)
        self.sprite = SpriteDecoder(config.hidden, condition, config.sprite_channels)
        self.way = condition_mlp(features + config.way, condition)
        self.said = mlp(features, condition, BEGINNING, layers=2)
        self.beginning = mlp(condition, condition, BEGINNING, layers=3)
        self.drive = nn.Linear(condition + COURSE_FEATURES, INPUTS)
        self.cells = nn.Parameter(torch.randn(1, INPUTS, CELLS, CELLS) * 0.1)
        self.recurrent = ConvLSTMCell(INPUTS, config.hidden)
        self.summary = nn.Sequential(nn.Linear(CELLS * CELLS * config.hidden, SUMMARY), nn.LayerNorm(SUMMARY))
        self.turn = mlp(SUMMARY + condition + COURSE_FEATURES, condition, 4, layers=3)
        for end in (self.said[-1], self.beginning[-1], self.turn[-1]):
            assert isinstance(end, nn.Linear)
            # Faint at first: sixteen steps add up, and what flies out of the picture learns nothing.
            nn.init.normal_(end.weight, std=0.01)
        self.beginning[-1].bias = nn.Parameter(torch.tensor(CHANCE_OF_BEGINNINGS))

    def compile_decoders(self) -> None:
        self.sprite.compile(dynamic=True)

    def decoders(self) -> tuple[nn.Module, ...]:
        return (self.sprite,)

    def encode(self, word_vectors_BLD: Tensor, mask_BL: Tensor) -> TextEncoding:
        """As the base class says; each word beside its features in the sentence by itself [B, L, 2 D]."""
        words, mask_BL = word_vectors_BLD[:, :MAX_READ_WORDS], mask_BL[:, :MAX_READ_WORDS]
        alone = self.text_encoder.embedding(words)
        encoding = self.text_encoder.explain_each_other(alone, mask_BL)
        return replace(
            encoding, features=torch.cat([encoding.features, alone.to(encoding.features.dtype)], -1)
        )

    def understand(self, encoding: TextEncoding) -> Reading:
        """Attend to the words of each thing's look and way."""
        told, alone = encoding.features.chunk(2, dim=-1)
        scores = (self.queries @ self.key(told).transpose(1, 2)).float() * told.shape[-1] ** -0.5
        begins = torch.sigmoid(scores[:, 0] + self.beginnings) * encoding.mask
        about, there = one_after_the_other(begins, self.config.things)
        about = decided(about)
        # A word says how something looks or how it goes: what one query takes is not there for the other, as slots
        # compete in Locatello et al. 2020. Else looks lean on the motions that they were always shown with.
        scores = scores[:, 1:] + scores[:, 1:].log_softmax(dim=1)
        scores = (scores[:, :, None] + torch.log(about + ELSEWHERE)[:, None]).flatten(1, 2)
        scores = scores.masked_fill(~encoding.mask[:, None], torch.finfo(torch.float32).min)
        attention = scores.softmax(dim=-1)
        heard = attention.to(alone.dtype) @ self.value(alone)
        looks, ways = F.layer_norm(heard.float(), heard.shape[-1:]).chunk(2, dim=1)
        return Reading(
            looks=looks,
            ways=ways,
            attention=attention,
            ground=self.ground(encoding.sentence).float(),
            presence=torch.logit(there, eps=1e-4),
        )

    def picture(self, looks_ND: Tensor, codes_NC: Tensor) -> Tensor:
        """Pictures of things [N, 4, 32, 32] from what the words say of their looks, and their codes.

        The decoder's 64 x 64 pixels are averaged by fours: shown at half that size in training, they have learned
        nothing of each other, and a larger film would show their grid.
        """
        condition = self.look_condition(looks_ND, codes_NC)
        hidden = self.lift(condition).unflatten(1, (-1, CELLS, CELLS))
        return faded(F.avg_pool2d(self.sprite(hidden, condition), 2))

    def look_condition(self, looks_ND: Tensor, codes_NC: Tensor) -> Tensor:
        """What the pictures of things are conditioned on [N, D]."""
        condition: Tensor = self.look(torch.cat([looks_ND, codes_NC.to(looks_ND.dtype)], dim=-1))
        return condition

    def set_out(self, ways_ND: Tensor, codes_NC: Tensor) -> tuple[Tensor, Course]:
        """The conditions under which things move [N, D], and where they are in the first frame."""
        condition = self.way(torch.cat([ways_ND, codes_NC.to(ways_ND.dtype)], dim=-1))
        # What words do not say of the beginning, a code's first numbers do: a network that hears both at once makes
        # the same of most noise, such as always left. Places are even over a range, as in a frame (a normal number's
        # distribution function, at unit variance); which way is nearly one or the other: in between lies standing.
        where, which_way = codes_NC[:, :BEGINNING].float().chunk(2, dim=-1)
        even = math.sqrt(3) * torch.erf(where / math.sqrt(2))
        chance = torch.cat([even, torch.tanh(WHICH_WAY * which_way)], dim=-1)
        beginning = self.said(ways_ND).float() + self.beginning(condition).float() * chance
        recurrent = self.recurrent.initial_state(len(condition), CELLS, CELLS, condition.device)
        return condition, Course(PLACE_UNIT * beginning[:, :2], STEP_UNIT * beginning[:, 2:], recurrent)

    def go(
        self, ways_ND: Tensor, course: Course, frames: int, *, led: Tensor | None = None
    ) -> tuple[Tensor, Course]:
        """Places [N, T, 2] of things, and the course after them.

        With `led` [N, T, 2] each place follows from those before it there, instead of from the things' own.
        """
        places = []
        place, step, recurrent = course.place, course.step, course.recurrent
        for frame in range(frames):
            places.append(place)
            if led is not None:
                place = led[:, frame]
                step = place - led[:, frame - 1] if frame else step
            moved = course_features(place, step).to(ways_ND.dtype)
            drive = self.drive(torch.cat([ways_ND, moved], dim=-1))
            hidden, recurrent = self.recurrent(
                drive[:, :, None, None] + self.cells.to(drive.dtype), recurrent
            )
            seen = torch.cat([self.summary(hidden.flatten(1)), ways_ND, moved], dim=-1)
            added, kept = self.turn(seen).float().chunk(2, dim=-1)
            # A cosine never makes a step longer, so that no course runs away while it is learned.
            step = step * torch.cos(HALF_TURN * kept) + STEP_UNIT * added
            place = place + step
        return torch.stack(places, dim=1), Course(place, step, recurrent)

    def compose(
        self,
        reading: Reading,
        sprites_NCHW: Tensor,
        places_NT2: Tensor,
        camera_BTC: Tensor,
        size: tuple[int, int],
    ) -> Tensor:
        """Frames [B, T, 3, H, W] of things [B * S] at their places."""
        layers = self.layers(reading, sprites_NCHW, places_NT2)
        return compose(layers, camera_BTC, camera_BTC.new_zeros(*camera_BTC.shape[:2], 2), *size)

    def layers(self, reading: Reading, sprites_NCHW: Tensor, places_NT2: Tensor) -> SceneLayers:
        """What those frames are made of; a thing looks the same in all of them."""
        batch = len(reading.ground)
        return SceneLayers(
            canvas=reading.ground[:, :, None, None].expand(-1, *GROUND_SHAPE),
            sprites=sprites_NCHW.unflatten(0, (batch, -1))[:, None],
            poses=self.poses(reading, places_NT2),
            tint=sprites_NCHW.new_zeros(batch, self.config.things, 4),
            light=sprites_NCHW.new_ones(batch, 3),
            weather=None,
        )

    def poses(self, reading: Reading, places_NT2: Tensor) -> Tensor:
        """Pose codes [B, T, S, 10] of places [B * S, T, 2]."""
        places = places_NT2.unflatten(0, reading.presence.shape).transpose(1, 2)
        if self.config.whole_pixels:
            # Gradients go straight through (Bengio et al. 2013).
            places = places + ((places * self.config.size).round() / self.config.size - places).detach()
        fields = places.new_zeros(len(POSE_FIELDS)).expand(*places.shape[:-1], -1).clone()
        fields[..., POSE["facing"]] = fields[..., POSE["roll_cos"]] = 1.0
        fields[..., POSE["log_scale"]] = math.log(self.config.reach)
        x, y = (places[..., axis] + STATIC_CAMERA[axis] for axis in range(2))
        fields[..., POSE["x_cos"]], fields[..., POSE["x_sin"]] = (
            torch.cos(math.pi * x),
            torch.sin(math.pi * x),
        )
        fields[..., POSE["y"]] = y
        fields[..., POSE["ground_y"]] = y + self.config.reach / 2
        fields[..., POSE["opacity"]] = reading.there()[:, None]
        return fields

    def codes(self, vector_BZ: Tensor) -> tuple[Tensor, Tensor]:
        """The noise vectors' numbers for looks [B * S, look] and ways [B * S, way]."""
        config = self.config
        looks = vector_BZ[:, : SLOTS * config.look].unflatten(1, (SLOTS, config.look))
        ways = vector_BZ[:, SLOTS * config.look :][:, : SLOTS * config.way].unflatten(1, (SLOTS, config.way))
        return looks[:, : config.things].flatten(0, 1), ways[:, : config.things].flatten(0, 1)

    def begin(self, encoding: TextEncoding, looks: Tensor, ways: Tensor) -> ThingsState:
        """Paint things under codes of their looks and ways [B * S, ...], and stand before the first frame."""
        reading = self.understand(encoding)
        conditions, course = self.set_out(reading.ways.flatten(0, 1), ways)
        sprites = self.picture(reading.looks.flatten(0, 1), looks)
        return ThingsState(encoding, reading, sprites, conditions, course)

    @torch.no_grad()
    def initial_state(
        self, encoding: TextEncoding, noise: Noise, like: ThingsState | None = None
    ) -> ThingsState:
        """As the base class says; of `like`, things go on from where they are, under the new words."""
        fresh = self.begin(encoding, *self.codes(noise.vector))
        return fresh if like is None else replace(fresh, course=like.course)

    def whereabouts(self, state: ThingsState, frames: int) -> Tensor:
        """Poses [B, T, S, 10] of the next T frames, of SLOTS slots; zeros where there is none."""
        places, _ = self.go(state.ways, state.course, frames)
        poses = self.poses(state.reading, places)
        empty = poses.new_zeros(*poses.shape[:2], SLOTS - poses.shape[2], poses.shape[3])
        return torch.cat([poses, empty], dim=2)

    @torch.no_grad()
    def advance(
        self, state: ThingsState, camera_BTC: Tensor, size: tuple[int, int]
    ) -> tuple[Tensor, Tensor, ThingsState]:
        places, course = self.go(state.ways, state.course, camera_BTC.shape[1])
        frames = self.compose(state.reading, state.sprites, places, camera_BTC, size)
        seen = state.reading.attention.mean(dim=1, keepdim=True).expand(-1, camera_BTC.shape[1], -1)
        return frames.clamp(-1, 1), seen, replace(state, course=course)


def one_after_the_other(begins_BL: Tensor, things: int) -> tuple[Tensor, Tensor]:
    """How surely each word is about each thing [B, S, L], and how surely things are spoken of [B, S].

    A thing's words go from where they begin to where the next one's begin; what stands before is the first one's.
    Each word's chance to begin a thing stands for itself, so the number of things begun is counted as of trials that
    differ (in the manner of monotonic attention, Raffel et al. 2017).

    Args:
        begins_BL: each word's chance to be the beginning of a thing's words, in [0, 1].
        things: S, how many are counted.
    """
    begun = begins_BL.new_zeros(
        len(begins_BL), things + 1
    )  # the chances that so many have begun; the last: or more
    begun[:, 0] = 1.0
    counts = []
    for chance in begins_BL.unbind(dim=1):
        next_one = chance[:, None] * begun[:, :-1]
        begun = begun + F.pad(next_one, (1, 0)) - F.pad(next_one, (0, 1))
        counts.append(begun)
    counted = torch.stack(counts, dim=-1)
    about = torch.cat([counted[:, :1] + counted[:, 1:2], counted[:, 2:]], dim=1)
    return about, begun.flip(1).cumsum(1).flip(1)[:, 1:]


def decided(about_BSL: Tensor) -> Tensor:
    """How surely each word is about each thing, with most doubts taken away: one would look half like the other."""
    return F.normalize(about_BSL.clamp(min=0) ** DECIDED, p=1, dim=1)


def faded(pictures_NCHW: Tensor) -> Tensor:
    """Pictures of things [N, 4, H, W] whose opacity goes to nothing over the RIM outermost pixels."""
    colour, alpha = pictures_NCHW.split([3, 1], dim=1)
    sides = []
    for side in pictures_NCHW.shape[-2:]:
        inward = torch.arange(side, device=alpha.device) + 0.5
        sides.append((torch.minimum(inward, side - inward) / RIM).clamp(max=1).to(alpha.dtype))
    return torch.cat([colour, alpha * (sides[0][:, None] * sides[1])], dim=1)


def course_features(place_N2: Tensor, step_N2: Tensor) -> Tensor:
    """Places and velocities as numbers and as waves [N, COURSE_FEATURES], by which a wall is told sharply.

    Fourier features (Tancik et al. 2020).
    """
    numbers = torch.cat([place_N2 / PLACE_UNIT, step_N2 / STEP_UNIT], dim=-1)
    angles = (math.pi * numbers[:, :, None] * numbers.new_tensor(WAVES)).flatten(1)
    return torch.cat([numbers, torch.sin(angles), torch.cos(angles)], dim=-1)
