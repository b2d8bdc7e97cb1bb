"""A scene's words: what is allowed, what is filled in, and its plain form."""

import json

import numpy as np
import pytest

from textreel.corpora.scenes.attributes import CLASSES
from textreel.corpora.scenes.spec import Mention, SceneSpec, SpecError, SubjectSpec
from textreel.corpora.scenes.splits import sample_spec
from textreel.corpora.scenes.subjects import BY_NAME

LION = (SubjectSpec(name="lion"),)
LION_AND_ZEBRA = (SubjectSpec(name="lion"), SubjectSpec(name="zebra", colour="red"))


def test_what_is_not_said_is_filled_in() -> None:
    scene = SceneSpec(subjects=LION).resolved((-0.3, 1.0))
    assert (scene.setting, scene.time, scene.weather, scene.motion) == ("savanna", "day", "clear", "stay")
    assert (scene.direction, scene.speed, scene.camera, scene.relation) == ("left", "normal", "static", None)
    assert (scene.subjects[0].colour, scene.subjects[0].size) == ("natural", "medium")
    assert SceneSpec(subjects=LION).resolved((0.3,)).direction == "right"


def test_every_value_of_a_resolved_scene_is_a_class() -> None:
    generator = np.random.default_rng(0)
    for _ in range(300):
        scene = sample_spec(generator).resolved(generator.standard_normal(4))
        for attribute in ("motion", "direction", "speed", "setting", "time", "weather", "camera"):
            assert getattr(scene, attribute) in CLASSES[attribute]
        assert all(s.colour in CLASSES["colour"] and s.size in CLASSES["size"] for s in scene.subjects)


@pytest.mark.parametrize(
    "said",
    [
        {"setting": "moon base"},
        {"weather": "rain", "setting": "space"},
        {"weather": "fog", "setting": "desert"},
        {"time": "night", "setting": "space"},
        {"motion": "stay", "direction": "left"},
        {"motion": "stay", "speed": "fast"},
        {"direction": "left"},
        {"relation": "chase"},
        {"subjects": LION_AND_ZEBRA},
        {"subjects": LION_AND_ZEBRA, "relation": "meet", "direction": "left"},
        {"subjects": LION_AND_ZEBRA, "relation": "meet", "motion": "run"},
        {"subjects": ()},
    ],
)
def test_what_cannot_be_shown_is_refused(said: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        SceneSpec(**{"subjects": LION, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [{"name": "wardrobe"}, {"name": "lion", "colour": "grey"}])
def test_an_unknown_subject_or_look_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(SpecError):
        SubjectSpec(**said)


def test_the_home_decides_the_weather_where_no_setting_is_said() -> None:
    home = next(name for name, subject in BY_NAME.items() if subject.home == "space")
    with pytest.raises(SpecError):
        SceneSpec(subjects=(SubjectSpec(name=home),), weather="snow")


def test_the_plain_form_comes_back() -> None:
    generator = np.random.default_rng(1)
    for _ in range(100):
        spec = sample_spec(generator)
        assert SceneSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@pytest.mark.parametrize(
    "document", [{}, {"subjects": [{"name": "lion"}], "mood": "sad"}, {"subjects": [{"age": 3}]}]
)
def test_a_foreign_plain_form_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        SceneSpec.from_dict(document)


def test_mentions_are_what_is_said() -> None:
    spec = SceneSpec(subjects=LION_AND_ZEBRA, relation="chase", time="night")
    assert [(m.attribute, m.value, m.slot) for m in spec.mentions()] == [
        ("subject", "lion", 0),
        ("subject", "zebra", 1),
        ("colour", "red", 1),
        ("relation", "chase", 0),
        ("time", "night", 0),
    ]
    changed = spec.saying(Mention(attribute="colour", value="blue", slot=1))
    assert changed.subjects[1].colour == "blue" and changed.subjects[0] == spec.subjects[0]
