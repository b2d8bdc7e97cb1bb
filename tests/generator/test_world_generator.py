"""The generator `world` keeps its promises whatever its weights are."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from textreel.generator import ShotWords, word_tensors
from textreel.generator.world.courses import Courses, CoursesConfig
from textreel.generator.world.generator import (
    WorldGenerator,
    WorldGeneratorConfig,
    WorldState,
    drawn,
    showable,
)
from textreel.generator.world.looks import Looks, LooksConfig
from textreel.generator.world.motions import Motions, MotionsConfig
from textreel.generator.world.places import PlaceGenerator, PlacesConfig
from textreel.generator.world.subjects import Subjects
from textreel.language import WordVectors
from textreel.nn.noise import Noise, draw_noise
from textreel.nn.picture_code import PictureCode, PictureCodeConfig
from textreel.scene import Look, Named, Place, Relation, Scene, Subject
from textreel.types import TextSpan
from textreel.world import concepts, settings
from textreel.world.casting import Role

SIZE = (32, 48)
DRAWINGS = tuple(art for name in ("cat", "dog", "car") for art in concepts()[name].art.values())
SAID = TextSpan(text="cat", start=2, end=5)


@pytest.fixture(scope="module")
def vectors() -> WordVectors:
    return WordVectors.load_default()


@pytest.fixture(scope="module")
def generator(vectors: WordVectors) -> WorldGenerator:
    torch.manual_seed(0)
    code = PictureCode(PictureCodeConfig(coarse=8, fine=8, encoder_blocks=(1, 1), decoder_blocks=(1, 1)))
    courses = Courses(CoursesConfig(drawings=DRAWINGS, ranks=(2,) * len(DRAWINGS), hidden=4))
    for parameter in courses.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    subjects = Subjects(code, courses, Looks(LooksConfig(features=8, blocks=1)))
    motions = MotionsConfig(motions=("walk",), kinds=("animal",), places=("beside",), width=24, layers=1)
    places = PlaceGenerator(PlacesConfig(places=("park", "kitchen")), code)
    for parameter in places.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    made = WorldGenerator(
        WorldGeneratorConfig(motions=motions),
        subjects=subjects,
        motions=Motions(motions),
        places=places,
        vectors=vectors,
    )
    made.for_inference(fast_bfloat16=False, layout=torch.contiguous_format)
    return made


@pytest.fixture
def noise() -> Noise:
    return draw_noise(1, torch.Generator().manual_seed(3))


def told(vectors: WordVectors, scene: Scene, text: str = "a cat beside a car in the park") -> ShotWords:
    words, mask = word_tensors([text], vectors)
    return ShotWords(vectors=words, mask=mask, spelled=tuple(text.split()), scene=scene, aspect=1.5)


CAT = Subject(concept="cat", words=SAID)
BOTH = Scene(
    subjects=(replace(CAT, relation=Relation(name="beside", to=1)), Subject(concept="car")),
    place=Place(name="park"),
)


def camera(frames: int) -> Tensor:
    return torch.tensor([0.0, 0.625, 1.0, 0.0]).expand(1, frames, 4)


def run(generator: WorldGenerator, state: WorldState, *pieces: int) -> tuple[Tensor, Tensor, WorldState]:
    frames, read = [], []
    for piece in pieces:
        painted, attention, state = generator.advance(state, camera(piece), SIZE)
        frames.append(painted)
        read.append(attention)
    return torch.cat(frames, 1), torch.cat(read, 1), state


def test_frames_are_of_the_size_and_go_on(
    generator: WorldGenerator, vectors: WordVectors, noise: Noise
) -> None:
    state = generator.start_shot(told(vectors, BOTH), noise)
    whole, read, after = run(generator, state, 5)
    assert whole.shape == (1, 5, 3, *SIZE) and read.shape == (1, 5, 8)
    assert whole.isfinite().all() and after.frame == 5
    pieces, read_again, _ = run(generator, state, 1, 3, 1)
    gap = (whole - pieces).abs()
    assert gap.max() < 0.02, "however the frames are asked for"
    assert torch.allclose(read, read_again, atol=1e-5)


def test_later_is_where_advance_comes_to(
    generator: WorldGenerator, vectors: WordVectors, noise: Noise
) -> None:
    state = generator.start_shot(told(vectors, BOTH), noise)
    _, _, after = run(generator, state, 3)
    skipped = generator.later(state, 3, SIZE)
    assert torch.allclose(run(generator, after, 2)[0], run(generator, skipped, 2)[0], atol=1e-4)


def test_a_scene_without_a_subject_is_a_place(
    generator: WorldGenerator, vectors: WordVectors, noise: Noise
) -> None:
    state = generator.start_shot(told(vectors, Scene(place=Place(name="kitchen"))), noise)
    frames, _, _ = run(generator, state, 2)
    assert state.roles == () and frames.isfinite().all()
    assert not generator.whereabouts(state, 3).any()


def test_a_subject_reads_its_own_words(generator: WorldGenerator, vectors: WordVectors, noise: Noise) -> None:
    state = generator.start_shot(told(vectors, Scene(subjects=(CAT,))), noise)
    _, read, _ = run(generator, state, 2)
    others = [at for at, word in enumerate(state.words.spelled) if word != "cat"]
    assert read[0, :, 1].min() > 0 and not read[0][:, others].any()


def test_what_stays_alike_is_kept(generator: WorldGenerator, vectors: WordVectors, noise: Noise) -> None:
    state = run(generator, generator.start_shot(told(vectors, BOTH), noise), 4)[2]
    white = replace(BOTH.subjects[0], looks=(Look(kind="colour", value="white"),))
    changed = generator.start_shot(
        told(vectors, replace(BOTH, subjects=(white, BOTH.subjects[1]))), noise, like=state
    )
    assert changed.canvas is state.canvas
    assert torch.equal(changed.phases[:, :2], state.phases[:, :2])
    now, before = (generator.whereabouts(each, 1) for each in (changed, state))
    assert torch.allclose(now, before, atol=0.05), "nobody jumps"
    night = generator.start_shot(told(vectors, replace(BOTH, time=Named(name="night"))), noise, like=state)
    assert night.canvas is not state.canvas


def test_a_morph_begins_with_its_first_shot(
    generator: WorldGenerator, vectors: WordVectors, noise: Noise
) -> None:
    dog = Scene(subjects=(Subject(concept="dog"),), place=Place(name="kitchen"))
    first, second = (generator.start_shot(told(vectors, scene), noise) for scene in (BOTH, dog))
    morph = generator.morph(first, second, 4)
    frames, one, two = morph.advance([0.0, 0.5], camera(2), SIZE)
    assert torch.allclose(frames[:, :1], run(generator, first, 1)[0], atol=0.02)
    assert frames.shape == (1, 2, 3, *SIZE) and one.shape == two.shape == (1, 2, 8)
    assert morph.first.frame == morph.second.frame == 2


def test_whom_words_name(generator: WorldGenerator, vectors: WordVectors, noise: Noise) -> None:
    state = generator.start_shot(told(vectors, BOTH), noise)
    named = told(vectors, Scene(subjects=(Subject(concept="car"),)))
    assert state.roles[generator.slot_of(state, named)].concept == "car"


def test_what_has_no_drawing_is_not_shown() -> None:
    left = showable(BOTH, frozenset(concepts()["cat"].art.values()))
    assert [subject.concept for subject in left.subjects] == ["cat"] and left.subjects[0].relation is None
    body = Role(concept="cat", art="none", subject=0, metres=1.0)
    hat = Role(concept="dog", art=DRAWINGS[0], subject=0, metres=1.0, of=0)
    alone = Role(concept="dog", art=DRAWINGS[0], subject=0, metres=1.0)
    assert drawn([body, hat, alone], frozenset(DRAWINGS)) == (alone,)


def test_what_finds_no_place_is_named(generator: WorldGenerator, vectors: WordVectors, noise: Noise) -> None:
    many = replace(CAT, count=9, looks=(Look(kind="mood", value="happy", words=SAID),))
    told_out = generator.left_out(generator.start_shot(told(vectors, Scene(subjects=(many,))), noise))
    assert any("9 are too many" in each.reason for each in told_out)
    assert any("happy" in each.reason for each in told_out)


def test_a_style_and_weather_indoors_are_named(
    generator: WorldGenerator, vectors: WordVectors, noise: Noise
) -> None:
    place = sorted(name for name, setting in settings().items() if setting.is_indoors)[0]
    scene = Scene(
        place=Place(name=place),
        weather=Named(name="rain", words=SAID),
        style=Named(name="watercolour", words=SAID),
    )
    reasons = [each.reason for each in generator.left_out(generator.start_shot(told(vectors, scene), noise))]
    assert any("watercolour" in reason for reason in reasons)
    assert any("rain" in reason for reason in reasons)
