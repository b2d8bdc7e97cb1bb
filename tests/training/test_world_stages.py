"""The stages of courses and looks: they begin well, they learn, and a resumed run equals the uninterrupted one."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel import checkpoint
from textreel.corpora.world.sprites import SIZE, Drawing, Pixels, build_table
from textreel.errors import AssetError
from textreel.generator.world.looks import LooksConfig
from textreel.language.vectors import WordVectors
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.training.stages import Stage, run_stage
from textreel.training.stages.courses import CoursesStage, CoursesStageConfig, KnownDrawings, first_courses
from textreel.training.stages.looks import LooksStage, LooksStageConfig

COURSES = CoursesStageConfig(
    steps=4, batch=2, moments=2, painted=2, warm=1, review_every=2, warmup_steps=1, modes=6, most_modes=4
)
SHARP = replace(COURSES, adversarial_weight=0.1, penalty_every=2)
LOOKS = LooksStageConfig(
    steps=4,
    batch=3,
    painted=2,
    review_every=2,
    warmup_steps=1,
    unseen=1,
    looks=LooksConfig(features=8, blocks=1),
)


@dataclass(frozen=True, kw_only=True)
class Square(Drawing):
    """A square that goes right, or stands still."""

    colour: tuple[int, int, int]
    phases: int = 1

    def draw(self) -> tuple[Pixels, float]:
        pixels = np.zeros((self.phases, SIZE, SIZE, 4), np.uint8)
        for phase in range(self.phases):
            pixels[phase, 40:100, 8 * phase : 8 * phase + 50] = (*self.colour, 255)
        return pixels, float(self.phases > 1)


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> KnownDrawings:
    """A car, a dog that moves, a walker in two tones and something that is not in the inventory."""
    walker = {"label": "walker", "group": "people", "subject": True, "phases": 8, "base": "fluent:1f6b6"}
    wanted = [
        Square(id="fluent:1f697", label="car", group="travel", subject=True, colour=(220, 40, 40)),
        Square(
            id="fluent:1f415", label="dog", group="animals", subject=True, colour=(200, 150, 80), phases=8
        ),
        Square(id="fluent:1f6b6", colour=(255, 200, 60), **walker),
        Square(id="fluent:1f6b6-1f3ff", colour=(90, 60, 50), tone=5, **walker),
        Square(id="fluent:ffff", label="nothing", group="other", subject=False, colour=(0, 0, 0)),
    ]
    return KnownDrawings([build_table(tmp_path_factory.mktemp("world") / "sprites.npy", wanted)])


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return WordVectors.load_default()


@pytest.fixture(scope="module")
def code() -> PictureCode:
    torch.manual_seed(0)
    tiny = PictureCodeConfig(coarse=8, fine=8, encoder_blocks=(1, 1), decoder_blocks=(1, 1))
    code = PictureCode(tiny)
    torch.nn.init.normal_(code.encoder[-1].weight)  # so that codes of different pictures differ
    return code.eval().requires_grad_(False)


@pytest.fixture(params=["courses", "sharp", "looks"])
def make(
    request: pytest.FixtureRequest, drawings: KnownDrawings, code: PictureCode, vectors: WordVectors
) -> Callable[[], Stage]:
    if request.param == "looks":
        return lambda: LooksStage(LOOKS, drawings, code, vectors)
    return lambda: CoursesStage(COURSES if request.param == "courses" else SHARP, drawings, code, vectors)


def test_only_the_inventory_is_known(drawings: KnownDrawings) -> None:
    assert {concept.name for concept in drawings.concepts} == {"car", "dog", "walker"}
    with pytest.raises(AssetError, match="none of the inventory"):
        KnownDrawings([])


def test_a_resumed_run_equals_the_uninterrupted_one(make: Callable[[], Stage], tmp_path: Path) -> None:
    assert run_stage(make(), tmp_path / "whole") == 4
    asked = itertools.chain([False, False], itertools.repeat(True))
    assert run_stage(make(), tmp_path / "parts", stop=lambda: next(asked)) == 2
    assert run_stage(make(), tmp_path / "parts", resume=True) == 4
    whole, parts = (checkpoint.load(tmp_path / name / "state").weights_hash for name in ("whole", "parts"))
    assert whole == parts
    assert (tmp_path / "whole" / "sheets" / "000004.png").is_file()


def test_courses_begin_with_what_the_loops_are(drawings: KnownDrawings, code: PictureCode) -> None:
    codes = drawings.encoded(code)
    courses = first_courses(codes, drawings.names, replace(COURSES, modes=14, most_modes=7))
    assert courses.config.ranks == tuple(7 if len(loop) > 1 else 0 for loop in codes)
    row = drawings.names.index("fluent:1f415")
    loops = courses.loops(torch.tensor([row]))
    again = loops.maps[0] + torch.einsum("kp,kchw->pchw", loops.weights[0], loops.modes[0])
    # the weights of 24 phases, every third of which is the middle of one of the drawing's
    assert torch.allclose(again[1::3], codes[row].float(), atol=1e-2)


@pytest.mark.parametrize("name", ["courses", "looks"])
def test_the_same_step_again_is_done_better(
    name: str, drawings: KnownDrawings, code: PictureCode, vectors: WordVectors
) -> None:
    options = {"steps": 100, "learning_rate": 1e-2}
    stage: Stage
    if name == "courses":
        few = replace(COURSES, modes=2, most_modes=1, code_weight=1.0, pixel_weight=0.0, **options)
        stage = CoursesStage(few, drawings, code, vectors)
    else:
        stage = LooksStage(replace(LOOKS, code_weight=10.0, **options), drawings, code, vectors)
    codes = [stage.train_step(7)["code"] for _ in range(15)]
    assert min(codes[5:]) < 0.9 * codes[0]


def test_skin_is_learned_from_tones(drawings: KnownDrawings, code: PictureCode, vectors: WordVectors) -> None:
    pairs = LooksStage(LOOKS, drawings, code, vectors).pairs
    row = drawings.names.index("fluent:1f6b6")
    assert pairs.is_person(row) and not pairs.is_person(drawings.names.index("fluent:1f697"))
    drawn = [pairs.pair(row, np.random.default_rng(seed)) for seed in range(40)]
    said = [pair for pair in drawn if pair.value.endswith(" skin")]
    assert said and all((pair.before != pair.after).any() for pair in said)
