"""The judge: shapes, what applies to which clip, files."""

from pathlib import Path

import pytest
import torch

from textreel.corpora.scenes.attributes import MOTIONS, RELATIONS
from textreel.errors import EvaluationError
from textreel.evaluation.judge import HEADS, JUDGED, NOT_APPLICABLE, Judge, answers, exchanged
from textreel.training.judge import judge_tiny

TOY = judge_tiny().shape
CLIP = {
    "subject": "lion",
    "colour": "natural",
    "size": "medium",
    "setting": "savanna",
    "time": "sunset",
    "weather": "clear",
    "motion": "walk",
    "direction": "left",
    "camera": "static",
}


@pytest.fixture(scope="module")
def judge() -> Judge:
    torch.manual_seed(0)
    return Judge(TOY).eval()


def test_every_head_answers(judge: Judge) -> None:
    logits = judge(torch.zeros(2, 8, 3, 32, 32))
    assert {head: tuple(values.shape) for head, values in logits.items()} == {
        head: (2, len(classes)) for head, classes in HEADS.items()
    }


def test_the_judge_speaks_the_words_of_the_corpus(judge: Judge) -> None:
    (answer,) = judge.judge(torch.zeros(1, 8, 3, 32, 32))
    assert all(answer[head] in HEADS[head] for head in answer) and HEADS.keys() - answer.keys() <= {
        "second_subject",
        "second_colour",
        "second_size",
    }


def test_clips_are_judged_one_by_one(judge: Judge) -> None:
    clips = torch.randn(3, 8, 3, 32, 32, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)
    torch.testing.assert_close(judge.features(clips)[1:2], judge.features(clips[1:2]), rtol=1e-4, atol=1e-5)


def test_the_order_of_frames_matters(judge: Judge) -> None:
    clips = torch.randn(1, 8, 3, 32, 32, generator=torch.Generator().manual_seed(1)).clamp(-1, 1)
    assert not torch.allclose(judge.features(clips), judge.features(clips.flip(1)))


def test_the_judged_frames_span_two_seconds() -> None:
    assert JUDGED.shown[0] == 0 and JUDGED.shown[-1] == JUDGED.frames - 1 == 47


def test_another_shape_is_refused(judge: Judge) -> None:
    with pytest.raises(EvaluationError, match="32"):
        judge(torch.zeros(1, 8, 3, 64, 64))


def test_answers_are_the_indices_of_what_is_shown() -> None:
    right = answers([CLIP])
    assert all(HEADS[head][right[head].item()] == CLIP[head] for head in CLIP)
    assert right["second_subject"].item() == NOT_APPLICABLE
    pair = answers([CLIP | {"second_subject": "cat", "motion": "chase"}])
    assert HEADS["second_subject"][pair["second_subject"].item()] == "cat"


@pytest.mark.parametrize("motion", [*MOTIONS, *RELATIONS])
def test_only_what_travels_has_a_direction(motion: str) -> None:
    travels = motion in ("walk", "run", "stalk", "jump", "bounce", "chase", "follow")
    assert (answers([CLIP | {"motion": motion}])["direction"].item() != NOT_APPLICABLE) == travels


def test_space_has_no_time_of_day() -> None:
    assert answers([CLIP | {"setting": "space"}])["time"].tolist() == [NOT_APPLICABLE]


def test_a_saved_judge_judges_the_same(tmp_path: Path) -> None:
    torch.manual_seed(0)
    before = Judge(TOY).eval().half().float()
    before.save(tmp_path, {"steps": 0})
    after = Judge.load(tmp_path)
    clips = torch.randn(2, 8, 3, 32, 32, generator=torch.Generator().manual_seed(2)).clamp(-1, 1)
    torch.testing.assert_close(after.features(clips), before.features(clips))


def test_a_missing_judge_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="textreel train judge"):
        Judge.load(tmp_path)


def test_a_mirror_image_is_judged_as_the_clip_the_other_way_round(judge: Judge) -> None:
    clips = torch.randn(2, 8, 3, 32, 32, generator=torch.Generator().manual_seed(3)).clamp(-1, 1)
    there, back = judge(clips), judge(clips.flip(-1))
    torch.testing.assert_close(there["setting"], back["setting"])
    torch.testing.assert_close(there["direction"], back["direction"].flip(1))
    left, right = (HEADS["camera"].index(f"pan-{side}") for side in ("left", "right"))
    torch.testing.assert_close(there["camera"][:, left], back["camera"][:, right])


def test_in_a_mirror_the_other_of_a_symmetric_pair_is_the_first() -> None:
    logits = {head: torch.randn(2, len(classes)) for head, classes in HEADS.items()}
    swapped = exchanged(logits, torch.tensor([True, False]))
    assert torch.equal(swapped["subject"][0], logits["second_subject"][0])
    assert torch.equal(swapped["second_subject"][0], logits["subject"][0])
    assert torch.equal(swapped["subject"][1], logits["subject"][1])
    assert set(swapped) == {part + head for head in ("subject", "colour", "size") for part in ("", "second_")}
