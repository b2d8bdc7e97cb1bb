"""``textreel storyboard`` prints a table, JSON or YAML that comes back the same."""

import json

import pytest

from textreel import cli
from textreel.storyboard import Storyboard, plan

PROMPT = "A lion walks across the savanna while the camera pans left. Cut to night. Fade out."


def test_the_table_says_shots_camera_and_transitions(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["storyboard", PROMPT]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in ("Storyboard", "2 shots, 4 s", "pan left", "[subject: lion]", "[action: walks]"):
        assert words in said


def test_json_and_yaml_hold_the_storyboard(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["storyboard", PROMPT, "--seconds", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["seconds"] == 3.0
    assert {element["role"] for element in document["shots"][1]["elements"]} == {
        "subject",
        "motion",
        "place",
        "time",
    }
    assert cli.run(["storyboard", PROMPT, "--yaml"]) == 0
    assert Storyboard.from_yaml(capsys.readouterr().out) == plan(PROMPT)


def test_both_forms_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["storyboard", PROMPT, "--json", "--yaml"]) == 2
    assert "leave out --json or --yaml" in capsys.readouterr().err


def test_json_has_the_scene_of_each_shot(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["storyboard", "A red fox runs in the forest. Cut to a blue car at night.", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["shots"]
    fox = first["scene"]["subjects"][0]
    assert (fox["concept"], fox["looks"][0]["value"], fox["action"]["name"]) == ("fox", "red", "run")
    assert first["text"][fox["words"]["start"] : fox["words"]["end"]] == fox["words"]["text"] == "fox"
    assert second["scene"]["time"]["name"] == "night"


def test_the_prompt_is_printed_once_with_marks(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["storyboard", "a corgi in a red scarf sleeps on the beach, 4k [best]"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "[look: red]" in said and "[place: beach]" in said and "[left out: 4k" in said
    assert "praise and mood show nothing" in said


def test_words_are_coloured_where_there_are_colours(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert cli.run(["storyboard", "a horse runs"]) == 0
    assert "\x1b[1;36mhorse\x1b[0m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli.run(["storyboard", "a horse runs"]) == 0
    assert "[subject: horse]" in capsys.readouterr().out
