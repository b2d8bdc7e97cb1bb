"""Captions say what a scene says, in many ways, without a held-out word; wrong ones differ in one thing."""

import re
from collections import defaultdict

import numpy as np
import pytest

from textreel.corpora.scenes.attributes import (
    SAYABLE,
    held_out_forms,
    held_out_synonyms,
)
from textreel.corpora.scenes.captions import Caption, caption, negative
from textreel.corpora.scenes.grammar import present_participle, third_person
from textreel.corpora.scenes.spec import SceneSpec, SpecError, SubjectSpec
from textreel.corpora.scenes.splits import held_out_pairs, sample_spec
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.language import WordVectors

LION = SubjectSpec(name="lion")
CHASE = SceneSpec(
    subjects=(SubjectSpec(name="dog"), SubjectSpec(name="cat")), relation="chase", setting="city"
)


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


def mentioned(said: Caption) -> set[tuple[str, str, int]]:
    return {(span.attribute, span.value, span.slot) for span in said.spans}


@pytest.fixture(scope="module")
def captions() -> list[tuple[SceneSpec, Caption]]:
    generator = np.random.default_rng(0)
    specs = [sample_spec(generator) for _ in range(20_000)]
    return [(spec, caption(spec, generator)) for spec in specs]


def test_every_value_is_said(captions: list[tuple[SceneSpec, Caption]]) -> None:
    said = defaultdict(set)
    for _, one in captions:
        for span in one.spans:
            said[span.attribute].add(span.value)
    assert {attribute: set(values) for attribute, values in SAYABLE.items()} | {
        "subject": set(BY_NAME)
    } == said


def test_exactly_what_the_scene_says_is_said(captions: list[tuple[SceneSpec, Caption]]) -> None:
    for spec, one in captions[:5000]:
        assert mentioned(one) == {(m.attribute, m.value, m.slot) for m in spec.mentions()}
        assert len(one.spans) == len(spec.mentions())


def test_no_caption_holds_a_held_out_word(captions: list[tuple[SceneSpec, Caption]]) -> None:
    forms = held_out_forms()
    assert {"lioness", "automobile", "seashore", "dusk", "gallop", "gallops", "galloping"} <= forms
    assert not {word for _, one in captions for word in words_of(one.text)} & forms


def test_at_least_sixty_words_are_held_out_and_each_means_one_thing() -> None:
    words = [word for _, _, word in held_out_synonyms()]
    assert len(words) >= 60
    assert all(word.isalpha() and word.islower() for word in words)
    assert {("subject", "lion", "lioness"), ("motion", "run", "gallops"), ("time", "sunset", "dusk")} <= set(
        held_out_synonyms()
    )
    repeated = {word for word in words if words.count(word) > 1}
    assert repeated <= {"cruises", "creeps", "hurtles"}


def test_text_is_clean_and_well_formed(captions: list[tuple[SceneSpec, Caption]]) -> None:
    for _, one in captions:
        assert not re.search(r"[⟦⟧{}~|]|  | [,.]|\.\.|^\s|\s$", one.text), one.text
        assert not re.search(r"\ba [aeio]|\ba u(?!fo)|\ban [^aeiou]", one.text, re.IGNORECASE), one.text


def test_captions_are_varied(captions: list[tuple[SceneSpec, Caption]]) -> None:
    generator = np.random.default_rng(1)
    spec = SceneSpec(subjects=(LION,), motion="stalk", setting="savanna", time="sunset")
    assert len({caption(spec, generator).text for _ in range(300)}) > 250
    lengths = [len(words_of(one.text)) for _, one in captions]
    assert min(lengths) <= 3 and max(lengths) >= 25


def test_short_captions_are_shorter() -> None:
    generator = np.random.default_rng(2)
    specs = [sample_spec(generator) for _ in range(300)]
    lengths = [
        float(np.mean([len(words_of(caption(spec, generator, style=style).text)) for spec in specs]))
        for style in ("short", "varied")
    ]
    assert lengths[0] < lengths[1] - 1


def test_spans_stand_where_they_say() -> None:
    said = caption(SceneSpec(subjects=(LION,), time="night"), np.random.default_rng(3), style="short")
    spans = {span.attribute: said.text[span.start : span.end] for span in said.spans}
    assert spans["subject"] == "lion" and spans["time"] in said.text


def test_one_thing_is_said_with_a_held_out_word() -> None:
    generator = np.random.default_rng(4)
    forms, met = held_out_forms(), set()
    for _ in range(3000):
        spec = sample_spec(generator, "synonym")
        said = caption(spec, generator, synonyms="held-out")
        assert said.held_out is not None
        assert said.held_out.word.lower() in words_of(said.text)
        assert len([word for word in words_of(said.text) if word in forms]) == 1, said.text
        assert mentioned(said) == {(m.attribute, m.value, m.slot) for m in spec.mentions()}
        met.add(said.held_out.attribute)
    assert met == {"subject", "colour", "size", "setting", "time", "weather", "motion", "speed", "relation"}


def test_a_scene_without_held_out_words_says_so() -> None:
    zebra = SceneSpec(subjects=(SubjectSpec(name="zebra"),))
    with pytest.raises(SpecError):
        caption(zebra, np.random.default_rng(0), synonyms="held-out")


def test_a_negative_differs_in_exactly_one_thing() -> None:
    generator = np.random.default_rng(5)
    for _ in range(2000):
        spec = sample_spec(generator)
        wrong = negative(spec, generator)
        assert held_out_pairs(wrong) == frozenset()
        pairs = list(zip(spec.mentions(), wrong.mentions(), strict=False))
        changed = [(a, b) for a, b in pairs if a != b]
        swapped = wrong.subjects == spec.subjects[::-1] and wrong != spec
        assert swapped or (len(changed) == 1 and len(spec.mentions()) == len(wrong.mentions()))
        assert swapped or changed[0][0].attribute == changed[0][1].attribute


def test_who_chases_whom_can_be_swapped() -> None:
    generator = np.random.default_rng(6)
    assert any(negative(CHASE, generator).subjects == CHASE.subjects[::-1] for _ in range(50))


def test_the_passive_keeps_who_does_it() -> None:
    generator = np.random.default_rng(7)
    texts = [caption(CHASE, generator, style="varied").text.lower() for _ in range(300)]
    passive = [text for text in texts if "chased by" in text]
    assert passive
    for text in passive:
        before, behind = text.split("chased by")
        assert re.search(r"\b(cat|kitten|tomcat)\b", before) and re.search(r"\b(dog|hound)\b", behind)


def test_the_same_seed_gives_the_same_captions() -> None:
    spec = SceneSpec(subjects=(LION,), motion="run", camera="pan-left")
    first, second = (np.random.default_rng(8) for _ in range(2))
    assert [caption(spec, first) for _ in range(20)] == [caption(spec, second) for _ in range(20)]


@pytest.mark.parametrize(
    ("verb", "third", "participle"),
    [
        ("run", "runs", "running"),
        ("fly", "flies", "flying"),
        ("stay", "stays", "staying"),
        ("go", "goes", "going"),
        ("race", "races", "racing"),
        ("push", "pushes", "pushing"),
        ("pan", "pans", "panning"),
    ],
)
def test_verbs_are_conjugated(verb: str, third: str, participle: str) -> None:
    assert (third_person(verb), present_participle(verb)) == (third, participle)


def test_captions_are_made_of_words_that_have_vectors() -> None:
    vectors = WordVectors.load_default()
    generator = np.random.default_rng(0)
    said = {
        word
        for _ in range(3000)
        for word in words_of(caption(sample_spec(generator, "train"), generator).text)
    }
    guessed = {word for word in said if vectors.lookup(word)[1] not in ("exact", "lemma")}
    assert len(guessed) < 0.02 * len(said), sorted(guessed)
    assert not [word for word in guessed if vectors.lookup(word)[1] == "none"]
