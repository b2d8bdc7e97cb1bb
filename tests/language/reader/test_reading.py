import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textreel.documents import convert, read_json
from textreel.language.reader import LABELS, read_prompt, read_shot
from textreel.language.reader.assembly import is_content
from textreel.language.tokens import split
from textreel.scene import Scene, as_document, spans_of

VBENCH = Path(__file__).parents[4] / "shared" / "prompts" / "vbench_full_info.json"
WORDS = (
    "a the two cat dog woman red dress umbrella holding runs quickly walks on under next to forest street at night in "
    'rain and , . while it she camera zooms in pans left no oil painting 4k masterpiece qwrtz 3s " ( ) -- 🐕 while'
)


WITHOUT_WORDS = frozenset(LABELS) - {
    "camera",
    "transition",
    "length",
    "sound",
    "dialogue",
    "negated",
    "quality",
}


def unaccounted(prompt: str) -> list[str]:
    """The content words of a prompt that are in no slot, in no film words and not left out."""
    ranges = []
    for shot in read_prompt(prompt).shots:
        told = [span for _, span in spans_of(shot.reading.scene)]
        told += [words.words for words in shot.reading.film_words]
        ranges += [(span.start, span.end) for span in told]
        ranges += [(span.start, span.end) for span in shot.reading.spans if span.label in WITHOUT_WORDS]
    return [
        token.text
        for token in split(prompt)
        if is_content(token) and not any(start < token.end and token.start < end for start, end in ranges)
    ]


@pytest.mark.parametrize(
    ("text", "concept", "slot", "value"),
    [
        ("a red bicycle", "bicycle", "looks", [("colour", "red", None)]),
        (
            "a woman in a red dress walks down a street",
            "woman",
            "looks",
            [("colour", "red", "dress"), ("clothes", "dress", None)],
        ),
        ("three cats sleep on a sofa", "cat", "count", 3),
        ("11 cats sleep", "cat", "count", 11),
        ("cats sleep on a sofa", "cat", "count", 3),
        ("a pair of scissors", "scissors", "count", 2),
        ("a dog runs quickly to the left", "dog", "direction", "left"),
        ("a dog runs quickly to the left", "dog", "pace", "fast"),
        ("a dog runs in the park", "dog", "action", "run"),
        ("a horse gallops across a meadow", "horse", "action", "run"),
        ("a lion chases a zebra", "lion", "relation", ("chases", "zebra")),
        ("a lion is chased by a zebra", "zebra", "relation", ("chases", "lion")),
        ("a bicycle on the left of a car, front view", "bicycle", "relation", ("left_of", "car")),
        ("an astronaut rides a horse", "astronaut", "relation", ("rides", "horse")),
        ("a man holding an umbrella", "man", "holds", "umbrella"),
        ("A cat sits on a chair. It is black.", "cat", "looks", [("colour", "black", None)]),
    ],
)
def test_a_slot_of_a_subject(text: str, concept: str, slot: str, value: object) -> None:
    scene = read_shot(text).scene
    subject = next(each for each in scene.subjects if each.concept == concept)
    found = getattr(subject, slot)
    if slot == "looks":
        found = [(look.kind, look.value, look.of) for look in found]
    elif slot == "relation":
        found = (found.name, scene.subjects[found.to].concept)
    elif slot == "holds":
        found = scene.subjects[found].concept
    elif slot == "action":
        found = found.name
    assert found == value


@pytest.mark.parametrize(
    ("text", "slot", "name"),
    [
        ("a dog runs in the forest", "place", "forest"),
        ("a dog in the city at night", "time", "night"),
        ("a dog runs through a foggy meadow", "weather", "fog"),
        ("a dog, oil painting", "style", "oil painting"),
        ("alley", "place", "alley"),
    ],
)
def test_a_slot_of_the_scene(text: str, slot: str, name: str) -> None:
    assert getattr(read_shot(text).scene, slot).name == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a dog runs, zoom in", "zoom in"),
        ("The camera pans left across a forest", "pan left"),
        ("a fox in the snow, slow motion", "slow motion"),
        ("close-up of a cat", "close-up"),
        ("panoramic view of a forest", "wide shot"),
    ],
)
def test_the_camera_is_no_subject(text: str, value: str) -> None:
    reading = read_shot(text)
    assert value in {words.value for words in reading.film_words}
    assert len(reading.scene.subjects) <= 1


@pytest.mark.parametrize("text", ["a dog, no cat", "a dog runs, masterpiece, best quality", "a qwrtzx dog"])
def test_what_shows_nothing_is_left_out_with_a_reason(text: str) -> None:
    scene = read_shot(text).scene
    assert [subject.concept for subject in scene.subjects] == ["dog"]
    assert scene.left_out and all(each.reason for each in scene.left_out)


def test_each_shot_of_a_list_has_spans_into_the_whole_prompt() -> None:
    prompt = "Shot 1 (0-2s): A red fox runs.\nCamera: zoom in\nShot 2 (2-5s): A dog sleeps in the snow."
    shots = read_prompt(prompt).shots
    assert [shot.seconds for shot in shots] == [2, 3]
    assert [[subject.concept for subject in shot.reading.scene.subjects] for shot in shots] == [
        ["fox"],
        ["dog"],
    ]
    assert "zoom in" in {words.value for words in shots[0].reading.film_words}
    for shot in shots:
        shot.reading.scene.check_spans(prompt)


@pytest.mark.parametrize("text", ["", " ", "!!!", "...", "🐕", "the", "a" * 3000, "cat " * 400])
def test_any_text_can_be_read(text: str) -> None:
    scene = read_shot(text).scene
    assert convert(read_json(json.dumps(as_document(scene))), Scene) == scene


@pytest.mark.parametrize(
    "prompt",
    [
        "[Scene 01: Gate]\n- Duration: 1.8s\n- Camera: zoom in\n- Action: A dog.\n[Scene 02: B]\n- Action: it jumps",
        '{"shot": {"camera_motion": "slow pan left", "fps": 24}, "subject": "a red fox", "duration": 6}',
        "A dog runs on the beach --no cats --ar 16:9",
        "[0s]: A lion runs. [2s]: A zebra walks. [5s]: fade to black.",
        "1) A lion runs\n2) A zebra (red:1.3) walks | rain",
        "a fox (3-7a) walks",
    ],
)
def test_the_words_of_the_form_are_told_too(prompt: str) -> None:
    assert unaccounted(prompt) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.lists(st.sampled_from(WORDS.split()), max_size=40).map(" ".join), st.text(max_size=80)))
def test_no_text_fails_and_no_word_is_lost(text: str) -> None:
    for shot in read_prompt(text).shots:
        shot.reading.scene.check_spans(text)
    assert unaccounted(text) == []


@pytest.mark.skipif(not VBENCH.exists(), reason="VBench's prompts are not here")
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.slow)])
def test_no_word_of_vbench_is_lost(every: int) -> None:
    prompts = [entry["prompt_en"] for entry in json.loads(VBENCH.read_text())][::every]
    assert {prompt: lost for prompt in prompts if (lost := unaccounted(prompt))} == {}


def test_a_long_prompt_is_read_in_time() -> None:
    text = "a red fox with a white tail runs through the snow while two dogs chase it, zoom in. " * 20
    read_shot(text)
    began = time.process_time()
    read_shot(text)
    assert time.process_time() - began < 2


def test_another_language_is_named() -> None:
    prompt = "Un chien court dans la neige avec un enfant et un chat sur la plage"
    reading = read_prompt(prompt)
    assert reading.language == "French"
    assert [shot.reading.scene.subjects for shot in reading.shots] == [()]
    assert "French" in reading.shots[0].reading.scene.left_out[0].reason
