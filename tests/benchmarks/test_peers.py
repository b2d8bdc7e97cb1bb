"""The published systems beside textreel: their shapes, losses by hand, training, and a whole tiny comparison."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from textreel.corpora.clips.build import build
from textreel.corpora.clips.cutting import ClipFormat
from textreel.corpora.clips.folder import scan
from textreel.corpora.digits.assets import load_digits
from textreel.corpora.digits.corpus import DigitsCorpus
from textreel.corpora.packages import CACHE_VARIABLE
from textreel.corpora.protocol import Batch, Window
from textreel.errors import CorpusError, TrainingError, UsageError
from textreel.evaluation import Figure
from textreel.language import WordVectors
from textreel.training.processes import make_fabric

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from peers import reel, tgans_c
from peers.captions import CaptionReader
from peers.comparison import Comparison, Options, Outcome, verdict
from peers.contender import Size
from peers.layers import channels_of
from peers.mocogan import CONTENT, Mocogan
from peers.per_frame import PerFrame
from peers.record import Checkpoint, Final, Record
from peers.system import Clips, Setting, System, as_fake, as_real
from peers.systems import SYSTEMS
from peers.table import show
from peers.tgans_c import JUDGES, TgansC, matching_loss, time_steps
from peers.training import PeerTraining
from rich.console import Console

LOG_2 = math.log(2)
CAPTIONS = ("digit 3 is moving up and down", "digit 7 is moving left and right")


def softplus(value: float) -> float:
    return math.log1p(math.exp(value))


@pytest.fixture
def setting() -> Setting:
    return Setting(side=32, frames=8, fps=5, width=4)


@pytest.fixture(scope="module")
def corpus() -> DigitsCorpus:
    return DigitsCorpus(images=load_digits(packaged=True))


@pytest.fixture(scope="module")
def reader(corpus: DigitsCorpus) -> CaptionReader:
    reader = CaptionReader(WordVectors.load_default())
    reader.fit(corpus.captions(np.random.default_rng(0), 200))
    return reader


@pytest.fixture(params=sorted(SYSTEMS))
def system(request: pytest.FixtureRequest, setting: Setting) -> System:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return SYSTEMS[request.param](setting)


def clips_of(system: System, reader: CaptionReader) -> Clips:
    """Two clips of noise with their captions."""
    shown, side = len(system.window().shown), system.setting.side
    frames = torch.rand(2, shown, 3, side, side, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return Clips(frames=frames, words=reader(CAPTIONS), wrong=reader(CAPTIONS[::-1]))


# -- captions ---------------------------------------------------------------------------------------------------


def test_captions_are_standardised_and_their_digits_stand_out(
    reader: CaptionReader, corpus: DigitsCorpus
) -> None:
    words = reader(corpus.captions(np.random.default_rng(0), 200))
    assert words.mean.mean(dim=0).abs().max() < 1e-3
    assert torch.allclose(words.mean.std(dim=0, unbiased=False), torch.ones(100), atol=1e-3)
    three, seven = reader(["digit 3 is moving up and down", "digit 7 is moving up and down"]).mean
    assert (three - seven).norm() > 0.3 * words.mean.norm(dim=1).mean()


def test_words_beyond_the_end_of_a_caption_count_nothing(reader: CaptionReader) -> None:
    short = "a 3 slides"
    assert torch.allclose(reader([short]).mean, reader([short, CAPTIONS[0]]).mean[:1], atol=1e-5)


# -- shapes -----------------------------------------------------------------------------------------------------


def test_films_have_the_asked_shape_and_range(
    system: System, reader: CaptionReader, setting: Setting
) -> None:
    assert setting.film_frames == 10
    films = system.paint(reader(CAPTIONS), setting.film_frames)
    assert films.shape == (2, 10, 3, 32, 32) and films.dtype == torch.float32
    assert films.abs().max() <= 1 and films.std() > 0


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_at_64_pixels_and_16_frames_the_sizes_are_the_papers(name: str) -> None:
    setting = Setting(width=64)
    assert channels_of(64, 64) == [512, 256, 128, 64]
    system = SYSTEMS[name](setting)
    widest = max(part.shape[0] for part in system.generator.parameters() if part.dim() >= 4)
    assert widest >= 512


def test_the_length_of_a_tgans_c_film_is_doubled_as_often_as_it_can_be() -> None:
    assert time_steps(16, 4) == (1, [2, 2, 2, 2])
    assert time_steps(20, 4) == (5, [2, 2, 1, 1])
    assert time_steps(24, 4) == (3, [2, 2, 2, 1])


def test_mocogan_keeps_content_and_moves_on_for_any_length(setting: Setting, reader: CaptionReader) -> None:
    system, seen = Mocogan(setting), []
    system.generator.paint.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    system.paint(reader(CAPTIONS), 30)
    codes = seen[0].reshape(2, 30, -1)
    still, moving = codes[..., : CONTENT + 100], codes[..., CONTENT + 100 :]
    assert torch.equal(still, still[:, :1].expand_as(still))
    assert torch.equal(still[:, 0, CONTENT:], reader(CAPTIONS).mean)
    assert moving.diff(dim=1).abs().amin(dim=(1, 2)).min() > 0


def test_the_tutorial_paints_frames_that_know_nothing_of_each_other(
    setting: Setting, reader: CaptionReader
) -> None:
    system, seen = PerFrame(setting), []
    system.generator.paint.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    system.paint(reader(CAPTIONS), 30)
    noise = seen[0][:, :100, 0, 0]
    assert torch.corrcoef(noise).fill_diagonal_(0).abs().max() < 0.6
    assert system.window().shown == (0, 2, 5, 7)


def test_the_motion_judge_sees_what_changes_between_neighbours(setting: Setting) -> None:
    judges = TgansC(setting).judges.eval()
    still = torch.rand(1, 1, 3, 32, 32).expand(2, 10, -1, -1, -1)
    seen = judges.see(still)
    assert seen["frame"].shape[1] == 10 and seen["motion"].shape[1] == 9 and seen["video"].shape[1] == 1
    assert seen["motion"].abs().max() < 1e-5 < seen["frame"].abs().max()


# -- losses by hand ---------------------------------------------------------------------------------------------


def test_a_judge_that_does_not_know_pays_log_2() -> None:
    assert as_real(torch.zeros(3)).item() == pytest.approx(LOG_2)
    assert as_fake(torch.tensor([0.0, 2.0])).item() == pytest.approx((LOG_2 + softplus(2)) / 2)


def test_the_losses_of_mocogan_by_hand(
    setting: Setting, reader: CaptionReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Mocogan(setting)
    clips = clips_of(system, reader)
    fake = torch.zeros_like(clips.frames)

    def is_fake(frames: Tensor) -> bool:
        return bool((frames == 0).all())

    monkeypatch.setattr(system, "image", lambda frames: torch.full((2,), -1.0 if is_fake(frames) else 2.0))
    told = clips.words.mean + 0.5
    monkeypatch.setattr(
        system, "video", lambda frames: (torch.full((2,), -3.0 if is_fake(frames) else 0.5), told)
    )
    judges = softplus(-2.0) + softplus(-1.0) + softplus(-0.5) + softplus(-3.0) + 0.25
    assert system.judges_loss(clips, fake).item() == pytest.approx(judges, rel=1e-5)
    generator = softplus(1.0) + softplus(3.0) + 0.25
    assert system.generator_loss(clips, fake).item() == pytest.approx(generator, rel=1e-5)


def test_the_matching_aware_loss_of_tgans_c_by_hand() -> None:
    real = {"video": 1.0, "frame": 0.0, "motion": -1.0}
    wrong = {"video": 0.0, "frame": 2.0, "motion": -2.0}
    fake = {"video": -1.0, "frame": 0.5, "motion": 0.0}
    by_hand = sum(
        (softplus(-real[name]) + softplus(wrong[name]) + softplus(fake[name])) / 9 for name in JUDGES
    )
    answers = ({name: torch.tensor([value]) for name, value in some.items()} for some in (real, wrong, fake))
    assert matching_loss(*answers).item() == pytest.approx(by_hand, rel=1e-5)


def test_tgans_c_holds_real_clips_against_wrong_captions(
    setting: Setting, reader: CaptionReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = TgansC(setting)
    clips = clips_of(system, reader)
    asked: list[tuple[dict[str, Tensor], ...]] = []
    monkeypatch.setattr(tgans_c, "matching_loss", lambda *logits: asked.append(logits) or torch.zeros(()))
    system.judges.eval()
    system.judges_loss(clips, torch.zeros_like(clips.frames))
    real, wrong, _ = asked[0]
    assert all(not torch.allclose(real[name], wrong[name]) for name in JUDGES)
    same = Clips(frames=clips.frames, words=clips.words, wrong=clips.words)
    system.judges_loss(same, torch.zeros_like(clips.frames))
    real, wrong, _ = asked[1]
    assert all(torch.equal(real[name], wrong[name]) for name in JUDGES)


def test_the_losses_of_the_tutorial_by_hand(
    setting: Setting, reader: CaptionReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = PerFrame(setting)
    clips = clips_of(system, reader)
    fake = torch.zeros_like(clips.frames)
    monkeypatch.setattr(system.judges, "forward", lambda seen: 2 * (seen != 0).any(dim=(1, 2, 3)).float() - 1)
    assert system.judges_loss(clips, fake).item() == pytest.approx(2 * softplus(-1.0), rel=1e-5)
    assert system.generator_loss(clips, fake).item() == pytest.approx(softplus(1.0), rel=1e-5)


# -- training ---------------------------------------------------------------------------------------------------


class Watched(DigitsCorpus):
    """Remembers which splits were drawn from."""

    splits: set[str]

    def batch(self, generators: Any, *, window: Window, split: str = "train", side: int = 64) -> Batch:
        self.splits.add(split)
        return super().batch(generators, window=window, split=split, side=side)

    def captions(self, generator: np.random.Generator, count: int, split: str = "train") -> list[str]:
        self.splits.add(split)
        return super().captions(generator, min(count, 100), split)


@pytest.fixture
def training(corpus: DigitsCorpus, setting: Setting, monkeypatch: pytest.MonkeyPatch) -> Any:
    watched = Watched(images=corpus.images)
    watched.splits = set()

    def make(name: str, folder: Path, seed: int = 0) -> PeerTraining:
        monkeypatch.setattr(SYSTEMS[name], "batch", 4)
        facts = {"corpus": "digits", "digits": [1], "config": {"size": 32}}
        fabric = make_fabric("32-true")
        return PeerTraining(name, setting, watched, folder, fabric=fabric, seed=seed, facts=facts)

    return make


def weights(training: PeerTraining, player: str) -> list[Tensor]:
    return [part.detach().clone() for part in training.network(player).parameters()]


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_a_step_moves_both_players_and_training_resumes_bit_for_bit(
    name: str, training: Any, tmp_path: Path
) -> None:
    whole = training(name, tmp_path / "whole")
    before = {player: weights(whole, player) for player in ("judges", "generator")}
    losses = whole.advance()
    assert all(math.isfinite(loss) for loss in losses.values()) and set(losses) == set(before)
    for player, old in before.items():
        assert all(not torch.equal(was, now) for was, now in zip(old, weights(whole, player), strict=True)), (
            player
        )
    whole.advance()
    parts = training(name, tmp_path / "parts")
    parts.advance()
    parts.save()
    resumed = training(name, tmp_path / "parts")
    assert resumed.step == 1
    resumed.advance()
    expected, got = whole.system.state_dict(), resumed.system.state_dict()
    assert all(torch.equal(expected[key], got[key]) for key in expected)
    assert whole.corpus.splits == {"train"}


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_a_saved_model_makes_the_same_film_from_the_same_seed(
    name: str, training: Any, tmp_path: Path
) -> None:
    one = training(name, tmp_path)
    for part in one.system.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm):
            part.momentum = 1.0  # else one step leaves films all grey
    one.advance()
    one.save()
    model, again = one.model(), one.model()
    film = model.generate(CAPTIONS[0], seed=3).frames
    assert film.shape == (10, 32, 32, 3) and film.dtype == np.uint8
    assert np.array_equal(film, again.generate(CAPTIONS[0], seed=3).frames)
    assert not np.array_equal(film, model.generate(CAPTIONS[0], seed=4).frames)
    assert not np.array_equal(film, model.generate(CAPTIONS[1], seed=3).frames)
    streamed = next(model.stream(CAPTIONS[0], seed=3)).astype(int)
    assert np.abs(streamed - film[0]).max() <= 2, "one by one or all at once"
    assert model.card.metadata["corpus"] == "digits" and model.name


def test_time_is_kept_and_what_is_not_finite_ends_it(
    training: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = training("per-frame", tmp_path)
    told: list[tuple[float, str]] = []
    one.train(0.05, 10.0, lambda seconds, text: told.append((seconds, text)))
    assert one.seconds >= 0.05 and len(told) == one.steps >= 1 and one.pace.median is not None
    assert "judges" in told[0][1] and training("per-frame", tmp_path).seconds == pytest.approx(
        one.seconds, abs=0.5
    )
    monkeypatch.setattr(one.system, "judges_loss", lambda *_: torch.tensor(math.nan))
    with pytest.raises(TrainingError, match="loss of the judges of per-frame became nan"):
        one.advance()


# -- what follows from the figures ----------------------------------------------------------------------------------


def share(
    value: float, *, low: float = 0.4, chance: float = 0.1, name: str = "one digit, held out/all"
) -> Figure:
    return Figure(name=name, value=value, unit="share", n=40, low=low, high=1.0, chance=chance, real=0.9)


def record(name: str, history: dict[float, float], final: float, **kinds: float) -> Record:
    checkpoints = [
        Checkpoint(seconds=seconds, steps=1, accuracy=share(value, **kinds))
        for seconds, value in history.items()
    ]
    figures = {"digits": (share(final),)}
    ending = Final(
        seconds=600.0,
        films=40,
        figures=figures,
        methods={"digits": "so"},
        missing={"frechet": "It is not installed."},
        milliseconds=(20.0, 19.0, 22.0),
    )
    return Record(name, seconds=600.0, history=checkpoints, final=ending, size=Size(generator=1, training=2))


def test_speed_is_the_time_to_the_peers_best_accuracy() -> None:
    ours = record("textreel", {60: 0.3, 120: 0.7, 180: 0.9}, 0.9)
    theirs = record("mocogan", {180: 0.2, 360: 0.6, 540: 0.5}, 0.5)
    found = verdict(ours, theirs)
    assert (found.best, found.best_seconds, found.our_seconds, found.times, found.fast) == (
        0.6,
        360,
        120,
        3.0,
        True,
    )
    assert found.ahead == {"digits: one digit, held out/all": True}
    slow = verdict(record("textreel", {200: 0.7}, 0.4), theirs)
    assert slow.times == 1.8 and slow.fast is False and not any(slow.ahead.values())


def test_where_there_is_nothing_to_reach_or_nobody_reaches_it_the_verdict_says_so() -> None:
    ours = record("textreel", {60: 0.5}, 0.5)
    lucky = verdict(ours, record("per-frame", {60: 0.12}, 0.12, low=0.02))
    assert lucky.fast is None and "never rose above chance" in lucky.why
    better = verdict(ours, record("mocogan", {60: 0.8}, 0.8))
    assert better.fast is False and "never was as accurate" in better.why and not any(better.ahead.values())


def test_what_is_not_a_number_is_worse_than_any_and_survives_the_file(tmp_path: Path) -> None:
    theirs = record("mocogan", {60: 0.8}, math.nan)
    theirs.save(tmp_path)
    loaded = Record.load(tmp_path, "mocogan")
    assert loaded.final and math.isnan(loaded.final.figures["digits"][0].value)
    assert loaded.history == theirs.history and loaded.size == theirs.size
    assert all(verdict(record("textreel", {}, 0.1), loaded).ahead.values())
    (tmp_path / "record.json").write_text("{")
    with pytest.raises(TrainingError, match="is broken"):
        Record.load(tmp_path, "mocogan")


def test_the_table_says_where_textreel_is_not_ahead(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = record("textreel", {60: 0.5}, 0.5), record("mocogan", {60: 0.8}, 0.8)
    outcome = Outcome(
        options=Options(corpus="digits", out=tmp_path),
        records=(theirs, ours),
        verdicts=(verdict(ours, theirs),),
    )
    show(outcome, Console(width=160, force_terminal=False))
    printed = " ".join(capsys.readouterr().out.split())
    assert "80.0 %" in printed and "50.0 %" in printed and "ms a film" in printed
    assert "NOT ahead of mocogan" in printed and "It is not installed." in printed
    json.dumps(outcome.to_dict(), allow_nan=False)


# -- a whole comparison ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Strips of a square that goes right or down, two by each of three people."""
    folder = tmp_path_factory.mktemp("squares")
    for label in ("right", "down"):
        (folder / label).mkdir()
        for number in range(6):
            strip = np.full((32, 32 * 12, 3), 40, dtype=np.uint8)
            for frame in range(12):
                x, y = (2 * frame, 8 + number) if label == "right" else (8 + number, 2 * frame)
                strip[y : y + 8, 32 * frame + x : 32 * frame + x + 8] = (250, 20 * number, 60)
            Image.fromarray(strip).save(folder / label / f"{number}.png")
    words = "files_per_group: 2\nfolders:\n  right: a square goes to the right\n  down: a square goes down\n"
    (folder / "captions.yaml").write_text(words)
    out = tmp_path_factory.mktemp("shards") / "squares"
    build(scan(folder), out, ClipFormat(size=32, fps=12))
    return out


TINY = {
    "batch": 4,
    "steps": 500,
    "generator.hidden": 16,
    "generator.condition": 32,
    "generator.channels": [16, 16, 16, 16],
    "generator.text": {"features": 32, "prototypes": 64, "layers": 1, "heads": 2},
}


def test_a_whole_comparison_on_a_tiny_corpus(
    shards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(PerFrame, "batch", 4)
    monkeypatch.setattr("peers.scores.RUNS", 2)
    out = tmp_path / "out"
    options = Options(
        corpus=str(shards),
        out=out,
        minutes=0.5 / 60,
        every_minutes=0.4 / 60,
        only=("per-frame", "textreel"),
        films=4,
        films_along=4,
        changes=TINY,
        width=4,
    )
    told: set[str] = set()
    outcome = Comparison(options, watch=lambda name, seconds, text: told.add(name)).run()
    assert told == {"per-frame", "textreel"} == {one.name for one in outcome.records}
    for one in outcome.records:
        assert one.seconds >= 0.5 and one.steps >= 1 and one.history and one.size and one.clips_per_second
        assert one.final and "recognised" in {figure.name for figure in one.final.figures["actions"]}
        assert one.history[0].accuracy is not None and list((out / one.name / "films").glob("*.png"))
    assert [one.peer for one in outcome.verdicts] == ["per-frame"]
    results = json.loads((out / "results.json").read_text())
    assert len(results["contenders"]) == 2 and results["corpus"] == str(shards)

    def trained(*_: Any) -> None:
        pytest.fail("what is done was done again")

    again = Comparison(options, watch=trained).run()
    assert [one.to_dict() for one in again.records] == [one.to_dict() for one in outcome.records]
    with pytest.raises(UsageError, match="other options"):
        Comparison(Options(corpus=str(shards), out=out, seed=1), watch=trained)


def test_recipes_are_those_of_the_corpus(shards: Path, tmp_path: Path) -> None:
    config = reel.recipe_config(str(shards), None, {"steps": 7}, 3)
    assert (config.recipe, config.steps, config.seed, config.side) == ("own", 7, 3, 32)
    two = reel.recipe_config("digits", "digits-alone", {}, 0)
    assert two.corpus.digits == (1, 2)
    with pytest.raises(UsageError, match="Clips of digits are learned by digits"):
        reel.recipe_config("digits", "scenes", {}, 0)
    with pytest.raises(CorpusError, match=r"index\.json"):
        reel.recipe_config(str(tmp_path), None, {}, 0)


def test_options_that_cannot_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--only names mocogan"):
        Options(corpus="digits", out=tmp_path, only=("videogpt",))
    with pytest.raises(UsageError, match="at least 2 films"):
        Options(corpus="digits", out=tmp_path, films=1)
    with pytest.raises(UsageError, match="are positive"):
        Options(corpus="digits", out=tmp_path, minutes=0)
