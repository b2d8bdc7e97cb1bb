import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from textreel.documents import convert, read_json, read_yaml
from textreel.errors import UsageError
from textreel.scene import (
    MAX_SUBJECTS,
    LeftOut,
    Look,
    Named,
    Place,
    Relation,
    Scene,
    Subject,
    as_document,
    spans_of,
)
from textreel.types import TextSpan

WORDS = st.text("abcdefgh é中", min_size=1, max_size=8).filter(str.strip)
SPANS = st.builds(
    lambda text, start: TextSpan(text=text, start=start, end=start + len(text)), WORDS, st.integers(0, 500)
)
NAMED = st.builds(Named, name=WORDS, words=st.none() | SPANS)
LOOKS = st.lists(
    st.builds(Look, kind=st.sampled_from(["colour", "size", "age"]), value=WORDS, of=st.none() | WORDS),
    max_size=3,
    unique_by=lambda look: (look.kind, look.of),
).map(tuple)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Scenes whose subjects are bound only to those after them, so that there is no circle."""
    count = draw(st.integers(0, 4))
    subjects = []
    for number in range(count):
        later = st.none() if number == count - 1 else st.none() | st.integers(number + 1, count - 1)
        to = draw(later)
        relation = None if to is None else Relation(name=draw(st.sampled_from(["on", "chases"])), to=to)
        subjects.append(
            Subject(
                concept=draw(WORDS), words=draw(st.none() | SPANS), count=draw(st.integers(1, 5)), looks=draw(LOOKS),
                action=draw(st.none() | NAMED), relation=relation,
            )
        )  # fmt: skip
    return Scene(
        subjects=tuple(subjects),
        place=draw(st.none() | st.builds(Place, name=WORDS, match=st.sampled_from(["exact", "near"]))),
        time=draw(st.none() | NAMED),
        left_out=tuple(draw(st.lists(st.builds(LeftOut, words=SPANS, reason=WORDS), max_size=2))),
    )


class TestDocuments:
    @settings(max_examples=25, deadline=None)
    @given(scenes())
    def test_a_scene_comes_back_from_json(self, scene: Scene) -> None:
        assert convert(read_json(json.dumps(as_document(scene))), Scene) == scene

    @settings(max_examples=25, deadline=None)
    @given(scenes())
    def test_a_scene_comes_back_from_yaml(self, scene: Scene) -> None:
        text = yaml.safe_dump(as_document(scene), allow_unicode=True)
        assert convert(read_yaml(text), Scene) == scene

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("subjects: [{concept: cat, colour: red}]", "'colour' is none of them"),
            ("subjects: [{}]", "needs concept"),
            ("subjects: [{concept: cat, count: many}]", "count must be a whole number"),
            ("subjects: [{concept: cat, count: 600}]", "count must be 1 to"),
            ("subjects: [{concept: cat, relation: {name: eats, to: 0}}]", "name must be one of"),
            ("subjects: [{concept: cat, relation: {name: on, to: 7}}]", r"subjects\[0\].relation.to"),
            ("subjects: [{concept: cat, holds: -1}]", r"subjects\[0\].holds"),
            ("subjects: [{concept: cat, words: {text: cat, start: 3, end: 4}}]", "must cover its text"),
            ("subjects: [{concept: ''}]", "concept"),
            ("subjects: a cat", "subjects must be a list"),
            ("place: {name: park, match: perhaps}", "match must be one of"),
            ("subjects: [" + ", ".join(["{concept: cat}"] * 600) + "]", f"at most {MAX_SUBJECTS}, got 600"),
        ],
    )
    def test_what_breaks_a_rule_is_one_sentence_with_its_place(self, text: str, said: str) -> None:
        with pytest.raises(UsageError, match=said) as caught:
            convert(read_yaml(text, source="film.yaml"), Scene)
        assert str(caught.value).startswith("film.yaml, line 1: ")


class TestRules:
    def test_relations_in_a_circle_are_refused(self) -> None:
        with pytest.raises(UsageError, match=r"subjects\[0\] \(cat\) is placed by itself"):
            Scene(
                subjects=(
                    Subject(concept="cat", relation=Relation(name="on", to=1)),
                    Subject(concept="dog", relation=Relation(name="on", to=0)),
                )
            )

    def test_a_subject_is_not_related_to_itself(self) -> None:
        with pytest.raises(UsageError, match="circle"):
            Scene(subjects=(Subject(concept="cat", relation=Relation(name="on", to=0)),))

    def test_one_thing_is_held_by_one(self) -> None:
        holders = (
            Subject(concept="man", holds=2),
            Subject(concept="woman", holds=2),
            Subject(concept="ball"),
        )
        with pytest.raises(UsageError, match="held by 2"):
            Scene(subjects=holders)

    def test_one_thing_has_one_size_and_at_most_two_colours(self) -> None:
        looks = [Look(kind="colour", value=value) for value in ("black", "white", "red")]
        Subject(concept="cat", looks=tuple(looks[:2]))
        with pytest.raises(UsageError, match=r"the colour 3 times \(black, white, red\)"):
            Subject(concept="cat", looks=tuple(looks))
        sizes = tuple(Look(kind="size", value=value) for value in ("small", "large"))
        with pytest.raises(UsageError, match="the size 2 times"):
            Subject(concept="cat", looks=sizes)

    def test_two_things_on_a_subject_have_their_own_colours(self) -> None:
        looks = (Look(kind="colour", value="red", of="dress"), Look(kind="colour", value="blue", of="hat"))
        assert Subject(concept="woman", looks=looks).looks == looks


class TestSpans:
    def test_spans_are_checked_against_the_prompt(self) -> None:
        scene = Scene(subjects=(Subject(concept="cat", words=TextSpan(text="a cat", start=0, end=5)),))
        scene.check_spans("a cat sleeps")
        with pytest.raises(UsageError, match=r"subjects\[0\].words: characters 0 to 5"):
            scene.check_spans("the cat sleeps")
        with pytest.raises(UsageError, match="of the prompt are not"):
            scene.check_spans("a")

    @settings(max_examples=25, deadline=None)
    @given(scenes())
    def test_every_span_is_found(self, scene: Scene) -> None:
        assert len(list(spans_of(scene))) == str(scene).count("TextSpan(")
