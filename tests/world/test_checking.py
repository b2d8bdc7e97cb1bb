import pytest

from textreel.errors import CheckpointError, UsageError
from textreel.scene import Look, Named, Place, Scene, Subject
from textreel.types import TextSpan
from textreel.world import ModelKnowledge, check_names

SCENE = Scene(
    subjects=(
        Subject(
            concept="cat",
            words=TextSpan(text="a cat", start=0, end=5),
            looks=(Look(kind="colour", value="red"),),
            action=Named(name="sleep"),
        ),
    ),
    place=Place(name="beach"),
    time=Named(name="night"),
)


class TestNames:
    def test_a_scene_of_the_inventory_passes(self) -> None:
        check_names(SCENE)

    @pytest.mark.parametrize(
        ("scene", "said"),
        [
            (Scene(subjects=(Subject(concept="dgo"),)), r"subjects\[0\].concept: 'dgo' is no concept .*dog"),
            (Scene(subjects=(Subject(concept="cat", action=Named(name="slep")),)), r"action.name: .*sleep"),
            (
                Scene(subjects=(Subject(concept="cat", looks=(Look(kind="colour", value="redd"),)),)),
                r"looks\[0\].value",
            ),
            (Scene(place=Place(name="beech")), "place.name: 'beech' is no setting .*beach"),
            (Scene(weather=Named(name="frogs")), "weather.name: 'frogs' is no weather"),
        ],
    )
    def test_a_foreign_name_is_one_sentence_with_its_place(self, scene: Scene, said: str) -> None:
        with pytest.raises(UsageError, match=said):
            check_names(scene)


class TestKnowledge:
    def test_what_a_model_lacks_is_said_apart(self) -> None:
        record = {"concepts": ["cat"], "settings": [], "activities": ["walk"]}
        lacking = ModelKnowledge.from_metadata({"world": record}).lacks(SCENE)
        assert [each.reason.split(",")[0] for each in lacking] == [
            "understood as sleep",
            "understood as beach",
        ]

    def test_the_words_of_what_it_lacks_are_kept(self) -> None:
        record: dict[str, list[str]] = {"concepts": [], "settings": ["beach"], "activities": ["sleep"]}
        (lacking,) = ModelKnowledge.from_metadata({"world": record}).lacks(SCENE)
        assert lacking.words == SCENE.subjects[0].words

    @pytest.mark.parametrize("metadata", [{}, {"world": {"concepts": ["cat"]}}, {"world": "everything"}])
    def test_a_model_without_a_record_is_refused(self, metadata: dict[str, object]) -> None:
        with pytest.raises(CheckpointError, match="world"):
            ModelKnowledge.from_metadata(metadata)
