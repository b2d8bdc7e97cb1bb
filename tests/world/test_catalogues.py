from typing import get_args

import pytest

from textreel.scene import LookKind, RelationName
from textreel.world import activities, circumstances, concepts, looks, relations, settings

VBENCH_SCENES = """alley amusement_park aquarium arch art_gallery bathroom bakery_shop ballroom bar barn basement beach
bedroom bridge botanical_garden cafeteria campsite campus carrousel castle cemetery classroom cliff crosswalk
construction_site corridor courtyard desert downtown driveway farm food_court football_field forest_road fountain
gas_station glacier golf_course indoor_gymnasium harbor highway hospital house iceberg industrial_area jail_cell
junkyard kitchen indoor_library lighthouse laboratory mansion marsh mountain indoor_movie_theater indoor_museum
music_studio nursery ocean office palace parking_lot pharmacy phone_booth raceway restaurant river science_museum
shower ski_slope sky skyscraper baseball_stadium staircase street supermarket indoor_swimming_pool tower outdoor_track
train_railway train_station_platform underwater_coral_reef valley volcano waterfall windmill"""


class TestActivities:
    def test_bodies_and_props_are_concepts(self) -> None:
        for name, activity in activities().items():
            assert {activity.body, activity.prop} - {None} <= concepts().keys(), name

    def test_a_prop_has_a_place_and_a_place_a_prop(self) -> None:
        for name, activity in activities().items():
            assert (activity.prop is None) == (activity.at is None), name

    def test_what_a_person_does_has_a_body(self) -> None:
        for name, activity in activities().items():
            assert activity.body or activity.who != "person", name

    def test_each_of_the_hundred_human_actions_has_an_entry_of_its_own(self) -> None:
        asked = [activity.vbench for activity in activities().values() if activity.vbench]
        assert len(asked) == len(set(asked)) == 100


class TestSettings:
    def test_there_are_sixty_indoors_and_out(self) -> None:
        assert len(settings()) >= 60
        assert 20 <= sum(setting.is_indoors for setting in settings().values()) <= len(settings()) - 20

    def test_props_are_concepts(self) -> None:
        for name, setting in settings().items():
            assert set(setting.props) <= concepts().keys(), name

    @pytest.mark.parametrize("scene", VBENCH_SCENES.split())
    def test_every_scene_of_vbench_is_a_setting_by_some_name(self, scene: str) -> None:
        name = scene.replace("_", " ")
        assert [setting for setting, entry in settings().items() if name in (setting, *entry.words)]

    def test_a_name_is_of_one_setting(self) -> None:
        names = [name for setting, entry in settings().items() for name in (setting, *entry.words)]
        assert len(names) == len(set(names))


class TestOthers:
    def test_looks_and_relations_are_those_of_the_scene(self) -> None:
        assert set(looks()) == set(get_args(LookKind))
        assert set(relations()) == set(get_args(RelationName))

    def test_colours_have_numbers(self) -> None:
        for name, value in looks()["colour"].items():
            assert name == "rainbow" or len(bytes.fromhex(value.rgb)) == 3, name

    def test_words_of_one_kind_of_look_are_of_one_value(self) -> None:
        for kind, values in (looks() | dict(circumstances())).items():
            words = [word for name, value in values.items() for word in (name, *value.words)]
            assert len(words) == len(set(words)), kind
