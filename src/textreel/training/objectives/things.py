"""How things are learned from clips of which only the video and the words are known: found, looked at, followed.

How many there are is counted: what still stands out when the places of one are taken away is another. Where one is
alone all words are about it, so that pictures and ways are learned first from clips that show one (a curriculum,
Bengio et al. 2009), and then tell two apart.

Where a thing is in a frame is found by holding against every place of it the picture that the generator paints of
the thing's words: the look that words have so far tells where to look, and what is seen there mends the look
(sprites learned by expectation and maximisation, Jojic & Frey 2001; here in one pass, with a softmax over places). An
encoder reads the frames about these places and the course of the places themselves, and answers codes (VAE-GAN,
Larsen et al. 2016); the generator learns to paint the clip again and to go the same way by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.protocol import Batch, Corpus
from textreel.discriminators import Showing
from textreel.generator.things import (
    PLACE_UNIT,
    STEP_UNIT,
    Reading,
    ThingsGenerator,
    ThingsGeneratorConfig,
)
from textreel.nn.blocks import halving_convs
from textreel.nn.compositing import POSE, STATIC_CAMERA, around_world
from textreel.nn.gaussian import Gaussian, divergence
from textreel.nn.records import map_tensors
from textreel.nn.text_encoder import TextEncoding
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Moment, Objective, Painted
from textreel.training.objectives.clips import pixel_distance
from textreel.training.objectives.finding import (
    LOOKED_AT,
    Found,
    count,
    find,
    glow,
    look_at,
    plain_ground,
    standing_out,
)
from textreel.training.reading import DisturbedWords

SMOOTH = (
    0.1  # view heights under which distances of places count squared: a median would stand still at first
)
BEGINNING_WEIGHT = 3.0  # of the first place and step, from which all others follow
MOVED_WEIGHT = 10.0  # of how much things move that set out from noise
BALANCED_WEIGHT = 0.5  # of the mean of such beginnings: a single find tells little of a mean
TRIES = 16  # beginnings from noise whose mean is held against what was found
STRAY_SHARE = 0.2  # of ways gone alone, at first: their wide errors drown what the next place teaches
MIDDLE_WEIGHT = 1.0
CERTAIN = 20.0  # logit of what is known


@dataclass(frozen=True)
class Ways:
    """How things go by themselves, beside how they were found to go: means over the things that count.

    distance: of places; moved: of how much they move on either axis, from noise; balanced: of the mean and the spread
    of beginnings from noise; divergence: of their codes from standard, in nats; apart: of places, in view heights.
    """

    distance: Tensor
    moved: Tensor
    balanced: Tensor
    divergence: Tensor
    apart: Tensor


class ThingsEncoder(nn.Module):
    """What is seen of things -> codes of their looks and ways; used in training only."""

    def __init__(self, config: ThingsGeneratorConfig, channels: tuple[int, ...] = (32, 64, 128)) -> None:
        super().__init__()
        self.crops = halving_convs(6, channels)
        size, features = config.condition, config.text.features
        self.flat = nn.Linear(channels[-1] * (LOOKED_AT // 2 ** len(channels)) ** 2, size)
        self.look = nn.Linear(size + features, 2 * config.look)
        self.course = nn.GRU(4, size // 2, batch_first=True, bidirectional=True)
        self.way = nn.Linear(size + features, 2 * config.way)

    def looks(self, crops_NTCHW: Tensor, words_ND: Tensor) -> Gaussian:
        """Codes of looks from frames about the things [N, T, 3, 32, 32] and what the words say of their looks."""
        seen = torch.cat([crops_NTCHW.mean(dim=1), crops_NTCHW.std(dim=1)], dim=1)
        maps = self.crops(seen.contiguous(memory_format=torch.channels_last))
        features = F.leaky_relu(self.flat(maps.flatten(1)), 0.2)
        return Gaussian.of(self.look(torch.cat([features, words_ND], dim=-1)))

    def ways(self, places_NT2: Tensor, words_ND: Tensor) -> Gaussian:
        """Codes of ways from the places that things were found at [N, T, 2]."""
        steps = F.pad(places_NT2.diff(dim=1), (0, 0, 1, 0))
        _, last = self.course(torch.cat([places_NT2 / PLACE_UNIT, steps / STEP_UNIT], dim=-1))
        return Gaussian.of(self.way(torch.cat([last.transpose(0, 1).flatten(1), words_ND], dim=-1)))


class ThingsObjective(Objective):
    """See the module's text."""

    generator: ThingsGenerator

    def __init__(self, config: TrainingConfig, corpus: Corpus, words: DisturbedWords, fabric: Fabric) -> None:
        super().__init__(config, corpus, words, fabric)
        assert isinstance(config.generator, ThingsGeneratorConfig)
        self.generator = ThingsGenerator(config.generator).to(fabric.device)
        self.encoder = ThingsEncoder(config.generator).to(fabric.device)
        self.encoder.crops.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def companions(self) -> Mapping[str, nn.Module]:
        return {"encoder": self.encoder}

    def real_showing(self, batch: Batch) -> Showing:
        return Showing(batch.frames[:, :: self.config.codes.painted_every])

    def compared(self, painted: Painted, batch: Batch) -> tuple[Tensor, Tensor]:
        """As the base class says; repeated where only some clips were painted, as many in every process."""
        made, real = super().compared(painted, batch)
        return made[torch.arange(len(real), device=made.device) % len(made)], real

    def paint(self, moment: Moment) -> Painted:
        """Find the batch's things, paint its clips again, and go their ways; with a game, half from noise instead."""
        generator, encoder, options = self.generator, self.encoder, self.config.codes
        things, every = generator.config.things, options.painted_every
        encoding, present = generator.encode(*moment.words), self.counted(moment.batch)
        losses = {}
        if things > 1:
            presence = generator.understand(encoding).presence
            losses["facts"] = self.config.layers.facts * F.binary_cross_entropy_with_logits(presence, present)
        rows = self.learned_from(moment, present)
        batch, present, encoding = clips_of(moment.batch, rows), present[rows], encoding[rows]
        reading = generator.understand(encoding)
        words = reading.looks.flatten(0, 1)
        expected = generator.picture(words, words.new_zeros(len(words), generator.config.look))
        # Where things are is answered, not learned by gradient: pictures learn from being held against that place.
        with torch.no_grad():
            found = self.whereabouts(moment.step, batch, expected, present)
            crops = look_at(batch.frames[:, ::every], found.places[:, :, ::every], generator.config.reach)
        looks = encoder.looks(crops.flatten(0, 1), words)
        noise_of_looks, *noise_of_ways = self.drawn(moment, rows)
        sprites = generator.picture(words, looks.sample(noise_of_looks))
        places = found.places.flatten(0, 1)
        seen = replace(reading, presence=CERTAIN * (2 * present - 1))
        made = self.composed(batch, seen, sprites, places, every)
        # The first frame and one in the middle.
        glimpse = every * (1 + (batch.frames.shape[1] - 1) // (2 * every))
        outlined = self.composed(batch, seen, expected, places, glimpse)
        share = (present / present.mean().clamp(min=1e-3)).flatten()
        ways = self.learn_ways(
            moment.step, reading, places, self.share_of_ways(batch, present), noise_of_ways
        )
        divergence_of_looks = (share * divergence(looks, looks.standard())).mean()
        weight = self.config.layers.frames
        sharp = moment.step >= self.config.steps - options.sharp_steps
        grounds = reading.ground.detach().repeat_interleave(things, dim=0)
        losses |= {
            "frames": weight
            * pixel_distance(made, batch.frames[:, ::every], 1.0, "absolute" if sharp else options.distance),
            "expected": weight
            * options.expected_weight
            * pixel_distance(outlined, batch.frames[:, ::glimpse], 1.0, options.distance),
            "middle": MIDDLE_WEIGHT * off_the_middle(torch.cat([expected, sprites]), grounds.repeat(2, 1)),
            "ways": self.config.layers.poses * ways.distance,
            "moved": self.config.layers.poses * MOVED_WEIGHT * ways.moved,
            "balanced": self.config.layers.poses * BALANCED_WEIGHT * ways.balanced,
            "content": options.warmth(moment.step) * options.content_weight * divergence_of_looks,
            "motion": options.warmth(moment.step) * options.motion_weight * ways.divergence,
        }
        moment.numbers |= {
            "divergence/content": divergence_of_looks.item(),
            "divergence/motion": ways.divergence.item(),
            "found": (share * found.likeness.mean(dim=-1).flatten()).mean().item(),
            "pixels apart": batch.frames.shape[-1] * ways.apart.item(),
        }
        if moment.game:
            made = self.with_imagined(made, moment, encoding)
        return Painted(Showing(made), losses)

    def knows(self, batch: Batch) -> bool:
        """Whether it is known where the things of a batch are, and may be used."""
        return self.config.codes.annotations and batch.annotations is not None

    def counted(self, batch: Batch) -> Tensor:
        """Which things the clips of a batch show [B, S], 0 or 1: as annotated, else as counted."""
        things = self.generator.config.things
        if self.knows(batch):
            assert batch.annotations is not None
            return batch.annotations.present[:, :things].float()
        with torch.no_grad():
            return count(batch.frames, plain_ground(batch.frames), things, self.generator.config.reach)

    def learned_from(self, moment: Moment, present_BS: Tensor) -> Tensor:
        """The clips of a batch to learn from: at first those that show one thing, later and in the game all."""
        every = torch.arange(len(present_BS), device=present_BS.device)
        single = every[present_BS.sum(dim=1) < 1.5]
        return (
            single
            if moment.step < self.config.codes.single_steps and not moment.game and len(single)
            else every
        )

    def drawn(self, moment: Moment, rows: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Normal numbers for looks [B * S, N], for ways [B * S, N] and for tries of ways [TRIES, B * S, N].

        Each clip's come from its own generator.
        """
        config = self.generator.config
        count = config.look + (1 + TRIES) * config.way
        like = torch.empty(len(moment.batch), config.things, count, device=rows.device)
        numbers = moment.chance.normal_like(like)[rows].flatten(0, 1)
        looks, ways, tries = numbers.split([config.look, config.way, TRIES * config.way], dim=1)
        return looks, ways, tries.unflatten(1, (TRIES, -1)).transpose(0, 1)

    def whereabouts(self, step: int, batch: Batch, sprites_NCHW: Tensor, present_BS: Tensor) -> Found:
        """Where things of such pictures are in the batch's frames: as annotated, else as found."""
        if not self.knows(batch):
            ground, sprites = plain_ground(batch.frames), sprites_NCHW.float()
            if step < self.config.codes.unseen_steps:
                sprites = glow(sprites, ground.repeat_interleave(self.generator.config.things, dim=0))
            return find(batch.frames, ground, sprites, present_BS, self.generator.config.reach)
        assert batch.annotations is not None
        poses = batch.annotations.poses[:, list(batch.shown), : self.generator.config.things].transpose(1, 2)
        x = around_world(poses) - STATIC_CAMERA[0]
        places = torch.stack([x, poses[..., POSE["y"]] - STATIC_CAMERA[1]], dim=-1)
        return Found(places * poses[..., POSE["opacity"], None], poses[..., POSE["opacity"]])

    def composed(
        self, batch: Batch, reading: Reading, sprites_NCHW: Tensor, places_NT2: Tensor, every: int
    ) -> Tensor:
        """One of `every` frames of the batch as pictures of things at their places make it."""
        size = (batch.frames.shape[-2], batch.frames.shape[-1])
        return self.generator.compose(
            reading, sprites_NCHW, places_NT2[:, ::every], batch.camera[:, ::every], size
        )

    def share_of_ways(self, batch: Batch, present_BS: Tensor) -> Tensor:
        """How much each thing's way counts [B * S], 1 in the mean.

        The words of all things are read alike: where it is not known what lies where, ways are learned from clips that
        show one thing, if there are any. Of two, one may have been taken for the other, and words that are wrong now
        and then come to say nothing.
        """
        single = present_BS * (present_BS.sum(dim=1, keepdim=True) < 1.5)
        counts = present_BS if self.knows(batch) or not single.any() else single
        return (counts / counts.mean().clamp(min=1e-3)).flatten()

    def learn_ways(
        self, step: int, reading: Reading, places_NT2: Tensor, share_N: Tensor, noise: Sequence[Tensor]
    ) -> Ways:
        """How far things that go by themselves are from where they were found.

        Once every place follows from the one before as it was found (teacher forcing, Williams & Zipser 1989), once
        from their own: by the first they learn to bounce, by the second to stay on the way. How they begin counts by
        itself: what a code says of the first step is hardly seen in places that go astray a moment later.
        """
        generator = self.generator
        words, frames = reading.ways.flatten(0, 1), places_NT2.shape[1]
        codes, (of_codes, of_tries) = self.encoder.ways(places_NT2, words), noise
        conditions, course = generator.set_out(words, codes.sample(of_codes))
        alone, _ = generator.go(conditions, course, frames)
        led, _ = generator.go(conditions, course, frames, led=places_NT2)
        strayed, led_astray = (
            F.smooth_l1_loss(gone, places_NT2, reduction="none", beta=SMOOTH).mean(dim=(1, 2))
            for gone in (alone, led)
        )
        begun = begun_apart(course.place, course.step, places_NT2)
        moved, balanced = self.set_out_from_noise(words, of_tries, places_NT2)
        counts = STRAY_SHARE if step < self.config.codes.led_steps else 1.0
        return Ways(
            distance=(share_N * (counts * strayed + 2 * led_astray + BEGINNING_WEIGHT * begun)).mean(),
            moved=(share_N * moved).mean(),
            balanced=(share_N * balanced).mean(),
            divergence=(share_N * divergence(codes, codes.standard())).mean(),
            apart=(share_N * (alone - places_NT2).norm(dim=-1).mean(dim=1)).mean().detach(),
        )

    def set_out_from_noise(
        self, words_ND: Tensor, tries_KND: Tensor, places_NT2: Tensor
    ) -> tuple[Tensor, Tensor]:
        """How far things that set out without codes are from what was found under the same words, two ways [N].

        Whichever way they go, they are to move as much across and as much up and down; and all tries together are to
        begin in the mean where and as it does, and as far from the middle (matched moments, Li et al. 2015). So words
        are not left unheard because a code says the same, and where they do not say which way first or where, things
        go as often one way as the other, from everywhere.
        """
        _, course = self.generator.set_out(words_ND.repeat(len(tries_KND), 1), tries_KND.flatten(0, 1))
        place_KN2, step_KN2 = (part.unflatten(0, tries_KND.shape[:2]) for part in (course.place, course.step))
        place, step = places_NT2[:, 0], places_NT2[:, :2].diff(dim=1)[:, 0]
        moved = (step_KN2.abs() - step.abs()).square().mean(dim=(0, 2)) / STEP_UNIT
        spread = (place_KN2.square().mean(dim=0) - place.square()).square().mean(dim=1) / PLACE_UNIT**3
        return moved, begun_apart(place_KN2.mean(dim=0), step_KN2.mean(dim=0), places_NT2) + spread

    def with_imagined(self, made: Tensor, moment: Moment, encoding: TextEncoding) -> Tensor:
        """The same frames, every second clip's replaced by what noise and its words make."""
        generator, config, every = self.generator, self.generator.config, self.config.codes.painted_every
        rows = torch.arange(0, len(made), 2, device=made.device)
        numbers = config.things * (config.look + config.way)
        noise = moment.chance.normal_like(made.new_zeros(len(made), numbers))[rows]
        looks, ways = noise.split([config.things * config.look, config.things * config.way], dim=1)
        state = generator.begin(encoding[rows], looks.reshape(-1, config.look), ways.reshape(-1, config.way))
        places, _ = generator.go(state.ways, state.course, every * made.shape[1])
        imagined = generator.compose(
            state.reading,
            state.sprites,
            places[:, ::every],
            moment.batch.camera[rows][:, ::every],
            (made.shape[-2], made.shape[-1]),
        )
        return made.index_copy(0, rows, imagined.to(made.dtype))


def begun_apart(place_N2: Tensor, step_N2: Tensor, places_NT2: Tensor) -> Tensor:
    """How far from what was found things begin, in place and in step [N]."""
    place_apart, step_apart = place_N2 - places_NT2[:, 0], step_N2 - places_NT2[:, :2].diff(dim=1)[:, 0]
    return (place_apart.square() / PLACE_UNIT + step_apart.square() / STEP_UNIT).mean(dim=1)


def off_the_middle(sprites_NCHW: Tensor, ground_N3: Tensor) -> Tensor:
    """How far what pictures show before such grounds lies from their middle: the mean squared distance, 1 at the rim.

    A thing is where its picture's middle is. Without this a picture may learn one stroke at its rim, which is found
    in many things and has the rest of them outside.
    """
    colour, alpha = sprites_NCHW.float().split([3, 1], dim=1)
    shown = standing_out(colour, ground_N3[:, :, None, None].float()) * alpha[:, 0]
    across = torch.linspace(-1, 1, shown.shape[-1], device=shown.device)
    whole = shown.sum(dim=(1, 2)).clamp(min=1e-3)
    x, y = (shown.sum(dim=1) @ across) / whole, (shown.sum(dim=2) @ across) / whole
    return (x.square() + y.square()).mean()


def clips_of(batch: Batch, rows: Tensor) -> Batch:
    """Some clips of a batch, without what it was drawn from."""
    chosen = rows.tolist()
    return replace(
        batch,
        captions=tuple(batch.captions[row] for row in chosen),
        wrong_captions=tuple(batch.wrong_captions[row] for row in chosen),
        frames=batch.frames[rows],
        camera=batch.camera[rows],
        scroll=batch.scroll[rows],
        noise=None,
        attributes=(),
        said=(),
        start_seconds=None,
        annotations=None
        if batch.annotations is None
        else map_tensors(batch.annotations, lambda tensor: tensor[rows]),
    )
