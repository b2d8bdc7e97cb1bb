import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.generator import load_generator
from textreel.models import read_card

TENSORS = {
    "weight": torch.randn(4, 3, 2, 2),
    "count": torch.tensor(7),
    "half": torch.ones(2, dtype=torch.bfloat16),
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    checkpoint.save(tmp_path / "run", TENSORS, {"step": 3}, kind="generator")
    return tmp_path / "run"


def test_what_is_saved_is_loaded_bit_for_bit(saved: Path) -> None:
    loaded = checkpoint.load(saved, kind="generator")
    assert loaded.metadata == {"step": 3}
    assert loaded.tensors.keys() == TENSORS.keys()
    assert all(torch.equal(loaded.tensors[name], tensor) for name, tensor in TENSORS.items())
    assert all(loaded.tensors[name].dtype == tensor.dtype for name, tensor in TENSORS.items())


def test_nothing_else_is_left_in_the_folder(saved: Path) -> None:
    assert sorted(file.name for file in saved.iterdir()) == ["model.json", "model.safetensors"]


def test_the_readable_copy_tells_the_hash(saved: Path) -> None:
    assert (
        json.loads((saved / "model.json").read_text())["weights_hash"] == checkpoint.load(saved).weights_hash
    )


def test_a_file_may_be_named(tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "step-3.safetensors", TENSORS, {}, kind="training")
    assert (tmp_path / "step-3.json").is_file()
    assert checkpoint.load(tmp_path / "step-3.safetensors").kind == "training"


def test_half_storage_loads_as_float32_and_is_half_as_large(tmp_path: Path) -> None:
    tensors = {"weight": torch.randn(64, 64)}
    checkpoint.save(tmp_path / "whole", tensors, {}, kind="generator")
    checkpoint.save(tmp_path / "half", tensors, {}, kind="generator", half=True)
    loaded = checkpoint.load(tmp_path / "half").tensors["weight"]
    assert loaded.dtype == torch.float32
    assert torch.allclose(loaded, tensors["weight"], atol=2e-3)
    sizes = [(tmp_path / name / "model.safetensors").stat().st_size for name in ("whole", "half")]
    assert sizes[1] < 0.6 * sizes[0]


def test_a_number_too_large_for_half_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="'weight' holds a number too large for float16"):
        checkpoint.save(tmp_path, {"weight": torch.tensor([1e6])}, {}, kind="generator", half=True)


def test_the_hash_depends_on_the_weights_and_not_on_the_metadata(tmp_path: Path) -> None:
    first = checkpoint.save(tmp_path / "a", TENSORS, {"step": 1}, kind="generator")
    second = checkpoint.save(tmp_path / "b", TENSORS, {"step": 2}, kind="generator")
    third = checkpoint.save(tmp_path / "c", {**TENSORS, "count": torch.tensor(8)}, {}, kind="generator")
    assert first == second != third


def test_a_failed_save_leaves_the_old_one(saved: Path) -> None:
    with pytest.raises(TypeError):
        checkpoint.save(saved, TENSORS, {"step": object()}, kind="generator")
    assert checkpoint.load(saved).metadata == {"step": 3}


def test_channels_last_weights_come_back_equal(tmp_path: Path) -> None:
    weight = torch.randn(4, 3, 2, 2).contiguous(memory_format=torch.channels_last)
    checkpoint.save(tmp_path, {"weight": weight, "same": weight}, {}, kind="generator")
    assert torch.equal(checkpoint.load(tmp_path).tensors["same"], weight)


class TestRefusals:
    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(CheckpointError, match="No checkpoint at"):
            checkpoint.load(tmp_path / "nowhere")

    @pytest.mark.parametrize("keep", [0, 5, 200, -1])
    def test_truncated(self, saved: Path, keep: int) -> None:
        file = saved / "model.safetensors"
        file.write_bytes(file.read_bytes()[:keep])
        with pytest.raises(CheckpointError, match="truncated or not a safetensors file"):
            checkpoint.load(saved)

    def test_damaged(self, saved: Path) -> None:
        file = saved / "model.safetensors"
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
        with pytest.raises(CheckpointError, match="is damaged"):
            checkpoint.load(saved)

    def test_foreign(self, tmp_path: Path) -> None:
        save_file({"weight": torch.ones(2)}, tmp_path / "model.safetensors")
        with pytest.raises(CheckpointError, match="textreel did not write it"):
            checkpoint.load(tmp_path)

    def test_a_pickle(self, tmp_path: Path) -> None:
        torch.save({"weight": torch.ones(2)}, tmp_path / "model.safetensors")
        with pytest.raises(CheckpointError, match="not a safetensors file"):
            checkpoint.load(tmp_path)

    def test_a_newer_format(self, saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checkpoint, "VERSION", 2)
        with pytest.raises(CheckpointError, match="format version 1, and this textreel reads version 2"):
            checkpoint.load(saved)

    def test_another_kind(self, saved: Path) -> None:
        with pytest.raises(CheckpointError, match="holds a generator, and a training is needed"):
            checkpoint.load(saved, kind="training")


class TestRestore:
    def test_all_tensors_go_in(self) -> None:
        source, target = nn.Linear(3, 2), nn.Linear(3, 2)
        checkpoint.restore(target, source.state_dict(), source="run")
        assert torch.equal(source.weight, target.weight)

    @pytest.mark.parametrize(
        ("tensors", "message"),
        [
            ({"weight": torch.ones(2, 3)}, "'bias' is missing"),
            (
                {"weight": torch.ones(2, 3), "bias": torch.ones(2), "x": torch.ones(1)},
                "'x' has no place in it",
            ),
            (
                {"weight": torch.ones(2, 4), "bias": torch.ones(2)},
                r"'weight' is torch.float32 \[2, 4\], and torch.float32 \[2, 3\] is needed",
            ),
        ],
    )
    def test_what_does_not_fit_is_refused(self, tensors: dict[str, torch.Tensor], message: str) -> None:
        with pytest.raises(CheckpointError, match=message):
            checkpoint.restore(nn.Linear(3, 2), tensors, source="run")

    def test_other_types_of_number_are_refused(self) -> None:
        for kind in (torch.int16, torch.float16, torch.bfloat16, torch.float64):
            tensors = {"weight": torch.ones(2, 3, dtype=kind), "bias": torch.ones(2)}
            with pytest.raises(CheckpointError, match=f"'weight' is {kind}"):
                checkpoint.restore(nn.Linear(3, 2), tensors, source="run")


class TestBuild:
    def test_a_network_is_built_with_its_weights(self) -> None:
        source = nn.Linear(3, 2)
        built = checkpoint.build(lambda: nn.Linear(3, 2), source.state_dict(), source="run")
        assert torch.equal(built.weight, source.weight) and built.weight.device.type == "cpu"

    def test_a_network_that_does_not_fit_takes_no_memory(self) -> None:
        with pytest.raises(CheckpointError, match="does not fit"):  # of four terabytes
            checkpoint.build(lambda: nn.Linear(10**6, 10**6), nn.Linear(3, 2).state_dict(), source="run")

    @pytest.mark.parametrize("width", [-1, "x", None, 0.5, 10**30])
    def test_impossible_options_are_refused(self, width: object) -> None:
        with pytest.raises(CheckpointError, match="describe no network"):
            checkpoint.build(lambda: nn.Linear(width, 2), {}, source="run")  # type: ignore[arg-type]

    @pytest.mark.parametrize("number", [float("nan"), float("inf")])
    def test_weights_that_are_not_finite_are_refused(self, number: float) -> None:
        tensors = {"weight": torch.full((2, 3), number), "bias": torch.ones(2)}
        with pytest.raises(CheckpointError, match="not finite"):
            checkpoint.build(lambda: nn.Linear(3, 2), tensors, source="run")


class TestMetadata:
    @pytest.mark.parametrize(
        "text",
        ["{", "[]", "null", "NaN", '"x"', "[" * 100_000, '{"a": ' + "9" * 100_000 + "}", '{"a": 1e999}'],
    )
    def test_what_is_no_object_is_refused(self, text: str, saved: Path) -> None:
        rewrite(saved, text)
        with pytest.raises(CheckpointError, match="The metadata of the checkpoint"):
            checkpoint.load(saved)
        with pytest.raises(CheckpointError, match="The metadata of the model"):
            read_card(saved)

    @pytest.mark.parametrize(
        "metadata",
        [
            {"config": None},
            {"config": [1]},
            {"vocabulary": 5},
            {"vocabulary": [1, 2]},
            {"vocabulary": ["lion"] * 400_000},
            {"known_similarity": "x"},
            {"known_similarity": 2},
            {"description": "x" * 2000},
            {"generator": ["things"]},
            {"vectors_fingerprint": 5},
            {"digits": [7]},
        ],
        ids=str,
    )
    def test_a_model_says_only_what_it_may(self, metadata: dict[str, object], saved: Path) -> None:
        rewrite(saved, json.dumps(metadata))
        with pytest.raises(CheckpointError, match="The metadata of the model"):
            read_card(saved)

    @pytest.mark.parametrize(
        "config",
        [
            None,
            "x",
            {"fps": 0},
            {"fps": 1e9},
            {"fps": "fast"},
            {"size": -1},
            {"hidden": 10**9},
            {"hidden": True},
            {"text": None},
            {"text": {"layers": 10**9}},
            {"text": {"features": 130}},
            {"classes": {"place": {"a": 5}}},
            {"unknown": 1},
        ],
        ids=str,
    )
    def test_options_are_held_against_their_schema(self, config: object, saved: Path) -> None:
        metadata = {} if config is None else {"config": config}
        rewrite(saved, json.dumps({"generator": "layered"} | metadata))
        with pytest.raises(CheckpointError):
            load_generator(saved)


def rewrite(folder: Path, metadata: str) -> None:
    """Put other metadata beside the same weights, and prove that these are whole."""
    tensors = checkpoint.load(folder).tensors
    header = {"format": "textreel", "version": "1", "kind": "generator", "metadata": metadata}
    header["weights_hash"] = checkpoint.weights_hash(tensors)
    save_file(tensors, folder / "model.safetensors", metadata=header)
