"""What the words of a shot say of its sound."""

import pytest

from textreel.storyboard.sounds import SOUND_VERBS, sound_directions


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("a lion roars on the savanna", ["roar"]),
        ("a dog is barking while a bell rings", ["bark", "ring"]),
        ("a crow flies over the city", []),
        ("a rooster crows at dawn", ["crow"]),
        ("a horse runs", []),
    ],
)
def test_verbs_of_sound_are_found(text: str, verbs: list[str]) -> None:
    found = sound_directions(text).verbs
    assert [each.base for each in found] == verbs and set(verbs) <= SOUND_VERBS
    assert all(text[each.words.start : each.words.end] == each.words.text for each in found)


def test_level_distance_echo_and_silence_are_found_with_their_words() -> None:
    loud, quiet = sound_directions("a dog barks loudly"), sound_directions("a quiet brook")
    assert loud.level_decibels > 0 > quiet.level_decibels
    assert loud.level_words is not None and loud.level_words.text == "loudly"
    far = sound_directions("a distant train in a canyon")
    assert far.distant is not None and far.distant.text == "distant"
    assert far.echo is not None and far.echo.text == "canyon"
    coming, going = sound_directions("an approaching siren"), sound_directions("a siren moves away")
    assert coming.coming is not None and coming.coming.text == "approaching" and coming.going is None
    assert going.going is not None and going.going.text == "away" and going.coming is None
    for text in ("a lion walks in silence", "a lion walks without a sound", "a silent lion"):
        assert sound_directions(text).silent is not None
    assert sound_directions("a lion walks") == sound_directions("a cat sits")
