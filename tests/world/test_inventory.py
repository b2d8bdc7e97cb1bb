import re
from typing import get_args

import pytest

from textreel.world.catalogues import looks
from textreel.world.inventory import Concept, Extent, Facing, Medium, concepts

COCO = """\
person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light, fire hydrant, stop sign,
parking meter, bench, bird, cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe, backpack, umbrella,
handbag, tie, suitcase, frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove,
skateboard, surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon, bowl, banana, apple,
sandwich, orange, broccoli, carrot, hot dog, pizza, donut, cake, chair, couch, potted plant, bed, dining
table, toilet, tv, laptop, remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book,
clock, vase, scissors, teddy bear, hair drier, toothbrush"""


def names_of(concept: Concept) -> set[str]:
    return {concept.name, *concept.other_names}


def test_every_concept_is_whole() -> None:
    for concept in concepts().values():
        assert concept.medium in get_args(Medium), concept.name
        assert concept.faces in get_args(Facing), concept.name
        assert concept.extent in get_args(Extent), concept.name
        assert 0.005 <= concept.height_metres <= 4000, concept.name
        assert all(
            re.fullmatch(r"fluent:[0-9a-f-]+|sweethome3d:[^#,=]+#[^#,=]+|own:[a-z ]+", art)
            for art in concept.art.values()
        ), concept.name
        assert not concept.art or "" in concept.art, concept.name
        assert not re.search(r"[A-Z,\t]", concept.name + "".join(concept.other_names)), concept.name


@pytest.mark.parametrize("name", [name.replace("\n", " ") for name in re.split(r",\s", COCO)])
def test_every_class_of_coco_has_a_concept(name: str) -> None:
    assert [concept.name for concept in concepts().values() if name in names_of(concept)]


def test_there_are_about_a_thousand_with_art() -> None:
    assert sum(bool(concept.art) for concept in concepts().values()) >= 950


def test_no_name_is_the_own_name_of_another_concept() -> None:
    for concept in concepts().values():
        assert not [other for other in concept.other_names if other in concepts()], concept.name


def test_no_two_concepts_share_their_usual_art() -> None:
    usual = [concept.art[""] for concept in concepts().values() if concept.art]
    assert len(usual) == len(set(usual))


def test_real_sizes_are_in_order() -> None:
    sizes = [
        concepts()[name].height_metres
        for name in ("ant", "mouse", "cat", "horse", "elephant", "whale", "house")
    ]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    "name", ["refrigerator", "oven", "bench", "vase", "fire hydrant", "dining table", "sink"]
)
def test_what_emoji_lack_comes_from_furniture(name: str) -> None:
    assert concepts()[name].art[""].startswith("sweethome3d:")


@pytest.mark.parametrize(
    ("name", "plural"),
    [("dog", "dogs"), ("mouse", "mice"), ("bus", "buses"), ("sheep", "sheep"), ("scissors", "scissors"),
     ("sheet of paper", "sheets of paper"), ("old woman", "old women"), ("skis", "skis"), ("cactus", "cactuses")],
)  # fmt: skip
def test_plurals_are_those_of_english(name: str, plural: str) -> None:
    assert concepts()[name].plural == plural


def test_variants_of_art_are_looks_that_a_scene_can_ask_for() -> None:
    values = {*looks()["gender"], *looks()["hair"], "", "close", "men", "women"}
    for concept in concepts().values():
        assert concept.art.keys() <= values, concept.name
