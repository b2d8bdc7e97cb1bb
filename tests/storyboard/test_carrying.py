"""What is still true of the shot before stays, and the trace says which words came from where."""

import pytest

from textreel.storyboard import describe, plan

TEXTS = [
    ("a lion walks across the savanna. then it rains.", ["the lion walks across the savanna as it rains"]),
    ("a lion rests on the savanna. cut to night.", ["the lion rests on the savanna at night"]),
    ("a lion walks across the savanna at night. the lion runs.", ["the lion runs across the savanna at night"]),
    ("a lion walks across the savanna. it sleeps.", ["the lion sleeps on the savanna"]),
    ("a golden lion walks. the lion runs.", ["the golden lion runs"]),
    ("a girl sings in a garden. a dog comes. she laughs.", ["a dog comes in a garden", "the girl laughs in a garden"]),
    ("a boat sails on the lake. the sun sets. it stops.",
     ["the boat sails on the lake as the sun sets", "the boat stops on the lake at sunset"]),
    ("a cow stands in the rain. the rain stops.", ["the cow stands"]),
    ("a lion walks on the beach. cut to a shark in the sea.", ["a shark in the sea"]),
    ("a lion walks on the beach. fade to black. a wolf howls.", ["a wolf howls"]),
    ("a red ball rolls on the floor and turns into a cube", ["a cube rolls on the floor"]),
    ("a lion walks across the savanna. the savanna turns into snow.", ["the lion walks in snow"]),
    ("a green frog sits on a stone. it turns red.", ["the red frog sits on a stone"]),
]  # fmt: skip


@pytest.mark.parametrize(("prompt", "texts"), TEXTS)
def test_later_shots_stand_by_themselves(prompt: str, texts: list[str]) -> None:
    assert [shot.text for shot in plan(prompt).shots[1:]] == texts


def test_the_trace_names_the_words_and_their_shot() -> None:
    board = plan("a lion walks across the savanna. then it rains. then it sleeps.")
    assert [(part.role, part.words.text, part.shot) for part in board.shots[1].carried] == [
        ("subject", "a lion", 0), ("motion", "walks", 0), ("place", "across the savanna", 0),
    ]  # fmt: skip
    assert ("weather", "it rains", 1) in [
        (part.role, part.words.text, part.shot) for part in board.shots[2].carried
    ]
    for shot in board.shots:
        for part in shot.carried:
            assert board.prompt[part.words.start : part.words.end] == part.words.text


@pytest.mark.parametrize(
    "prompt",
    [
        "a lion walks. it is golden.",
        "rain falls. a lion walks.",
        "a lion walks. the weather is clear.",
        "lion. night.",
    ],
)
def test_what_only_describes_makes_no_shot(prompt: str) -> None:
    (shot,) = plan(prompt).shots
    assert shot.text == prompt


def test_describe_finds_who_where_and_when() -> None:
    text = "A golden lion walks slowly across the savanna at night in the rain"
    found = {element.role: element.words for element in describe(text)}
    assert {role: words.text for role, words in found.items()} == {
        "subject": "A golden lion", "look": "golden", "motion": "walks slowly", "place": "across the savanna",
        "time": "at night", "weather": "in the rain",
    }  # fmt: skip
    assert all(text[words.start : words.end] == words.text for words in found.values())
