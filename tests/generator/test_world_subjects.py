"""Subjects: loops, looks, attention and a cast; what noise decides where words are silent."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from textreel.errors import UsageError
from textreel.generator.world.courses import Courses, CoursesConfig, places_of, principal_loop, weights_at
from textreel.generator.world.looks import Looks, LooksConfig
from textreel.generator.world.phrases import look_vectors
from textreel.generator.world.subjects import Subjects, SubjectState, load_subjects
from textreel.language.vectors import WordVectors
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.scene import Look
from textreel.world import concepts

TINY = CoursesConfig(
    drawings=("still", "walks", "turns"),
    ranks=(0, 2, 3),
    side=4,
    phases=6,
    word=4,
    noise=5,
    hidden=8,
    context=2,
)
MOMENTS = 5


@pytest.fixture
def subjects() -> Subjects:
    torch.manual_seed(0)
    code = PictureCode(PictureCodeConfig(coarse=8, fine=8, encoder_blocks=(1, 1), decoder_blocks=(1, 1)))
    subjects = Subjects(code, Courses(TINY), Looks(LooksConfig(word=4, features=8, blocks=1)))
    for parameter in subjects.parameters():  # nothing is at its beginning, so that everything has a say
        torch.nn.init.normal_(parameter, std=0.2)
    return subjects.eval().requires_grad_(False)


def begin(
    subjects: Subjects, art: tuple[str, ...], *, amounts: float = 0.0, **options: object
) -> SubjectState:
    count = len(art)
    generator = torch.Generator().manual_seed(1)
    drawn = {
        "words_NLD": torch.randn(count, 3, 4, generator=generator),
        "mask_NL": torch.tensor([[True, True, False]] * count),
        "looks_NM2D": torch.randn(count, 2, 2, 4, generator=generator),
        "amounts_NM": torch.full((count, 2), amounts),
        "noise_NZ": torch.randn(count, 5, generator=generator),
    }
    return subjects.begin(art, **(drawn | options))  # type: ignore[arg-type]


def clocks(count: int) -> torch.Tensor:
    moments = torch.arange(MOMENTS) / MOMENTS
    return torch.stack([moments, moments], dim=-1).expand(count, MOMENTS, 2)


def test_shapes_are_those_that_are_promised(subjects: Subjects) -> None:
    codes, attention, state = subjects.advance(begin(subjects, ("walks", "still"), amounts=1.0), clocks(2))
    assert codes.shape == (2, MOMENTS, 8, 4, 4) and attention.shape == (2, MOMENTS, 3)
    assert state.course.memory.hidden.shape == (2, 8, 4, 4)
    sprites = subjects.decode(codes)
    assert sprites.shape == (2, MOMENTS, 4, 32, 32) and sprites.min() >= 0 and sprites.max() <= 1
    assert torch.allclose(attention.sum(dim=-1), torch.ones(2, MOMENTS))
    assert (attention[..., 2] == 0).all()


def test_a_film_in_parts_is_the_film_at_once(subjects: Subjects) -> None:
    whole, _, _ = subjects.advance(begin(subjects, ("walks", "turns")), clocks(2))
    state, parts = begin(subjects, ("walks", "turns")), []
    for part in clocks(2).split(2, dim=1):
        codes, _, state = subjects.advance(state, part)
        parts.append(codes)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)


@pytest.mark.parametrize("name", ["words_NLD", "noise_NZ"])
def test_words_and_noise_change_what_is_seen(subjects: Subjects, name: str) -> None:
    torch.manual_seed(3)
    state = begin(subjects, ("walks",))
    other = begin(subjects, ("walks",), **{name: torch.randn(1, *((3, 4) if name == "words_NLD" else (5,)))})
    one, two = (subjects.advance(each, clocks(1))[0] for each in (state, other))
    assert not torch.allclose(one, two, atol=1e-4)


def test_no_two_phases_are_mixed(subjects: Subjects) -> None:
    state, shown = begin(subjects, ("walks",)).course, torch.tensor([[[0.5 / 6, 0.0]]])
    quiet = subjects.courses
    for parameter in (*quiet.cell.parameters(), *quiet.walk.parameters()):
        parameter.zero_()
    one, almost, other = (quiet(state, shown + shift / 6)[0] for shift in (0.0, 0.45, 0.55))
    assert torch.equal(one, almost) and not torch.allclose(one, other, atol=1e-3)


def test_a_subject_is_the_same_beside_others(subjects: Subjects) -> None:
    alone = begin(subjects, ("walks",))
    both = begin(subjects, ("walks", "still"))
    alike = begin(
        subjects,
        ("walks", "still"),
        words_NLD=torch.cat([torch.randn(1, 3, 4, generator=torch.Generator().manual_seed(1))] * 2),
        noise_NZ=torch.zeros(2, 5),
    )
    assert both.course.loops.maps[0].equal(alone.course.loops.maps[0])
    codes, _, _ = subjects.advance(alike, clocks(2))
    again, _, _ = subjects.advance(
        begin(subjects, ("walks",), words_NLD=alike_words(), noise_NZ=torch.zeros(1, 5)), clocks(1)
    )
    assert torch.allclose(codes[:1], again, atol=1e-5)


def alike_words() -> torch.Tensor:
    return torch.randn(1, 3, 4, generator=torch.Generator().manual_seed(1))


def test_looks_change_what_has_them_and_nothing_else(subjects: Subjects) -> None:
    plain, _, _ = subjects.advance(begin(subjects, ("walks", "turns")), clocks(2))
    amounts = torch.tensor([[0.0, 1.0], [0.0, 0.0]])
    looked, _, _ = subjects.advance(begin(subjects, ("walks", "turns"), amounts_NM=amounts), clocks(2))
    assert torch.equal(plain[1], looked[1]) and not torch.allclose(plain[0], looked[0], atol=1e-3)


def test_an_unknown_drawing_is_refused(subjects: Subjects) -> None:
    with pytest.raises(UsageError, match="'wobble'"):
        begin(subjects, ("still", "wobble"))


def test_a_cast_takes_the_place_of_a_drawing(subjects: Subjects) -> None:
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 255, (32, 32, 4), np.uint8))
    codes = subjects.encode_pictures([picture])
    state = begin(subjects, ("hero", "still"), cast={0: codes})
    assert torch.equal(state.course.loops.maps[0], codes[0]) and not state.course.loops.modes[0].any()
    with pytest.raises(ValueError, match="32 x 32, got 8 x 8"):
        subjects.encode_pictures([picture.resize((8, 8))])


def test_principal_modes_give_back_the_loop() -> None:
    codes = torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(0))
    mean, modes, weights = principal_loop(codes, 5, 4)
    again = mean + torch.einsum("kp,kchw->pchw", weights, modes)
    assert torch.allclose(again, codes, atol=1e-5)
    assert not modes[3:].any()


def test_weights_go_round() -> None:
    weights = torch.tensor([[[0.0, 1.0, 2.0, 3.0]]])
    phases = torch.tensor([[0.125, 0.25, 0.875, 1.0, 1.125]])
    assert weights_at(weights, phases)[0, :, 0].tolist() == pytest.approx([0, 0.5, 3, 1.5, 0])


def test_words_that_are_alike_are_told_apart() -> None:
    vectors = torch.tensor([5.0, 3.0, 0.0, 0.0]) + 0.1 * torch.eye(4)
    looks = Looks(LooksConfig(word=4, features=8, blocks=1))
    looks.spread_words(vectors)
    apart = (vectors - looks.middle) @ looks.spread
    assert torch.cosine_similarity(vectors[:1], vectors[1:]).min() > 0.99
    assert torch.cosine_similarity(apart[:1], apart[1:]).max() < 0.1


def test_the_modes_of_all_drawings_lie_in_one_table() -> None:
    assert places_of((0, 2, 1)).tolist() == [[-1, -1], [0, 1], [2, -1]]


def test_a_look_is_read_by_the_words_of_its_value_and_part() -> None:
    vectors = WordVectors(["dark", "red", "dress"], np.eye(3))
    look = Look(kind="colour", value="dark red", of="dress")
    value, part = look_vectors(look, vectors)
    assert value.tolist() == [0.5, 0.5, 0.0] and part.tolist() == [0.0, 0.0, 1.0]
    assert not look_vectors(replace(look, of=None), vectors)[1].any()


def test_the_shipped_subjects_show_the_inventory() -> None:
    subjects = load_subjects()
    wanted = {art for concept in concepts().values() for art in concept.art.values()}
    assert wanted == set(subjects.drawings)
