"""The names that later work and other people's code rely on."""

import inspect
import subprocess
import sys

import pytest

import textreel

NAMES = {
    "AssetError", "Cancelled", "CheckpointError", "CorpusError", "EvaluationError", "Explanation", "Film",
    "MediaError", "PromptError",
    "Reel", "Storyboard", "Stream", "TextAnalysis", "TextreelError", "TrainingError", "UsageError", "__version__",
    "analyze", "compare", "explain_film", "load", "plan",
}  # fmt: skip


def test_the_public_names_are_these() -> None:
    assert set(textreel.__all__) == NAMES
    assert set(dir(textreel)) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_leads_somewhere_and_is_documented(name: str) -> None:
    value = getattr(textreel, name)
    assert isinstance(value, str) or inspect.getdoc(value)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        textreel.nonsense  # noqa: B018


def test_importing_the_package_brings_in_nothing_heavy() -> None:
    code = "import sys, textreel; print(sorted({'torch', 'spacy', 'numpy', 'av'} & set(sys.modules)))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_usage_errors_exit_with_2_and_others_with_1() -> None:
    assert textreel.UsageError.exit_status == textreel.PromptError.exit_status == 2
    assert textreel.MediaError.exit_status == textreel.CheckpointError.exit_status == 1
    assert textreel.Cancelled.exit_status == 130
