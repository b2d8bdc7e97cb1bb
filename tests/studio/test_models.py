"""The models of a studio: shipped ones and its own, by name and by nothing else."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from textreel import checkpoint
from textreel.errors import UsageError
from textreel.models import film_card, read_card
from textreel.studio import models
from textreel.studio.models import Models


def save(runs: Path, name: str, value: float, **metadata: str) -> None:
    """A model of one number in the folder of a run."""
    checkpoint.save(runs / name / "model", {"weight": torch.full((1,), value)}, metadata, kind="generator")


def test_runs_are_offered_beside_the_shipped_models(tmp_path: Path) -> None:
    save(tmp_path, "birds", 1.0, generator="clips")
    save(tmp_path, "judge", 1.0)
    (tmp_path / "begun").mkdir()
    names = Models(tmp_path).names()
    assert names[0] == "world" and names[-1] == "birds"
    assert not {"judge", "begun"} & set(names)


def test_a_model_of_sounds_is_offered_nowhere(tmp_path: Path) -> None:
    assert "sounds" not in Models(tmp_path).names()
    with pytest.raises(UsageError, match="'sounds' makes no films: choose from world, digits, scenes"):
        film_card("sounds")
    with pytest.raises(UsageError, match=r"No model 'nope': name a shipped one \(world, digits, scenes\)"):
        film_card("nope")


def test_a_model_is_loaded_once_and_again_when_it_was_trained_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Path] = []

    def load(place: Path) -> SimpleNamespace:
        loaded.append(place)
        return SimpleNamespace(card=read_card(place))

    monkeypatch.setattr(models, "load", load)
    save(tmp_path, "birds", 1.0, generator="clips")
    offered = Models(tmp_path)
    assert offered.reel("birds") is offered.reel("birds")
    assert len(loaded) == 1
    save(tmp_path, "birds", 2.0, generator="clips")
    offered.reel("birds")
    assert len(loaded) == 2


@pytest.mark.parametrize("name", ["", "..", "/etc", "birds/model", "none"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    save(tmp_path, "birds", 1.0, generator="clips")
    with pytest.raises(UsageError, match="There is no model named"):
        Models(tmp_path).reel(name)
