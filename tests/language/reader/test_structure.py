import pytest

from textreel.language.reader import read_prompt
from textreel.language.reader.structure import language_of, shots_of


def texts(prompt: str) -> list[str]:
    return [" ".join(shot.text.split()) for shot in shots_of(prompt)]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a fox runs", ["a fox runs"]),
        ("A lion runs\nA zebra walks", ["A lion runs", "A zebra walks"]),
        ("1) A lion runs\n2) A zebra walks", ["A lion runs", "A zebra walks"]),
        ("- a fox runs\n- a cat sleeps", ["a fox runs", "a cat sleeps"]),
        ("a lion runs | a zebra walks", ["a lion runs", "a zebra walks"]),
        ("Shot 1: A lion runs. Shot 2: A zebra walks.", ["A lion runs.", "A zebra walks."]),
        ("SCENE 1 - a castle\nSCENE 2 - a dragon lands", ["a castle", "a dragon lands"]),
        ("[00:00-00:02] A dog walks.\n[00:02-00:04] It jumps.", ["A dog walks.", "It jumps."]),
        ("A dog runs --ar 16:9 --seed 4", ["A dog runs"]),
        ("Two shots. 0-2s: A dog runs. 2-4s: It jumps.", ["Two shots. A dog runs.", "It jumps."]),
        ("a (red:1.4) fox in the [snow]", ["a red fox in the snow"]),
    ],
)
def test_the_form_of_a_prompt_is_taken_away(prompt: str, expected: list[str]) -> None:
    assert texts(prompt) == expected


@pytest.mark.parametrize(
    ("prompt", "seconds"),
    [
        ("Shot 1 (0-3s): A lion runs. Shot 2 (3-7s): A zebra walks.", [3, 4]),
        ("[00:00-00:02] A dog walks.\n[00:02-00:07] It jumps.", [2, 5]),
        ("0–4s Wide shot: he walks. 4-9s Close-up: he stops.", [4, 5]),
        ("[0s]: A lion runs. [2s]: A zebra walks. [5s]: fade to black.", [2, 3, None]),
        (
            "[Scene 01: Gate]\n- Duration: 1.8s\n- Action: A dog.\n[Scene 02: B]\n- Duration: 0.6s\n- Action: it jumps",
            [1.8, 0.6],
        ),
        ('{"subject": "a fox", "duration": 6}', [6]),
        ("A lion runs on the beach. Duration: 6s", [6]),
    ],
)
def test_lengths_are_read_from_the_form(prompt: str, seconds: list[float]) -> None:
    assert [shot.seconds for shot in shots_of(prompt)] == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("prompt", "label", "words"),
    [
        ("A lion runs.\nSFX: thunder, a bell rings", "sound", "thunder, a bell rings"),
        ("A dog runs. Negative prompt: cat, rain", "negated", "cat, rain"),
        ("A dog runs on the beach --no cats --ar 16:9", "negated", "cats"),
        ("Style: watercolor\nA dog runs.", "style", "watercolor"),
        ("[Scene 01: Gate]\n- Camera: low-angle tracking\n- Action: a dog", "camera", "low-angle tracking"),
        ('{"camera_motion": "slow pan left", "subject": "a red fox"}', "camera", "slow pan left"),
    ],
)
def test_a_label_says_what_its_words_are(prompt: str, label: str, words: str) -> None:
    spans = [(span.label, prompt[span.start : span.end]) for shot in shots_of(prompt) for span in shot.spans]
    assert (label, words) in spans


def test_each_shot_keeps_its_place_in_the_prompt() -> None:
    prompt = "Shot 1: A lion runs.\nShot 2: A zebra walks."
    for shot in shots_of(prompt):
        assert len(shot.text) == len(prompt)
        assert all(one in (" ", other) for one, other in zip(shot.text, prompt, strict=True))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a dog runs through the snow with a child", "English"),
        ("Un chien court dans la neige avec un enfant et un chat sur la plage", "French"),
        ("Ein Hund läuft durch den Schnee und die Katze ist auf dem Dach", "German"),
        ("El perro corre por la playa con un niño y una pelota", "Spanish"),
        ("cat, space, 4k", "English"),
    ],
)
def test_the_language_is_named(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_label_in_one_line_takes_no_more_than_it_says() -> None:
    """What follows a length or a camera move in the same line is what the shot shows."""
    prompt = "[Scene 01: Chair pull] - Duration: 1.8s - Camera: low-angle tracking. A man pulls a chair."
    (shot,) = read_prompt(prompt).shots
    assert [subject.concept for subject in shot.reading.scene.subjects] == ["man", "chair"]
    (shot,) = read_prompt("Duration: 2 seconds. A dog runs on the beach.").shots
    assert [subject.concept for subject in shot.reading.scene.subjects] == ["dog"]
