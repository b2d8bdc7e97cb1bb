"""How the layered generator is trained: each layer is compared with the composed one, the picture with the clip."""

import math
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric
from torch import Tensor, nn

from textreel.corpora.protocol import Annotations, Batch, ComposedCorpus, Window
from textreel.discriminators import Showing
from textreel.generator.clocks import clock_features
from textreel.generator.layered import LayeredGenerator, LayeredGeneratorConfig, ScenePlan, SubjectRows
from textreel.generator.plans import within_bounds
from textreel.nn.compositing import POSE, POSE_FIELDS, SLOTS, SceneLayers, compose
from textreel.nn.records import map_tensors
from textreel.training.chance import ClipChance
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Lesson, Moment, Painted
from textreel.training.objectives.composed import ComposedObjective
from textreel.training.objectives.pictures import picture_distance
from textreel.training.processes import share_of
from textreel.training.reading import DisturbedWords

PAINTERS = 2_000_000  # keeps the chance of places that are only painted apart from that of clips
SUBJECT_PAINTERS = 3_000_000  # the same for subjects
POSERS = 4_000_000  # and for subjects that only move


class LayeredObjective(ComposedObjective):
    """See the module's text."""

    generator: LayeredGenerator

    def __init__(
        self, config: TrainingConfig, corpus: ComposedCorpus, words: DisturbedWords, fabric: Fabric
    ) -> None:
        super().__init__(config, corpus, words, fabric)
        assert isinstance(config.generator, LayeredGeneratorConfig)
        self.generator = LayeredGenerator(config.generator).to(fabric.device)

    def lessons(self) -> tuple[Lesson, ...]:
        return self.reading_lesson(), self.place_lesson(), self.subject_lesson(), self.pose_lesson()

    def place_lesson(self) -> Lesson:
        """Learn to paint places before anything moves in them: three times as many for the same time.

        Every process paints the same places. The words are read as they stand.
        """
        return Lesson(
            name="places",
            steps=self.config.place_steps,
            clips=self.config.place_batch,
            parameters=[
                *self.generator.canvas.parameters(),
                *self.generator.canvas_condition.parameters(),
            ],
            loss=self.paint_places,
        )

    def paint_places(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The distance of one batch of generated canvases to the painted ones."""
        config, generator, device = self.config, self.generator, self.fabric.device
        chance = np.random.default_rng([config.seed, step, PAINTERS])
        captions, noise, canvases = self.corpus.places(chance, config.place_batch, "train")
        chances = ClipChance.of(config.seed, step, range(PAINTERS, PAINTERS + config.place_batch))
        noise = noise.to(device)
        with self.fabric.autocast():
            with torch.no_grad():
                encoding = generator.encode(*self.words(captions, chances, config.word_disturbance))
                contexts, _ = generator.read(encoding)
            condition = generator.place_condition(contexts, noise)
            canvas = generator.canvas(condition, noise.terrain, noise.grain)
            return config.layers.canvas * picture_distance(canvas, canvases.to(device)), {}

    def pose_lesson(self) -> Lesson:
        """Learn better where subjects go and when, without painting them: several times as many for the same time.

        Only what ends in poses and facts is taught, so the pictures stay as they are. Every process moves the same
        subjects. The words are read as they stand.
        """
        generator = self.generator
        ends = (generator.pose, generator.slot_facts, generator.scene_facts, generator.weather_facts)
        return Lesson(
            name="poses",
            steps=self.config.pose_steps,
            clips=self.config.pose_batch,
            parameters=[parameter for end in ends for parameter in end.parameters()],
            loss=self.move_only,
        )

    def move_only(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The distance of one batch of ways to the composed ones, and of the facts about them."""
        window = replace(self.config.window, shown=(0,))
        plan, subjects, truth, rows = self.cast(step, POSERS, self.config.pose_batch, window)
        with self.fabric.autocast():
            poses, *_ = self.move(subjects, truth, rows, painted=False)
            losses = {
                "poses": self.config.layers.poses * pose_distance(poses, pick(truth.poses, rows)),
                "facts": self.config.layers.facts * fact_distance(plan, truth),
            }
        return summed(losses)

    def subject_lesson(self) -> Lesson:
        """Learn to paint subjects and to move them, apart from any place.

        Every process paints the same subjects. The words are read as they stand.
        """
        return Lesson(
            name="subjects",
            steps=self.config.subject_steps,
            clips=self.config.subject_batch,
            parameters=self.parameters_of_subjects(),
            loss=self.paint_only_subjects,
        )

    def paint_only_subjects(self, step: int) -> tuple[Tensor, dict[str, float]]:
        """The distance of one batch of subjects to the composed ones: their looks, their ways, their facts."""
        config = self.config
        plan, subjects, truth, rows = self.cast(step, SUBJECT_PAINTERS, config.subject_batch, config.window)
        with self.fabric.autocast():
            poses, sprites = self.paint_subjects(subjects, truth, rows, list(config.window.shown))
            losses = self.subject_losses(poses, sprites, truth, rows)
            losses["facts"] = config.layers.facts * fact_distance(plan, truth)
        return summed(losses)

    def parameters_of_subjects(self) -> list[nn.Parameter]:
        """What subjects are made by, and neither the reading nor the place."""
        apart = (self.generator.canvas, self.generator.canvas_condition, self.generator.weather)
        left_out = {id(parameter) for part in apart for parameter in part.parameters()}
        left_out |= {id(parameter) for parameter in self.generator.reading_parameters()}
        return [parameter for parameter in self.generator.parameters() if id(parameter) not in left_out]

    def cast(
        self, step: int, first: int, count: int, window: Window
    ) -> tuple[ScenePlan, SubjectRows, Annotations, Tensor]:
        """So many clips of a step of a lesson: the plans of their shots, their subjects, what is true of them, rows."""
        config, generator, device = self.config, self.generator, self.fabric.device
        chance = np.random.default_rng([config.seed, step, first])
        captions, noise, truth = self.corpus.annotated(chance, count, window=window, split="train")
        chances = ClipChance.of(config.seed, step, range(first, first + count))
        truth, noise = map_tensors(truth, lambda part: part.to(device)), noise.to(device)
        with self.fabric.autocast():
            with torch.no_grad():
                encoding = generator.encode(*self.words(captions, chances, config.word_disturbance))
            plan = generator.plan(encoding, noise)
            rows = truth.present.flatten().nonzero().squeeze(1)
            return plan, generator.subject_rows(encoding, plan, rows), truth, rows

    def subject_losses(
        self, poses: Tensor, sprites: Tensor, truth: Annotations, rows: Tensor
    ) -> dict[str, Tensor]:
        """What subjects look like and where they go, held against the truth."""
        weights = self.config.layers
        return {
            "sprites": weights.sprites * sprite_distance(sprites, pick(truth.layers.sprites, rows)),
            "poses": weights.poses * pose_distance(poses, pick(truth.poses, rows)),
        }

    def real_showing(self, batch: Batch) -> Showing:
        """Frames, and the first subject of each clip by itself."""
        assert batch.annotations is not None
        rows = batch.annotations.present.flatten().nonzero().squeeze(1)
        sprites = pick(batch.annotations.layers.sprites, rows)[:, 0]
        return Showing(batch.frames, premultiply(sprites)[first_subjects(batch)])

    def paint(self, moment: Moment) -> Painted:
        """Paint the batch's clips along its own clocks, and measure the distance of every layer to the composed one.

        Clocks are teacher-forced: the ConvLSTM reads the corpus's phases, its own start and rates are losses.
        """
        generator, batch, weights = self.generator, moment.batch, self.config.layers
        truth, noise = batch.annotations, batch.noise
        assert truth is not None and truth.layers.weather is not None and noise is not None
        # Clips have one or two subjects: how many this part of a batch has, over the mean of all parts.
        subject_share = share_of(self.fabric, int(truth.present.sum()))
        encoding = generator.encode(*moment.words)
        plan = generator.plan(encoding, noise)
        rows = truth.present.flatten().nonzero().squeeze(1)
        subjects = generator.subject_rows(encoding, plan, rows)
        poses, sprites = self.paint_subjects(subjects, truth, rows, list(batch.shown))
        canvas = generator.canvas(plan.canvas_condition, noise.terrain, noise.grain)
        weather = generator.weather(plan.weather_condition, noise.weather)
        layers = SceneLayers(
            canvas=canvas,
            sprites=spread(sprites, rows, len(batch)),
            poses=spread(within_bounds(poses[:, list(batch.shown)]), rows, len(batch)),
            tint=plan.tint,
            light=plan.light,
            weather=weather,
        )
        picture = compose(layers, batch.camera, batch.scroll, *batch.frames.shape[-2:])
        of_subjects = self.subject_losses(poses, sprites, truth, rows)
        losses = {
            "canvas": weights.canvas * picture_distance(canvas, truth.layers.canvas),
            **{name: subject_share * value for name, value in of_subjects.items()},
            "weather": weights.weather * overlay_distance(weather, truth.layers.weather),
            "composite": weights.composite * (picture - batch.frames).abs().mean(),
            "facts": weights.facts * fact_distance(plan, truth),
            "reading": self.reading_loss(moment, plan.contexts),
        }
        shown = premultiply(sprites[:, 0])[first_subjects(batch)]
        return Painted(Showing(picture, shown), losses)

    def paint_subjects(
        self, subjects: SubjectRows, truth: Annotations, rows: Tensor, shown: list[int]
    ) -> tuple[Tensor, Tensor]:
        """Poses [N, W, 10] of all frames of the window and pictures [N, T, 4, 64, 64] of those shown."""
        generator = self.generator
        poses, hidden, context, clocks = self.move(subjects, truth, rows, painted=True)
        sprites = generator.sprites(
            subjects.repeat(len(shown)),
            context[:, shown].flatten(0, 1),
            hidden[:, shown].flatten(0, 1),
            clocks[:, shown].flatten(0, 1),
        )
        return poses, sprites.unflatten(0, (-1, len(shown)))

    def move(
        self, subjects: SubjectRows, truth: Annotations, rows: Tensor, *, painted: bool
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Poses [N, W, 10] along the true clocks, with the hidden maps, contexts and clock features of each frame.

        Where nothing is painted the recurrent network learns nothing.
        """
        generator, frames = self.generator, truth.poses.shape[1]
        clocks = clock_features(truth.phases).transpose(1, 2).flatten(0, 1)[rows]
        with torch.set_grad_enabled(painted):
            hidden, context, _, _ = generator.unroll(subjects, clocks)
        poses = generator.poses(subjects.repeat(frames), hidden.flatten(0, 1), clocks.flatten(0, 1))
        return poses.unflatten(0, (-1, frames)), hidden, context, clocks


def summed(losses: dict[str, Tensor]) -> tuple[Tensor, dict[str, float]]:
    """The sum of losses, and each by itself to report."""
    return torch.stack([*losses.values()]).sum(), {
        f"layers/{name}": value.item() for name, value in losses.items()
    }


def first_subjects(batch: Batch) -> Tensor:
    """For each clip the row of its first subject among all present subjects [B]."""
    assert batch.annotations is not None
    before = batch.annotations.present.flatten().long().cumsum(0) - 1
    return before[::SLOTS]


def pick(values_BTS: Tensor, rows: Tensor) -> Tensor:
    """[B, T, S, ...] -> the given rows of [B * S, T, ...]."""
    return values_BTS.transpose(1, 2).flatten(0, 1)[rows]


def spread(values_NT: Tensor, rows: Tensor, batch: int) -> Tensor:
    """The inverse of pick, absent subjects all zero (so invisible): [N, T, ...] -> [B, T, S, ...]."""
    empty = values_NT.new_zeros(batch * SLOTS, *values_NT.shape[1:])
    return empty.index_copy(0, rows, values_NT).unflatten(0, (batch, SLOTS)).transpose(1, 2)


def premultiply(sprites_NCHW: Tensor) -> Tensor:
    """Colour in [-1, 1] and alpha -> premultiplied colour in [0, 1] and alpha."""
    alpha = sprites_NCHW[:, 3:].clamp(0, 1)
    return torch.cat([(sprites_NCHW[:, :3] + 1) / 2 * alpha, alpha], dim=1)


def sprite_distance(made_NT: Tensor, true_NT: Tensor) -> Tensor:
    return overlay_distance(made_NT.flatten(0, 1), true_NT.flatten(0, 1))


def overlay_distance(made_NCHW: Tensor, true_NCHW: Tensor) -> Tensor:
    """Distance of pictures with alpha: both premultiplied, colour where the true one is, alpha by cross-entropy.

    The premultiplied pictures alone would not do: once one has become transparent, it gives no gradient.
    """
    alpha, true_alpha = made_NCHW[:, 3:], true_NCHW[:, 3:]
    colour = ((made_NCHW[:, :3] - true_NCHW[:, :3]).abs() * true_alpha).mean()
    shown = alpha.float() * (1 - 2e-6) + 1e-6
    outline = -(true_alpha * shown.log() + (1 - true_alpha) * (1 - shown).log()).mean()
    return picture_distance(premultiply(made_NCHW), premultiply(true_NCHW)) + 0.5 * colour + 0.25 * outline


def pose_distance(made_NTP: Tensor, true_NTP: Tensor) -> Tensor:
    """Weighted absolute difference; a pixel of place and the opacity count most, what is invisible hardly."""
    weights = made_NTP.new_ones(len(POSE_FIELDS))
    weights[[POSE["x_cos"], POSE["x_sin"]]] = 2.0
    weights[[POSE["y"], POSE["ground_y"]]] = 4.0
    weights[[POSE["log_scale"], POSE["roll_cos"], POSE["roll_sin"]]] = 2.0
    visible = 0.1 + true_NTP[..., POSE["opacity"], None]
    fields = torch.arange(len(POSE_FIELDS), device=visible.device)
    visible = torch.where(fields == POSE["opacity"], 1.0, visible)
    return ((made_NTP - true_NTP).abs() * weights * visible).mean()


def fact_distance(plan: ScenePlan, truth: Annotations) -> Tensor:
    """Tint, light, presence, clocks and weather velocity: what is decided once a shot."""
    present = truth.present.float()[..., None]
    colours = (plan.tint[..., :3] - truth.layers.tint[..., :3]).abs() * truth.layers.tint[..., 3:]
    amounts = (plan.tint[..., 3:] - truth.layers.tint[..., 3:]).abs()
    angle = 2 * math.pi * truth.start_phases
    start = torch.stack([torch.cos(angle), torch.sin(angle)], dim=-1).flatten(-2)
    rates = (torch.log(plan.rates) - torch.log(truth.rates.clamp(min=0.01))).abs()
    return (
        ((2 * colours + amounts) * present).mean()
        + (plan.light - truth.layers.light).abs().mean()
        + F.binary_cross_entropy_with_logits(plan.presence, truth.present.float())
        + 0.5 * ((plan.start - start).abs() * present).mean()
        + 0.5 * (rates * present).mean()
        + 0.5 * (plan.weather_velocity - truth.weather_velocity).abs().mean()
    )
