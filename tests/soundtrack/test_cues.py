"""What is to be heard of a shot, and what is silent."""

import pytest

from textreel.language import WordVectors
from textreel.soundtrack import CueSheet, Lexicon, Scenery, cue_sheet
from textreel.soundtrack.lexicon import OF_SUBJECTS


@pytest.fixture(scope="module")
def lexicon(vectors: WordVectors) -> Lexicon:
    return Lexicon(vectors)


def sheet(lexicon: Lexicon, text: str, subject: str, motion: str = "walk", **scene: str) -> CueSheet:
    scenery = Scenery(
        subjects=(subject,),
        motions=(motion,),
        **{"setting": "meadow", "time": "day", "weather": "clear", **scene},
    )
    return cue_sheet(text, scenery, lexicon)


def kinds(found: CueSheet, role: str) -> list[str]:
    return [cue.kind for cue in found.cues if cue.role == role]


class TestLexicon:
    @pytest.mark.parametrize(
        ("word", "kind"),
        [
            ("dog", "dog"),
            ("canine", "dog"),
            ("horses", "horse"),
            ("lioness", "lion"),
            ("toad", "frog"),
            ("suv", "engine"),
        ],
    )
    def test_neighbours_have_the_sound_of_their_noun(self, lexicon: Lexicon, word: str, kind: str) -> None:
        meaning = lexicon.kind_of(word)
        assert meaning is not None and meaning.kind == kind

    @pytest.mark.parametrize(
        "word",
        ["giraffe", "tiger", "leopard", "goat", "bear", "walrus", "zebra", "prey", "umbrella", "princess"],
    )
    def test_what_has_no_sound_is_silent(self, lexicon: Lexicon, word: str) -> None:
        meaning = lexicon.kind_of(word)
        assert meaning is None or meaning.kind is None


class TestSubjects:
    def test_a_voice_comes_with_the_words_for_it(self, lexicon: Lexicon) -> None:
        found = sheet(lexicon, "a puppy walks", "dog")
        (voice,) = [cue for cue in found.cues if cue.role == "voice"]
        assert (voice.kind, voice.slot, voice.asked) == ("dog", 0, False)
        assert voice.words is not None and voice.words.text == "puppy"

    def test_two_of_a_kind_without_a_sound_are_told_of_once(self, lexicon: Lexicon) -> None:
        scenery = Scenery(
            subjects=("zebra", "zebra"),
            motions=("walk", "walk"),
            setting="meadow",
            time="day",
            weather="clear",
        )
        found = cue_sheet("two zebras walk", scenery, lexicon)
        assert [silence.words.text for silence in found.silences] == ["zebras"]

    @pytest.mark.parametrize("text", ["it moves", "waves crash against the cliffs", "they frolic"])
    def test_nothing_is_told_of_what_nobody_asked_for(self, lexicon: Lexicon, text: str) -> None:
        assert not [one for one in sheet(lexicon, text, "tiger").silences if not one.words.text]

    def test_words_that_are_heard_are_known(self, lexicon: Lexicon) -> None:
        found = sheet(lexicon, "a dog barks loudly in a canyon", "dog")
        assert {"barks", "loudly", "canyon"} <= found.heard_words
        assert {"bell", "rings"} <= sheet(lexicon, "a bell rings", "").heard_words

    def test_a_verb_of_sound_makes_it_happen(self, lexicon: Lexicon) -> None:
        (voice,) = [cue for cue in sheet(lexicon, "a dog barks", "dog", "stay").cues if cue.role == "voice"]
        assert voice.asked and voice.words is not None and voice.words.text == "barks"

    def test_nobody_has_another_animals_voice(self, lexicon: Lexicon) -> None:
        found = sheet(lexicon, "a goat walks", "sheep")  # the picture shows a sheep for want of a goat
        assert kinds(found, "voice") == []
        assert [silence.words.text for silence in found.silences] == ["goat"]

    @pytest.mark.parametrize("subject", ["giraffe", "tiger", "rabbit"])
    def test_a_subject_without_a_sound_is_told(self, lexicon: Lexicon, subject: str) -> None:
        found = sheet(lexicon, f"a {subject} runs", subject, "run")
        assert subject not in OF_SUBJECTS and kinds(found, "voice") == []
        assert subject in found.silences[0].reason

    def test_engines_of_several_words_are_found(self, lexicon: Lexicon) -> None:
        found = sheet(lexicon, "a red fire engine races by", "fire engine", "run", setting="city")
        assert kinds(found, "voice") == ["siren"] and kinds(found, "thing") == []


class TestPlaces:
    @pytest.mark.parametrize(
        ("setting", "steps"),
        [("beach", "steps on sand"), ("snow", "steps on snow"), ("forest", "steps on leaves")],
    )
    def test_steps_are_those_of_the_ground(self, lexicon: Lexicon, setting: str, steps: str) -> None:
        assert kinds(sheet(lexicon, "a cat walks", "cat", setting=setting), "steps") == [steps]

    def test_hooves_are_heard_on_hard_ground_only(self, lexicon: Lexicon) -> None:
        assert kinds(sheet(lexicon, "a horse runs", "horse", "run", setting="city"), "steps") == ["hooves"]
        assert kinds(sheet(lexicon, "a horse runs", "horse", "run", setting="snow"), "steps") == [
            "steps on snow"
        ]

    @pytest.mark.parametrize("setting", ["sky", "space", "underwater", "sea"])
    def test_nobody_steps_where_there_is_no_ground(self, lexicon: Lexicon, setting: str) -> None:
        assert kinds(sheet(lexicon, "a cat walks", "cat", setting=setting), "steps") == []

    def test_every_setting_has_a_bed(self, lexicon: Lexicon) -> None:
        for setting in (
            "savanna",
            "beach",
            "forest",
            "desert",
            "snow",
            "mountains",
            "city",
            "sea",
            "underwater",
        ):
            assert kinds(sheet(lexicon, "a cat", "cat", setting=setting), "bed")
        for setting in ("meadow", "sky", "space"):
            assert kinds(sheet(lexicon, "a cat", "cat", setting=setting), "bed")

    def test_at_night_crickets_sing_instead_of_birds(self, lexicon: Lexicon) -> None:
        assert "night" in kinds(sheet(lexicon, "a cat", "cat", time="night"), "bed")
        assert "birdsong" not in kinds(sheet(lexicon, "a cat", "cat", time="night"), "bed")

    def test_rain_is_heard_for_as_long_as_it_rains(self, lexicon: Lexicon) -> None:
        assert kinds(sheet(lexicon, "a cat in the rain", "cat", weather="rain"), "weather") == ["rain"]
        assert kinds(sheet(lexicon, "a cat in wet weather", "cat", weather="rain"), "weather") == ["rain"]


def test_a_ball_bounces_and_is_heard(lexicon: Lexicon) -> None:
    assert kinds(sheet(lexicon, "a red ball bounces", "ball", "bounce", setting="beach"), "impacts") == [
        "ball"
    ]


def test_things_beside_the_subject_are_heard(lexicon: Lexicon) -> None:
    found = sheet(lexicon, "a cat sits while thunder rolls and a bell rings", "cat", "stay")
    assert set(kinds(found, "thing")) == {"thunder", "bell"}


def test_in_silence_there_is_nothing(lexicon: Lexicon) -> None:
    assert sheet(lexicon, "a dog barks in silence", "dog").cues == ()
