"""Finding things in clips, and learning from clips what they look like and how they go."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import textreel
from textreel.corpora.digits.assets import load_digits
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.generator import TextEncoderConfig, ThingsGenerator, ThingsGeneratorConfig
from textreel.generator.things import STEP_UNIT
from textreel.language import WordVectors
from textreel.nn.gaussian import Gaussian
from textreel.training import trainer
from textreel.training.configuration import AdversarialConfig, TrainingConfig
from textreel.training.objectives.finding import (
    count,
    find,
    glow,
    likeness,
    look_at,
    placed,
    plain_ground,
)
from textreel.training.objectives.things import TRIES, ThingsObjective, off_the_middle
from textreel.training.recipes.digits import digits
from textreel.training.recipes.own import shapes
from textreel.training.run import start
from textreel.training.trainer import Trainer

SIDE, REACH = 32, 0.25


def cross() -> torch.Tensor:
    """A white cross with its outline as alpha [4, 8, 8]."""
    sprite = torch.ones(4, 8, 8)
    sprite[3] = 0
    sprite[3, 3:5], sprite[3, :, 3:5] = 1, 1
    return sprite


def box() -> torch.Tensor:
    """A white frame of a box [4, 8, 8]."""
    sprite = torch.ones(4, 8, 8)
    sprite[3, 2:6, 2:6] = 0
    return sprite


def clip(*things: tuple[torch.Tensor, list[tuple[int, int]]]) -> torch.Tensor:
    """A black clip [1, T, 3, 32, 32] of things with their upper left corners, column and row, in each frame."""
    frames = -torch.ones(1, len(things[0][1]), 3, SIDE, SIDE)
    for sprite, corners in things:
        for frame, (column, row) in enumerate(corners):
            under = frames[0, frame, :, row : row + 8, column : column + 8]
            under.copy_(torch.maximum(under, 2 * sprite[3:] - 1))
    return frames


def test_a_thing_is_found_by_its_picture_to_the_pixel() -> None:
    corners = [(0, 0), (3, 4), (7, 6)]
    frames = clip((cross(), corners))
    found = find(frames, plain_ground(frames), cross()[None], torch.ones(1, 1), REACH)
    middles = torch.tensor([[(column + 4) / SIDE - 0.5, (row + 4) / SIDE - 0.5] for column, row in corners])
    torch.testing.assert_close(found.places[0, 0], middles, atol=0.5 / SIDE, rtol=0)
    assert (found.likeness > 0.85).all()


def test_each_of_two_things_is_found_by_its_own_picture_and_of_twins_each_once() -> None:
    first, second = [(2, 3), (6, 3)], [(20, 20), (17, 22)]
    frames = clip((cross(), first), (box(), second))
    ground = plain_ground(frames)
    places = find(frames, ground, torch.stack([cross(), box()]), torch.ones(1, 2), REACH).places[0]
    swapped = find(frames, ground, torch.stack([box(), cross()]), torch.ones(1, 2), REACH).places[0]
    expected = [
        torch.tensor([[(c + 4) / SIDE - 0.5, (r + 4) / SIDE - 0.5] for c, r in each])
        for each in (first, second)
    ]
    for thing in range(2):
        torch.testing.assert_close(places[thing], expected[thing], atol=0.7 / SIDE, rtol=0)
        torch.testing.assert_close(swapped[1 - thing], expected[thing], atol=0.7 / SIDE, rtol=0)
    twins = clip((cross(), [(2, 3)]), (cross(), [(20, 20)]))
    pair = find(twins, ground, torch.stack([cross(), cross()]), torch.ones(1, 2), REACH).places[0]
    assert (pair[0] - pair[1]).norm() * SIDE > 15


def test_a_thing_is_followed_though_another_is_more_like_its_picture_for_a_frame() -> None:
    way = [(2, 2), (4, 4), (6, 6)]
    frames = clip((cross(), way))
    frames[0, 1] = clip((box(), way), (cross(), [(22, 22)] * 3))[0, 1]
    for shown, expected in ((frames, way[1]), (frames[:, 1:2], (22, 22))):
        places = find(shown, plain_ground(shown), cross()[None], torch.ones(1, 1), REACH).places[0, 0]
        middle = torch.tensor([(corner + 4) / SIDE - 0.5 for corner in expected])
        torch.testing.assert_close(places[shown.shape[1] // 2], middle, atol=3 / SIDE, rtol=0)


def test_what_stands_out_is_found_before_any_picture_shows_it_and_two_things_each_once() -> None:
    corners = [(2, 3), (5, 6)]
    others = [(20, 20), (16, 22)]
    for sign in (1, -1):
        frames = sign * clip((cross(), corners), (box(), others))
        ground = plain_ground(frames)
        shows_nothing = torch.zeros(2, 4, 8, 8)
        found = find(
            frames, ground, glow(shows_nothing, ground.expand(2, -1)), torch.ones(1, 2), REACH
        ).places[0]
        middles = [
            torch.tensor([[(c + 4) / SIDE - 0.5, (r + 4) / SIDE - 0.5] for c, r in each])
            for each in (corners, others)
        ]
        straight = (found[0] - middles[0]).norm(dim=-1) + (found[1] - middles[1]).norm(dim=-1)
        crossed = (found[0] - middles[1]).norm(dim=-1) + (found[1] - middles[0]).norm(dim=-1)
        assert SIDE * torch.minimum(straight, crossed).max() < 4  # two pixels each


def test_as_many_things_are_counted_as_stand_apart() -> None:
    one, two = [(2, 3), (5, 6)], [(20, 20), (16, 22)]
    for things in (((cross(), one),), ((cross(), one), (box(), two))):
        frames = clip(*things)
        present = count(frames, plain_ground(frames), 3, 1.5 * REACH)
        assert present.tolist() == [[float(thing < len(things)) for thing in range(3)]]


def test_an_empty_picture_is_like_nothing_and_has_a_gradient() -> None:
    template = cross()[3][None].requires_grad_()
    scores = likeness(torch.zeros(1, SIDE, SIDE), template)
    scores.sum().backward()
    assert template.grad is not None and torch.isfinite(template.grad).all()
    assert scores.abs().max() < 1e-3


def test_what_is_placed_somewhere_is_seen_when_one_looks_there() -> None:
    place = torch.tensor([[0.125, -0.25]])
    picture = placed(cross()[3][None], place, SIDE, SIDE)
    seen = look_at(2 * picture[:, None, None].expand(-1, 1, 3, -1, -1) - 1, place[:, None, None], REACH)
    shown = torch.nn.functional.interpolate(cross()[None, 3:], (32, 32), mode="bilinear")
    assert ((seen[0, 0, 0, 0] + 1) / 2 - shown[0, 0]).abs().mean() < 0.05


def test_what_a_picture_shows_is_to_lie_in_its_middle() -> None:
    aside, black = cross().roll(2, dims=-1), -torch.ones(1, 3)
    assert off_the_middle(cross()[None], black) < 1e-6 < off_the_middle(aside[None], black)
    painted_all_over = torch.ones(4, 8, 8)
    painted_all_over[:3] = 2 * aside[3] - 1
    assert off_the_middle(painted_all_over[None], black) > 0.01


def tiny(shards: Path) -> TrainingConfig:
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    generator = ThingsGeneratorConfig(
        fps=12, size=32, things=2, hidden=8, condition=32, sprite_channels=(16, 16, 16, 16), text=text
    )
    game = AdversarialConfig(judges=("frame", "motion"), start_step=1, ramp_steps=1, penalty_every=2)
    return replace(
        shapes(shards), generator=generator, adversarial=game, steps=4, batch=2, checkpoint_every=2
    )


def test_a_run_makes_films_and_is_resumed_bit_for_bit(shards: Path, tmp_path: Path) -> None:
    whole = start(tiny(shards), tmp_path / "whole")
    whole.run()
    parts = start(tiny(shards), tmp_path / "parts")
    parts.run(stop=lambda: parts.step == 2)
    resumed = start(tiny(shards), tmp_path / "parts", resume=True)
    resumed.run()
    for name, network in whole.networks.items():
        expected, got = network.state_dict(), resumed.networks[name].state_dict()
        assert all(torch.equal(expected[key], got[key]) for key in expected), name
    later = start(tiny(shards), tmp_path / "later", source=tmp_path / "whole")
    encoder, known = (run.networks["encoder"].state_dict() for run in (later, whole))
    assert all(torch.equal(encoder[key], known[key]) for key in known)
    film = textreel.load(tmp_path / "whole").generate("a square goes down", seconds=0.5)
    assert film.frames.shape[1:] == (32, 32, 3) and film.fps == 12


def annotated_trainer(
    folder: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch, **codes: object
) -> Trainer:
    """The recipe `digits`, of toy size and on the few packaged images."""
    config = digits()
    assert isinstance(config.generator, ThingsGeneratorConfig)
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    generator = replace(config.generator, text=text, hidden=8, condition=32, sprite_channels=(16, 16, 16, 16))
    config = replace(config, generator=generator, codes=replace(config.codes, **codes), batch=8)  # type: ignore[arg-type]
    monkeypatch.setattr(trainer, "CAPTIONS_READ", 100)
    return Trainer(config, DigitsCorpus(digits=(1, 2), images=load_digits(packaged=True)), vectors, folder)


def test_digits_are_where_they_are_annotated_and_found_there_without(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = annotated_trainer(tmp_path, vectors, monkeypatch)
    moment = taught.prepare(0)
    objective = taught.objective
    assert isinstance(objective, ThingsObjective) and objective.knows(moment.batch)
    annotations = moment.batch.annotations
    assert annotations is not None
    white = annotations.layers.sprites[:, 0].flatten(0, 1)
    frames, present = moment.batch.frames, objective.counted(moment.batch)
    assert torch.equal(present, annotations.present[:, :2].float())
    known = objective.whereabouts(0, moment.batch, white, present).places
    found = find(frames, plain_ground(frames), white, present, 28 / 64).places
    alone = ~annotations.present[:, 1]
    assert alone.any() and 64 * (known - found)[alone][:, 0].abs().max() < 1.5
    losses = objective.paint(moment).losses
    assert set(losses) == {
        "frames",
        "expected",
        "middle",
        "ways",
        "moved",
        "balanced",
        "content",
        "motion",
        "facts",
    }
    untaught = annotated_trainer(tmp_path, vectors, monkeypatch, annotations=False).objective
    assert isinstance(untaught, ThingsObjective) and not untaught.knows(moment.batch)
    torch.testing.assert_close(untaught.counted(moment.batch), present)


def test_clips_that_show_one_thing_come_first(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = annotated_trainer(tmp_path, vectors, monkeypatch, annotations=False, single_steps=1)
    objective, first, later = taught.objective, taught.prepare(0), taught.prepare(1)
    assert isinstance(objective, ThingsObjective)
    for moment in (first, later):
        moment.game = 0.0
    present = objective.counted(first.batch)
    single = (present.sum(dim=1) == 1).sum()
    assert 0 < single < len(first.batch)
    made = objective.paint(first)
    assert len(made.showing.frames) == single
    assert len(objective.compared(made, first.batch)[0]) == len(first.batch)
    assert len(objective.paint(later).showing.frames) == len(later.batch)
    first.game = 1.0  # the judges see what belongs to all the words
    assert len(objective.paint(first).showing.frames) == len(first.batch)


def test_at_the_end_pictures_are_learned_by_absolute_distance(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losses(step: int) -> dict[str, torch.Tensor]:
        taught = annotated_trainer(tmp_path, vectors, monkeypatch, sharp_steps=1, warmup_steps=1)
        last = taught.config.steps - 1
        moment = replace(taught.prepare(last), step=last + step, game=0.0)
        return taught.objective.paint(moment).losses

    before, at_the_end = losses(-1), losses(0)
    assert abs(at_the_end["frames"] - before["frames"]) > 0.05 * before["frames"]
    torch.testing.assert_close(at_the_end["expected"], before["expected"])


def test_beginning_elsewhere_counts_though_the_rest_of_the_way_is_the_same(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = annotated_trainer(tmp_path, vectors, monkeypatch)
    objective, generator = taught.objective, taught.generator
    assert isinstance(objective, ThingsObjective) and isinstance(generator, ThingsGenerator)
    reading = generator.understand(generator.encode(*taught.prepare(0).words))
    words, noise = reading.ways.flatten(0, 1), torch.zeros(16, generator.config.way)
    conditions, course = generator.set_out(words, noise)
    own, _ = generator.go(conditions, course, 5)
    monkeypatch.setattr(objective.encoder, "ways", lambda places, words: Gaussian(noise, noise - 20))
    there, there_too, aside = (
        objective.learn_ways(0, reading, places, torch.ones(16), (noise, noise.repeat(TRIES, 1, 1))).distance
        for places in (own, own.clone(), torch.cat([own[:, :1] + 0.1, own[:, 1:]], dim=1))
    )
    assert there == there_too < 1e-3 < 0.03 < aside


def test_what_sets_out_from_noise_is_to_move_as_much_as_what_was_found_and_as_often_either_way(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = annotated_trainer(tmp_path, vectors, monkeypatch)
    objective, generator = taught.objective, taught.generator
    assert isinstance(objective, ThingsObjective) and isinstance(generator, ThingsGenerator)
    reading = generator.understand(generator.encode(*taught.prepare(0).words))
    half = torch.randn(TRIES // 2, 16, generator.config.way, generator=torch.Generator().manual_seed(0))
    tries = torch.cat([half, -half])
    chance = torch.tensor([0.4, 0.4, 0.4, 0.0])
    monkeypatch.setattr(generator.beginning, "forward", lambda condition: chance.expand(len(condition), -1))
    monkeypatch.setattr(generator.said, "forward", lambda words: torch.zeros(len(words), 4))
    steps = STEP_UNIT * 0.4 * torch.tensor([1.0, 0.0])
    places = (steps * torch.arange(5.0)[:, None]).expand(16, -1, -1)
    across, other_way, downwards, elsewhere = (
        objective.learn_ways(0, reading, found, torch.ones(16), (tries[0], tries))
        for found in (places, -places, places.flip(2), places + 0.2)
    )
    torch.testing.assert_close(across.moved, other_way.moved)
    torch.testing.assert_close(across.moved, elsewhere.moved)
    assert across.moved < 0.5 * downwards.moved
    torch.testing.assert_close(across.balanced, other_way.balanced)
    assert across.balanced < elsewhere.balanced


def test_ways_are_learned_from_clips_of_one_thing_where_two_may_be_taken_for_each_other(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = annotated_trainer(tmp_path, vectors, monkeypatch)
    objective, batch = taught.objective, taught.prepare(0).batch
    assert isinstance(objective, ThingsObjective)
    present = torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert torch.equal(objective.share_of_ways(batch, present), (present / present.mean()).flatten())
    objective = annotated_trainer(tmp_path, vectors, monkeypatch, annotations=False).objective
    assert isinstance(objective, ThingsObjective)
    assert objective.share_of_ways(batch, present).tolist() == [4, 0, 0, 0, 4, 0, 0, 0]
    pairs = torch.ones(4, 2)
    assert torch.equal(objective.share_of_ways(batch, pairs), torch.ones(8))


def test_things_that_are_led_answer_what_comes_after_each_place(
    tmp_path: Path, vectors: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = annotated_trainer(tmp_path, vectors, monkeypatch).generator
    assert isinstance(generator, ThingsGenerator)
    size = generator.config
    conditions, course = generator.set_out(torch.zeros(2, size.text.features), torch.zeros(2, size.way))
    own, _ = generator.go(conditions, course, 5)
    same, _ = generator.go(conditions, course, 5, led=own)
    torch.testing.assert_close(same, own, atol=1e-5, rtol=0)
    moved, _ = generator.go(conditions, course, 5, led=own + 0.1)
    torch.testing.assert_close(moved[:, 0], own[:, 0])
    assert (moved[:, 1:] - own[:, 1:]).abs().max() > 0.05
