"""The judge's training: masks, data, and that it learns, stops and resumes."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from textreel import checkpoint
from textreel.corpora.scenes import pool
from textreel.corpora.scenes.corpus import ScenesCorpus
from textreel.corpora.scenes.spec import SceneSpec, SubjectSpec
from textreel.errors import CheckpointError, TrainingError, UsageError
from textreel.evaluation.glimpses import Glances
from textreel.evaluation.judge import (
    HEADS,
    JUDGED,
    NOT_APPLICABLE,
    Judge,
    JudgeShape,
    answers,
    mirrored_answers,
)
from textreel.nn.compositing import POSE
from textreel.training.judge import JudgeConfig, JudgeTrainer, judge, judge_from, judge_tiny, train_judge
from textreel.training.judge.clips import (
    GLANCE,
    LEAST_SEEN,
    LOOKS,
    blur_some,
    compose_clips,
    draw_scene,
    draw_spec,
    go_on,
    meet,
    shaken,
    spelt_out,
    stage_late,
    track_in_view,
)
from textreel.training.judge.losses import (
    focus_distance,
    glance_loss,
    head_losses,
    posture_loss,
    shares_right,
)
from textreel.training.judge.trainer import RATES, set_learning_rate
from textreel.training.trainer import StepReport

FEW = [("savanna", "day", "clear"), ("forest", "night", "clear")]


@pytest.fixture(autouse=True)
def few_places(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two places are painted once for all tests; every combination is shown as one of them."""
    monkeypatch.setenv("TEXTREEL_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setattr(pool, "combinations", lambda: FEW)

    def row(
        self: pool.PlacePool, setting: str, time: str, weather: str, generator: np.random.Generator
    ) -> int:
        return int(generator.integers(self.variations)) + (self.variations if time == "night" else 0)

    monkeypatch.setattr(pool.PlacePool, "row", row)


def right_answers(count: int, **known: list[int]) -> dict[str, Tensor]:
    none = [NOT_APPLICABLE] * count
    return {head: torch.tensor(known.get(head, none)) for head in HEADS}


def test_a_head_learns_only_from_clips_that_have_an_answer() -> None:
    logits = {head: torch.zeros(3, len(classes), requires_grad=True) for head, classes in HEADS.items()}
    losses = head_losses(logits, right_answers(3, direction=[1, NOT_APPLICABLE, 0]))
    assert losses["direction"].item() == pytest.approx(np.log(2))
    assert losses["time"].item() == 0.0
    torch.stack(list(losses.values())).sum().backward()
    gradient = logits["direction"].grad
    assert gradient is not None and gradient[1].abs().sum() == 0 and gradient[0].abs().sum() > 0


def test_accuracy_counts_clips_that_have_an_answer() -> None:
    logits = {head: torch.zeros(3, len(classes)) for head, classes in HEADS.items()}
    shares = shares_right([(logits, right_answers(3, direction=[0, 1, NOT_APPLICABLE]))])
    assert shares == {"direction": 0.5}


def test_the_lean_clips_are_the_corpus_clips() -> None:
    corpus = ScenesCorpus(variations=1, subjects=("lion", "cat"))
    spec = next(
        spec
        for spec in (corpus.spec(np.random.default_rng(seed), "train") for seed in range(100))
        if len(spec.subjects) == 1 and spec.weather in (None, "clear")
    )
    lean = compose_clips(corpus, [corpus.stage(spec, np.random.default_rng(5), JUDGED)], 32)
    whole = corpus.compose([spec], ("",), ("",), [np.random.default_rng(5)], JUDGED, 32)
    torch.testing.assert_close(lean.frames, whole.frames, rtol=0, atol=1e-4)
    assert lean.attributes == whole.attributes


def test_the_place_of_a_subject_follows_the_camera() -> None:
    pose = torch.zeros(1, 3, 1, len(POSE))
    pose[..., POSE["x_cos"]] = 1.0
    pose[..., POSE["y"]] = 0.75
    camera = torch.tensor([[[0.0, 0.625, 1.0, 0.0], [0.25, 0.625, 1.0, 0.0], [0.0, 0.625, 2.0, 0.0]]])
    expected = torch.tensor([[[0.5, 0.625], [0.25, 0.625], [0.5, 0.75]]])[:, :, None]
    track = track_in_view(pose, camera)
    torch.testing.assert_close(track.places, expected)
    torch.testing.assert_close(track.sizes, torch.tensor([[[0.0], [0.0], [math.log(2.0)]]]))


def test_looking_at_the_subject_costs_least() -> None:
    places = torch.tensor([[[[0.9375, 0.0625]]]])  # the cell in the upper right
    there, elsewhere = torch.zeros(1, 1, 1, 8, 8), torch.zeros(1, 1, 1, 8, 8)
    there[0, 0, 0, 0, 7] = 3.0
    elsewhere[0, 0, 0, 7, 0] = 3.0
    even = focus_distance(torch.zeros(1, 1, 1, 8, 8), places)
    assert focus_distance(there, places) < even < focus_distance(elsewhere, places)
    assert even.item() == pytest.approx(np.log(64), rel=1e-5)


def test_a_glimpse_that_tells_how_it_was_shaken_is_right(corpus: ScenesCorpus) -> None:
    generator = np.random.default_rng(0)
    clips = compose_clips(corpus, [draw_scene(corpus, generator, judge_tiny(), 0.0) for _ in range(4)], 32)
    looked = shaken(clips.track, generator)
    shift = (clips.track.places - looked.places) / looked.sizes.exp()[..., None]
    larger = clips.track.sizes - looked.sizes
    glances = Glances(answers={}, offsets=torch.cat([shift, larger[..., None]], -1), postures=clips.postures)
    assert posture_loss(glances, looked, clips).item() == pytest.approx(0, abs=1e-6)
    blind = replace(glances, offsets=torch.zeros_like(glances.offsets))
    assert posture_loss(blind, looked, clips) > 0.05


def test_of_two_who_pass_the_judge_takes_the_one_that_goes_right(corpus: ScenesCorpus) -> None:
    spec = SceneSpec(
        subjects=(SubjectSpec(name="lion"), SubjectSpec(name="cat", colour="red")),
        relation="pass",
        setting="savanna",
    )
    for seed in range(6):
        clips = compose_clips(corpus, [corpus.stage(spec, np.random.default_rng(seed), JUDGED)], 32)
        (shown,) = clips.attributes
        across = clips.track.places[0, :, :, 0]
        assert across[-1, 0] > across[0, 0] and across[-1, 1] < across[0, 1]
        assert {shown["subject"], shown["second_subject"]} == {"lion", "cat"}
        assert shown["colour" if shown["subject"] == "cat" else "second_colour"] == "red"


def test_close_pictures_show_some_subjects_rolled(corpus: ScenesCorpus) -> None:
    generator = np.random.default_rng(0)
    stays = SceneSpec(subjects=(SubjectSpec(name="lion"),), motion="stay", setting="savanna")
    clips = compose_clips(corpus, [corpus.stage(stays, generator, GLANCE)] * 40, 16, generator)
    rolled = (clips.postures[:, 0, 0, :2] - torch.tensor([1.0, 0.0])).norm(dim=-1) > 1e-3
    assert 0 < rolled.sum() < 20 and clips.track.sizes.shape == (40, 1, 1)


def test_close_pictures_are_of_the_subject_that_is_named_first(corpus: ScenesCorpus) -> None:
    subjects = (SubjectSpec(name="lion"), SubjectSpec(name="cat"))
    spec = SceneSpec(subjects=subjects, relation="meet", setting="savanna")
    generator = np.random.default_rng(0)
    clips = compose_clips(corpus, [corpus.stage(spec, generator, GLANCE)] * 8, 16, generator)
    assert {shown["subject"] for shown in clips.attributes} == {"lion"}


def test_scenes_are_of_all_splits_and_say_much() -> None:
    corpus = ScenesCorpus(variations=1, subjects=("lion", "cat"))
    config = replace(judge_tiny(), spelling_out=1.0)
    generator = np.random.default_rng(0)
    specs = [draw_spec(corpus, generator, config) for _ in range(40)]
    assert all(spec.camera and spec.subjects[0].colour and spec.subjects[0].size for spec in specs)


def test_late_scenes_show_their_subjects_on_their_way(corpus: ScenesCorpus) -> None:
    runs = SceneSpec(subjects=(SubjectSpec(name="lion"),), motion="run", camera="pan-left")
    generator = np.random.default_rng(0)
    late = [stage_late(corpus, runs, generator) for _ in range(8)]
    assert min(scene.start_seconds for scene in late) > 2 and len({scene.start_seconds for scene in late}) > 1
    assert all(scene.camera[0, 0] > scene.camera[-1, 0] for scene in late), "cameras move now, not long ago"
    assert (compose_clips(corpus, late, 32).visible[:, :, 0].sum(dim=1) >= LEAST_SEEN).all()


@pytest.mark.parametrize(("share", "shows"), [("going_share", go_on), ("meeting_share", meet)])
def test_such_a_share_of_scenes_is_late_and_many_of_these_show_who_goes_on_or_meets(
    corpus: ScenesCorpus, share: str, shows: Callable[[SceneSpec], bool]
) -> None:
    config = replace(judge_tiny(), **{"going_share": 0.0, "meeting_share": 0.0, share: 1.0})
    generator = np.random.default_rng(0)
    scenes = [draw_scene(corpus, generator, config, 0.5) for _ in range(16)]
    late = [scene for scene in scenes if scene.start_seconds > 0]
    assert 0 < len(late) < 16 and all(shows(scene.spec) for scene in late)
    assert not all(shows(scene.spec) for scene in scenes)


def test_of_both_subjects_more_is_said_than_a_caption_says(corpus: ScenesCorpus) -> None:
    pair = SceneSpec(subjects=(SubjectSpec(name="lion"), SubjectSpec(name="cat")), relation="meet")
    config = replace(judge_tiny(), spelling_out=1.0)
    said = spelt_out(pair, LOOKS, np.random.default_rng(0), config)
    assert all(subject.colour and subject.size for subject in said.subjects) and said.camera is None
    assert spelt_out(pair, LOOKS, np.random.default_rng(0), replace(config, spelling_out=0.0)) == pair


def test_late_some_cameras_go_along_with_those_who_go_on(corpus: ScenesCorpus) -> None:
    pair = SceneSpec(subjects=(SubjectSpec(name="lion"), SubjectSpec(name="cat")), relation="chase")
    generator = np.random.default_rng(0)
    clips = compose_clips(corpus, [stage_late(corpus, pair, generator) for _ in range(16)], 32)
    goes = torch.tensor(["camera" not in shown for shown in clips.attributes])
    assert 0 < goes.sum() < 16 and (answers(clips.attributes)["camera"] == NOT_APPLICABLE).equal(goes)
    assert (clips.drift[goes][..., 0].abs() > 0.03).all() and (clips.drift[~goes] == 0).all()
    middle = clips.track.places[goes][..., 0].mean(dim=2)
    torch.testing.assert_close(middle, torch.full_like(middle, 0.5), atol=0.02, rtol=0)
    said = replace(pair, camera="static")
    clips = compose_clips(corpus, [stage_late(corpus, said, generator) for _ in range(8)], 32)
    assert all(shown["camera"] == "static" for shown in clips.attributes)


def test_some_clips_are_blurred_and_the_others_left_alone() -> None:
    frames = torch.rand(16, 1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    changed = (blur_some(frames, np.random.default_rng(0), 0.5) != frames).flatten(1).any(dim=1)
    assert 0 < changed.sum() < 16


def test_a_run_ends_with_a_judge_and_its_accuracy(tmp_path: Path) -> None:
    reports: list[StepReport] = []
    train_judge(judge_tiny(), tmp_path / "run", report=reports.append)
    assert [report.step for report in reports] == [1, 2, 3, 4, 5]
    assert "held-out/subject" in reports[-1].numbers
    assert isinstance(Judge.load(tmp_path / "run" / "model"), Judge)
    assert "subject" in checkpoint.load(tmp_path / "run" / "model").metadata["accuracy"]


@pytest.mark.parametrize("stopped_after", [3, 5])
def test_a_resumed_run_equals_the_uninterrupted_one(tmp_path: Path, stopped_after: int) -> None:
    config = replace(judge_tiny(), steps=6, review_steps=2)
    train_judge(config, tmp_path / "whole")
    done: list[StepReport] = []
    train_judge(config, tmp_path / "parts", report=done.append, stop=lambda: len(done) == stopped_after)
    train_judge(config, tmp_path / "parts", resume=True)
    whole, parts = (checkpoint.load(tmp_path / name / "state").tensors for name in ("whole", "parts"))
    assert whole.keys() == parts.keys()
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_a_run_may_begin_with_another_judge(tmp_path: Path) -> None:
    train_judge(judge_tiny(), tmp_path / "first")
    other = judge_from(tmp_path / "first", judge_tiny())
    train_judge(judge_tiny(), tmp_path / "second", stop=lambda: True, begin_with=other)
    resumed = JudgeTrainer(judge_tiny(), tmp_path / "second")
    resumed.resume()
    weights = resumed.judge.state_dict()
    assert resumed.step == 0
    assert all(torch.equal(weights[name], value) for name, value in other.state_dict().items())


def test_a_judge_of_another_shape_is_refused(tmp_path: Path) -> None:
    train_judge(judge_tiny(), tmp_path, stop=lambda: True)
    with pytest.raises(CheckpointError):
        judge_from(tmp_path, judge())


def test_a_run_with_other_options_is_not_resumed(tmp_path: Path) -> None:
    train_judge(judge_tiny(), tmp_path, stop=lambda: True)
    with pytest.raises(TrainingError, match=r"learning_rate was .* and is 1\.0"):
        train_judge(replace(judge_tiny(), learning_rate=1.0), tmp_path, resume=True)


def test_options_are_checked() -> None:
    with pytest.raises(UsageError, match="steps"):
        JudgeConfig(steps=0)
    assert judge().shape == JudgeShape()


def test_the_judge_learns_eight_clips_by_heart(tmp_path: Path) -> None:
    shape = JudgeShape(
        side=32,
        channels=(32, 32, 32, 32),
        glimpse=32,
        glimpse_channels=(32, 32, 32, 32),
        queries=4,
        features=64,
    )
    trainer = JudgeTrainer(replace(judge_tiny(), shape=shape, batch=8, helped_share=1.0), tmp_path)
    optimiser = torch.optim.Adam(trainer.judge.parameters(), lr=3e-3)
    trainer.judge.train()
    for _ in range(80):
        optimiser.zero_grad()
        loss, numbers = trainer.watch(np.random.default_rng(0))
        loss.backward()
        optimiser.step()
    assert min(share for name, share in numbers.items() if name.startswith("right/")) == 1.0


def test_a_glimpse_that_missed_its_subject_teaches_nothing(corpus: ScenesCorpus) -> None:
    generator = np.random.default_rng(0)
    clips = compose_clips(corpus, [draw_scene(corpus, generator, judge_tiny(), 0.0) for _ in range(4)], 32)
    right = answers(clips.attributes)
    logits = torch.randn(
        *clips.track.sizes.shape, len(HEADS["colour"]), generator=torch.Generator().manual_seed(0)
    )
    glances = Glances(
        answers={"colour": logits}, offsets=torch.zeros(*clips.track.sizes.shape, 3), postures=clips.postures
    )
    assert glance_loss(glances, clips.track, right, clips) > 0
    missed = replace(clips.track, places=clips.track.places + 2 * clips.track.sizes.exp()[..., None])
    assert glance_loss(glances, missed, right, clips) == 0
    assert posture_loss(glances, missed, clips) == 0


def test_a_review_teaches_what_moves_and_leaves_the_eyes_alone(tmp_path: Path) -> None:
    config = replace(judge_tiny(), steps=1, glance_steps=0, course_steps=0, alone_steps=0)
    trainer = JudgeTrainer(config, tmp_path)
    before = {name: value.clone() for name, value in trainer.judge.state_dict().items()}
    numbers = trainer.advance()
    changed = {
        name.split(".")[0]
        for name, value in trainer.judge.state_dict().items()
        if not torch.equal(value, before[name])
    }
    assert changed == {"course", "heads"} and "course/motion" in numbers
    ways, drift, right = trainer.found
    assert len(ways) == len(drift) == len(right["motion"]) == 2 * config.review_clips


def test_answers_to_mirror_images_say_left_for_right() -> None:
    clip = {"motion": "walk", "direction": "left", "camera": "pan-right", "subject": "lion", "colour": "red"}
    clip |= {"size": "small", "setting": "savanna", "time": "day", "weather": "clear"}
    pair = {"second_subject": "cat", "second_colour": "blue", "second_size": "large"}
    right = answers([clip, clip | pair | {"motion": "pass"}, clip | pair | {"motion": "chase"}])
    mirrored = mirrored_answers(right)
    names = {head: [HEADS[head][at] if at >= 0 else "" for at in mirrored[head].tolist()] for head in HEADS}
    assert names["direction"] == ["right", "", "right"] and names["camera"] == ["pan-left"] * 3
    assert names["subject"] == ["lion", "cat", "lion"] and names["second_size"] == ["", "small", "large"]


def test_every_lesson_begins_with_a_gentle_rate_and_ends_with_the_final_one() -> None:
    config = judge()
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.Adam([parameter])
    rates = []
    for step in range(config.steps):
        set_learning_rate(optimiser, config, step)
        rates.append(optimiser.param_groups[0]["lr"])
    starts = config.lesson_starts
    assert starts == tuple(sorted(set(starts))) and len(starts) == len(RATES)
    for start, end in zip(starts, [*starts[1:], config.steps], strict=True):
        assert rates[start] < 0.02 * config.learning_rate
        assert rates[end - 1] == pytest.approx(config.final_learning_rate, rel=0.2)
    for lesson, (start, end) in enumerate(zip(starts, [*starts[1:], config.steps], strict=True)):
        highest = max(rates[start:end])
        assert highest == pytest.approx(RATES[lesson] * config.learning_rate, rel=0.1)
