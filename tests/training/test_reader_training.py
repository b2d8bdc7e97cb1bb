from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from textreel.errors import TrainingError
from textreel.language.reader.labels import LABELS, MENTIONS, OFFSETS, TAGS
from textreel.language.reader.tagger import Featurizer, Tagger, best_tags
from textreel.language.tokens import split
from textreel.language.vectors import WordVectors
from textreel.training.reader.captions import captions, plural, verb_form
from textreel.training.reader.train import ReaderNetwork, ReaderOptions, encode, gold_rows, train_reader

SOME = list(islice(captions(3), 300))


def test_gold_spans_lie_in_their_text_and_do_not_overlap() -> None:
    for caption in SOME:
        ends = [0]
        for span in caption.spans:
            assert span.label in LABELS
            assert ends[-1] <= span.start < span.end <= len(caption.text)
            assert caption.text[span.start : span.end] == caption.text[span.start : span.end].strip()
            ends.append(span.end)


def test_owners_point_at_mentions_that_are_there() -> None:
    for caption in SOME:
        mentions = [span.start for span in caption.spans if span.label in MENTIONS]
        for span in caption.spans:
            before = sum(start < span.start for start in mentions)
            after = sum(start > span.start for start in mentions)
            assert -before <= span.owner <= after
            assert -before <= span.target <= after


def test_every_label_is_taught() -> None:
    assert {span.label for caption in islice(captions(5), 1500) for span in caption.spans} == set(LABELS)


def test_the_same_seed_gives_the_same_captions() -> None:
    assert list(islice(captions(3), 20)) == SOME[:20]
    assert list(islice(captions(4), 20)) != SOME[:20]


def test_words_are_inflected() -> None:
    assert [verb_form("run", form) for form in ("s", "ing", "ed", "base")] == [
        "runs",
        "running",
        "ran",
        "run",
    ]
    assert [verb_form("carry", form) for form in ("s", "ing", "ed")] == ["carries", "carrying", "carried"]
    assert [plural(noun) for noun in ("fox", "city", "sheep", "toy")] == ["foxes", "cities", "sheep", "toys"]


def test_gold_rows_begin_and_go_on() -> None:
    caption = next(each for each in SOME if any(" " in each.text[s.start : s.end] for s in each.spans))
    tags = [TAGS[tag] for tag in gold_rows(caption)[:, 0]]
    assert sum(tag.startswith("B-") for tag in tags) == len(caption.spans)
    assert any(tag.startswith("I-") for tag in tags)


def test_numpy_computes_what_torch_does() -> None:
    featurizer = Featurizer(WordVectors.load_default())
    torch.manual_seed(1)
    network = ReaderNetwork(featurizer.size, ReaderOptions(channels=16)).eval()
    weights = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    batch = encode(SOME[:4], featurizer)
    with torch.no_grad():
        expected = network(batch.dense_BLF, batch.letters_BLG, batch.mask_BL1).numpy()
    for caption, row in zip(SOME[:4], expected, strict=True):
        tokens = split(caption.text)
        found = np.concatenate(Tagger(weights, featurizer).scores(featurizer.features(tokens)), axis=1)
        np.testing.assert_allclose(found, row[: len(tokens)], atol=1e-4)


def test_an_inside_follows_its_own_beginning() -> None:
    scores = np.random.default_rng(0).normal(size=(40, len(TAGS))).astype(np.float32)
    tags = [TAGS[tag] for tag in best_tags(scores)]
    for before, tag in zip(["O", *tags], tags, strict=False):
        assert not tag.startswith("I-") or before[2:] == tag[2:]


def test_training_writes_weights_that_read(tmp_path: Path) -> None:
    options = ReaderOptions(steps=3, batch=4, channels=8)
    losses: list[float] = []
    tagger = train_reader(tmp_path / "reader.safetensors", options, lambda step, loss: losses.append(loss))
    assert {path.name for path in tmp_path.iterdir()} == {"reader.safetensors", "reader.json"}
    assert all(span.owner in OFFSETS for span in tagger.spans("a dog runs"))


def test_a_folder_that_cannot_be_made_is_refused_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrainingError, match="cannot be made"):
        train_reader(tmp_path / "file" / "reader.safetensors", ReaderOptions(steps=10**9))


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    options = ReaderOptions(steps=2, batch=4, channels=8)
    for name in ("one", "two"):
        train_reader(tmp_path / name / "reader.safetensors", options)
    one, two = (tmp_path / name / "reader.safetensors" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
