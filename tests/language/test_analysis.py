"""A prompt's words, parts of speech and entities come out as a reader would say."""

import json

import pytest

from textreel.errors import PromptError
from textreel.language import TextAnalysis, analyze, tokenize

SEED = "A majestic lion stalks its prey across the golden savanna at sunset"


@pytest.fixture(scope="module")
def seed() -> TextAnalysis:
    return analyze(SEED)


def parts(prompt: str) -> dict[str, str]:
    return {token.text: token.part_of_speech for token in analyze(prompt).tokens}


def kinds(prompt: str) -> dict[str, str]:
    return {entity.text: entity.kind for entity in analyze(prompt).entities}


def test_the_seed_sentence(seed: TextAnalysis) -> None:
    content = {token.text: token.part_of_speech for token in seed.tokens if token.content}
    assert content == {
        "majestic": "adjective",
        "lion": "noun",
        "stalks": "verb",
        "prey": "noun",
        "across": "preposition",
        "golden": "adjective",
        "savanna": "noun",
        "sunset": "noun",
    }
    assert list(content) == list(seed.content_words)
    assert {("lion", "animal"), ("savanna", "location")} <= {(each.text, each.kind) for each in seed.entities}


def test_the_document_is_json_with_the_promised_keys(seed: TextAnalysis) -> None:
    document = json.loads(json.dumps(seed.to_dict()))
    lion = document["tokens"][2]
    assert (lion["text"], lion["lemma"], lion["part_of_speech"], lion["content"]) == (
        "lion",
        "lion",
        "noun",
        True,
    )
    assert lion["entity"] == "animal" and lion["vector_norm"] > 1 and len(lion["nearest"]) == 5
    assert lion["out_of_vocabulary"] is False and lion["vector_source"] == "exact"
    assert document["entities"][0]["text"] == "lion" and document["entities"][0]["kind"] == "animal"


def test_spans_point_into_the_text(seed: TextAnalysis) -> None:
    for each in (*seed.tokens, *seed.entities):
        assert seed.text[each.start : each.end] == each.text


@pytest.mark.parametrize(
    ("prompt", "verbs"),
    [
        (
            "a red ball bounces on the beach at sunset while the camera zooms in",
            {"bounces": "bounce", "zooms": "zoom"},
        ),
        ("the camera pans left as a train passes through the snow", {"pans": "pan", "passes": "pass"}),
        (
            "Camera tilts up. A hot air balloon drifts above the mountains.",
            {"tilts": "tilt", "drifts": "drift"},
        ),
        ("a police car races through the city at night", {"races": "race"}),
        ("shark circles underwater", {"circles": "circle"}),
        ("a cheetah sprints across the plain", {"sprints": "sprint"}),
        ("a duck and a frog meet by the lake", {"meet": "meet"}),
        ("leaves fall in the forest", {"fall": "fall"}),
        ("cut to a whale swimming underwater", {"cut": "cut", "swimming": "swim"}),
        ("Albert Einstein rides a bicycle", {"rides": "ride"}),
        ("two red cars race through the desert", {"race": "race"}),
        ("A TINY DOG RUNS ON THE BEACH", {"RUNS": "run"}),
        ("A Lion Walks In The Forest", {"Walks": "walk"}),
        ("the dog jumps", {"jumps": "jump"}),
        ("five penguins slide down the ice", {"slide": "slide"}),
    ],
)
def test_motion_and_camera_verbs_are_verbs(prompt: str, verbs: dict[str, str]) -> None:
    found = {token.text: token.lemma for token in analyze(prompt).tokens if token.part_of_speech == "verb"}
    assert found == verbs


@pytest.mark.parametrize(
    ("prompt", "word", "part_of_speech"),
    [
        ("the races are long", "races", "noun"),
        ("a dog watches two races", "races", "noun"),
        ("the camera pans left", "left", "adverb"),
        ("a big orange pumpkin rolls", "orange", "adjective"),
        ("a turtle swims underwater", "underwater", "adverb"),
        ("a lion runs over Paris", "Paris", "proper noun"),
        ("three ducks", "three", "number"),
        ("they run", "they", "pronoun"),
        ("a cat and a dog", "and", "conjunction"),
        ("a lion roars!", "!", "punctuation"),
    ],
)
def test_other_parts_of_speech(prompt: str, word: str, part_of_speech: str) -> None:
    assert parts(prompt)[word] == part_of_speech


def test_common_nouns_have_kinds() -> None:
    assert kinds("a red kite flies over the beach at night in the rain") == {
        "kite": "object",
        "beach": "location",
        "night": "time",
        "rain": "phenomenon",
    }
    assert kinds("a fire engine follows a polar bear past a tree") == {
        "fire engine": "object",
        "polar bear": "animal",
        "tree": "plant",
    }
    assert kinds("a tiger and an astronaut in space") == {
        "tiger": "animal",
        "astronaut": "person",
        "space": "location",
    }


def test_statistical_entities_are_found_too() -> None:
    assert kinds("Albert Einstein rides a bicycle in New York on Monday") == {
        "Albert Einstein": "person",
        "bicycle": "object",
        "New York": "location",
        "Monday": "time",
    }
    assert kinds("a helicopter hovers over Paris")["Paris"] == "location"


def test_a_misspelt_word_is_read_reported_and_kept() -> None:
    analysis = analyze("an elefant walks")
    elephant = analysis.tokens[1]
    assert (elephant.text, elephant.lemma, elephant.entity) == ("elefant", "elephant", "animal")
    assert elephant.out_of_vocabulary and elephant.vector_source == "spelling"
    assert elephant.vector_words == ("elephant",) and elephant.vector_norm > 1


def test_a_word_without_any_vector_is_reported() -> None:
    token = analyze("a qwxz walks").tokens[1]
    assert token.out_of_vocabulary and token.vector_source == "none"
    assert token.vector_norm == 0 and token.nearest == ()


@pytest.mark.parametrize(
    "prompt",
    [
        SEED,
        "A lion's cub doesn't move; at 5pm, the golden-brown U.S. train (no. 7) leaves...",
        "Slow motion: close-up of a tiger — roaring!",
        "it’s raining",
    ],
)
def test_the_analysis_has_the_words_that_training_sees(prompt: str) -> None:
    assert list(analyze(prompt).words) == tokenize(prompt)


def test_the_same_prompt_gives_the_same_document(seed: TextAnalysis) -> None:
    analyze("something else entirely")
    assert analyze(SEED) == seed


def test_an_unusable_prompt_is_refused() -> None:
    with pytest.raises(PromptError, match="empty"):
        analyze("  ")
