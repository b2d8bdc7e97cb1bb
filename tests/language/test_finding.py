import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textreel.language.finding import find_activity, find_concept, find_setting
from textreel.world import activities, concepts
from textreel.world import settings as places


class TestConcepts:
    @pytest.mark.parametrize(
        ("words", "name", "match"),
        [
            ("a dog", "dog", "exact"),
            ("The Cats", "cat", "exact"),
            ("automobiles", "car", "synonym"),
            ("corgi", "dog", "kind_of"),
            ("sedans", "car", "kind_of"),
            ("cottage", "house", "kind_of"),
            ("oak tree", "tree", "kind_of"),
            ("fire engines", "fire truck", "synonym"),
            ("a plate of spaghetti", "spaghetti", "kind_of"),
            ("racing bicycle", "bicycle", "kind_of"),
            ("elefant", "elephant", "near"),
            ("guinea pig", "hamster", "near"),
        ],
    )
    def test_words_find_their_concept(self, words: str, name: str, match: str) -> None:
        found = find_concept(words)
        assert found is not None and (found.name, found.match) == (name, match)

    @pytest.mark.parametrize("words", ["freedom", "love", "quickly", "", "the", "...", "of"])
    def test_what_cannot_be_seen_finds_none(self, words: str) -> None:
        assert find_concept(words) is None

    @pytest.mark.parametrize(
        ("word", "company", "name"),
        [
            ("mouse", "keyboard computer desk click", "computer mouse"),
            ("mouse", "cheese nibbles whiskers", "mouse"),
            ("seal", "ice swims fish", "seal"),
            ("crane", "marsh wades feathers", "bird"),
            ("mercury", "planet sun orbit", "planet"),
            ("bow", "arrow archer", "bow"),
            ("bow", "ribbon hair pink", "ribbon"),
            ("boxer", "dog barks tail puppy", "dog"),
            ("python", "snake coils branch", "snake"),
        ],
    )
    def test_company_tells_homographs_apart(self, word: str, company: str, name: str) -> None:
        found = find_concept(word, company.split())
        assert found is not None and found.name == name

    def test_every_own_name_finds_its_concept(self) -> None:
        lost = [name for name in concepts() if (found := find_concept(name)) is None or found.name != name]
        assert lost == []

    def test_every_plural_finds_its_concept(self) -> None:
        plurals = {concept.plural: name for name, concept in concepts().items()}
        lost = [
            each
            for each, name in plurals.items()
            if (found := find_concept(each)) is None or found.name != name
        ]
        assert lost == []

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=40), st.lists(st.text(max_size=8), max_size=4))
    def test_any_text_finds_a_concept_or_none(self, words: str, context: list[str]) -> None:
        found = find_concept(words, context)
        assert found is None or (found.name in concepts() and 0 < found.score <= 1)


class TestSettings:
    @pytest.mark.parametrize(
        ("words", "name"),
        [("the woods", "forest"), ("a Parisian cafe", "cafe"), ("Tokyo", "downtown"), ("old barn", "barn")],
    )
    def test_words_find_their_place(self, words: str, name: str) -> None:
        found = find_setting(words)
        assert found is not None and found.name == name

    def test_every_own_name_finds_its_place(self) -> None:
        assert [
            name for name in places() if (found := find_setting(name)) is None or found.name != name
        ] == []


class TestActivities:
    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ("strolls", "walk"),
            ("is playing a flute", "play the flute"),
            ("galloping", "run"),
            ("eats an apple", "eat"),
            ("making the bed", "make a bed"),
            ("sprinted", "run"),
        ],
    )
    def test_verbs_find_their_activity(self, words: str, name: str) -> None:
        found = find_activity(words)
        assert found is not None and found.name == name

    def test_every_own_name_and_vbench_s_words_find_their_activity(self) -> None:
        for name, activity in activities().items():
            for words in filter(None, (name, activity.vbench)):
                found = find_activity(words)
                assert found is not None and found.name == name, words
