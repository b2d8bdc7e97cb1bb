"""Explanations of films of toy size: what adds up, what is known, what is refused."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from textreel.errors import Cancelled, UsageError
from textreel.evaluation.judge import HEADS
from textreel.explain import METHODS, Explanation, ShotExplanation, explain_film
from textreel.explain.believing import Discriminators, ask
from textreel.explain.counterfactuals import believed_changes, find_counterfactuals
from textreel.explain.explaining import trust_in
from textreel.explain.judging import beliefs_about
from textreel.explain.noise import closed_form, find_directions, moved
from textreel.explain.painters import painter_of
from textreel.explain.shots import filmed_shots
from textreel.explain.words import by_leaving_out, seen_parts
from textreel.generator import (
    ClipsGenerator,
    ClipsGeneratorConfig,
    Generator,
    PlainGenerator,
    PlainGeneratorConfig,
    TextEncoderConfig,
)
from textreel.language import WordVectors
from textreel.models import ModelCard
from textreel.nn.noise import draw_noise
from textreel.pipeline import Film, Reel
from textreel.training.critic import Critic, save_discriminators

PROMPT = "a white lion walks across the snow at night xqzvw"


class PlaceJudge:
    """Sees one thing: bright frames are a savanna, dark ones snow; what counts as bright is given."""

    shape = SimpleNamespace(side=16)

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def __call__(self, frames_BTCHW: Tensor) -> dict[str, Tensor]:
        answers = {head: torch.zeros(len(frames_BTCHW), len(values)) for head, values in HEADS.items()}
        bright = frames_BTCHW.mean(dim=(1, 2, 3, 4)) > self.threshold
        for setting, sign in (("savanna", 1.0), ("snow", -1.0)):
            answers["setting"][:, HEADS["setting"].index(setting)] = torch.where(bright, 9 * sign, -9 * sign)
        return answers


@pytest.fixture(scope="module")
def film(toy: Reel) -> Film:
    return toy.generate(PROMPT, seed=3, seconds=0.5)


@pytest.fixture(scope="module")
def explanation(film: Film) -> Explanation:
    return film.explain(include=("words", "gradients", "discriminators"))


@pytest.fixture(scope="module")
def shot(explanation: Explanation) -> ShotExplanation:
    (shot,) = explanation.shots
    return shot


def test_what_is_explained_is_the_film(film: Film, shot: ShotExplanation) -> None:
    painted_again = np.abs(shot.pictures.astype(int) - film.frames[list(shot.frames)])
    assert painted_again.max() <= 1 and shot.frames[0] == 0 and shot.frames[-1] == 11
    assert shot.repaint is not None
    assert np.array_equal(shot.repaint(range(len(shot.words))), shot.pictures)
    assert not np.array_equal(shot.repaint([]), shot.pictures)


def test_parts_make_up_the_picture(shot: ShotExplanation) -> None:
    assert "place" in shot.parts
    assert np.sum(list(shot.parts.values()), axis=0) == pytest.approx(1.0, abs=0.01)
    assert shot.layers["place"].shape[2] == 3 and shot.layers["subject 1"].shape == (64, 64, 4)


@pytest.mark.parametrize("method", METHODS)
def test_shares_add_up(shot: ShotExplanation, method: str) -> None:
    known = [word for word in shot.words if word.known]
    assert sum(word.shares[method] for word in known) == pytest.approx(1.0, abs=1e-3)
    assert all(word.maps[method].shape == next(iter(shot.parts.values())).shape for word in known)


def test_every_place_reads_all_that_it_reads(shot: ShotExplanation) -> None:
    total = np.sum([word.maps["attention"] for word in shot.words if word.known], axis=0)
    assert total == pytest.approx(1.0, abs=0.01)


def test_a_word_is_said_to_cause_what_changes_without_it(film: Film, shot: ShotExplanation) -> None:
    (filmed,) = filmed_shots(film)
    _, films = by_leaving_out(filmed, seen_parts(filmed))
    at = filmed.words.index("night")
    assert shot.repaint is not None
    without = shot.repaint([index for index, word in enumerate(shot.words) if word.text != "night"])
    changes = np.abs(without.astype(float) - shot.pictures).mean(axis=(1, 2, 3))
    assert shot.words[at].change == pytest.approx(changes.max(), abs=1.0)
    assert np.abs((films[at].permute(0, 2, 3, 1).numpy() + 1) * 127.5 - without).max() <= 1


def test_parts_are_held_against_what_would_stand_in_their_place(film: Film) -> None:
    (filmed,) = filmed_shots(film)
    pictures, seen = filmed.pictures(), seen_parts(filmed)
    same = filmed.painter.exchanged(filmed.state, filmed.state, filmed.view)[0]
    assert torch.allclose(same, pictures.expand_as(same), atol=1e-5)
    other = replace(filmed.state, canvas=-filmed.state.canvas)
    changes = (
        (filmed.painter.exchanged(filmed.state, other, filmed.view)[0] - pictures)
        .abs()
        .mean(dim=(1, 2, 3, 4))
    )
    assert changes[0] > 0.01 and changes[1:].max() < 1e-5
    assert seen.shape[0] == len(filmed.painter.parts)


def test_a_word_that_cannot_be_read_has_no_effect(explanation: Explanation, shot: ShotExplanation) -> None:
    word = shot.words[-1]
    assert not word.known and not word.has_effect and word.text in explanation.words_without_effect
    assert "night" not in explanation.words_without_effect


def test_pixels_lead_back_to_words(shot: ShotExplanation) -> None:
    for method in METHODS:
        found = shot.words_at(0.5, 0.2, frame=5, method=method)
        shares = [share for _, share in found]
        assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1.0)
    with pytest.raises(UsageError, match="0 to 1"):
        shot.words_at(1.5, 0.2, frame=0)
    with pytest.raises(UsageError, match="leaving out"):
        shot.words_at(0.5, 0.5, frame=0, method="guessing")


def test_gradients_tell_how_far_they_add_up(shot: ShotExplanation) -> None:
    assert shot.completeness.keys() == shot.parts.keys()
    for part, total in shot.completeness.items():
        sums = sum(word.by_part["gradients"][part] for word in shot.words if word.known)
        assert sums == pytest.approx(total, abs=1e-4)


def test_what_is_missing_is_said(explanation: Explanation) -> None:
    assert any("discriminators" in sentence for sentence in explanation.missing)
    assert explanation.shots[0].beliefs == () and explanation.trust == ()


def test_every_shot_is_explained_at_its_own_frames(toy: Reel) -> None:
    film = toy.generate("A lion walks in the snow. Cut to a zebra on the savanna.", seconds=1.0)
    first, second = explain_film(film, include=("words",)).shots
    assert first.frames[-1] < second.frames[0] and second.frames[-1] == len(film.frames) - 1
    for shot in (first, second):
        assert np.abs(shot.pictures.astype(int) - film.frames[list(shot.frames)]).max() <= 1
    assert "zebra" in {word.text for word in second.words}


def test_an_edited_film_is_explained_as_it_is(toy: Reel) -> None:
    edited = toy.generate("a lion walks across the savanna", seconds=0.25).edit("at night instead")
    (shot,) = edited.explain(include=("words",)).shots
    assert np.abs(shot.pictures.astype(int) - edited.frames[list(shot.frames)]).max() <= 1


def test_a_single_word_can_be_left_out(toy: Reel) -> None:
    (shot,) = toy.generate("lion", seconds=0.2).explain(include=("words",)).shots
    assert shot.words[0].has_effect and np.isfinite(shot.words[0].maps["leaving out"]).all()


def test_work_is_told_and_can_be_stopped(film: Film) -> None:
    told: list[tuple[str, int, int | None]] = []
    film.explain(include=("words",), progress=lambda *step: told.append(step))
    assert [step[1] for step in told] == list(range(1, len(told) + 1))
    with pytest.raises(Cancelled):
        film.explain(cancel=lambda: True)


def test_what_cannot_be_done_is_refused(film: Film) -> None:
    with pytest.raises(UsageError, match="one of words, gradients"):
        film.explain(include=("poetry",))
    with pytest.raises(UsageError, match="does not know the model"):
        replace(film, reel=None).explain()


def test_trust_is_of_these_weights_only(tmp_path: Path) -> None:
    figure = {"name": "pointing/attention", "value": 0.9, "unit": "share", "n": 10, "chance": 0.3}
    report = {"weights_hash": "abc", "results": [{"metric": "explanation", "figures": [figure]}]}
    card = ModelCard(name="m", folder=tmp_path, weights_hash="abc", megabytes=1.0, metadata={})
    assert trust_in(card) == ()
    (tmp_path / "explanation.json").write_text(str(report).replace("'", '"'), encoding="utf-8")
    assert trust_in(card) == (figure,)
    assert trust_in(replace(card, weights_hash="other")) == ()


def test_a_counterfactual_is_what_the_judge_confirms(film: Film) -> None:
    (filmed,) = filmed_shots(film)
    _, without = by_leaving_out(filmed, seen_parts(filmed))
    change = believed_changes(filmed)["setting"][0]
    as_it_is, changed = float(filmed.pictures().mean()), float(without[change.at].mean())
    judge: Any = PlaceJudge((as_it_is + changed) / 2)
    now = beliefs_about(judge, [filmed.pictures()])[0]
    (found,) = find_counterfactuals(filmed, judge, now, without)
    assert found.attribute == "setting" and found.word == filmed.words[change.at] and found.instead == ""
    assert {found.before, found.after} == {"savanna", "snow"} and found.confidence > 0.99
    stubborn: Any = PlaceJudge(-9.0)
    now = beliefs_about(stubborn, [filmed.pictures()])[0]
    assert find_counterfactuals(filmed, stubborn, now, without) == ()


def test_the_closed_form_finds_what_the_first_layer_hears(film: Film) -> None:
    (filmed,) = filmed_shots(film)
    generator = filmed.easel.generator
    found = [each for each in find_directions(filmed) if each.method == "closed form"]
    assert {each.acts_on for each in found} == {"place", "subjects"}
    for each in found:
        weights = closed_form(generator, each.acts_on)
        chance = torch.randn(64, 64, generator=torch.Generator().manual_seed(0))
        others = (weights @ (chance / chance.norm(dim=0))).norm(dim=0)
        assert float((weights @ each.vector).norm()) > float(others.mean())
        assert float(each.vector.norm()) == pytest.approx(1.0, abs=1e-4)


def test_noise_moves_along_a_direction_only() -> None:
    noise = draw_noise(1, torch.Generator().manual_seed(1))
    direction = torch.nn.functional.normalize(torch.arange(64.0), dim=0)
    changed = moved(noise, direction, 2.0)
    assert float(changed.vector[0] @ direction) == pytest.approx(2.0, abs=1e-4)
    off = (changed.vector - noise.vector)[0]
    assert torch.allclose(off, (off @ direction) * direction, atol=1e-5)
    assert torch.equal(changed.terrain, noise.terrain)


def test_directions_show_the_film_itself_in_their_strips(film: Film) -> None:
    (shot,) = film.explain(include=("noise",)).shots
    assert shot.directions and all(each.strip.shape == (5, 32, 32, 3) for each in shot.directions)
    assert all(each.name for each in shot.directions)
    for each in shot.directions:
        if each.acts_on == "place":
            assert not np.array_equal(each.strip[0], each.strip[-1])


def test_discriminators_are_found_beside_the_model_and_asked(film: Film, toy: Reel, tmp_path: Path) -> None:
    assert Discriminators.load(tmp_path / "model", toy.generator) is None
    torch.manual_seed(0)
    critic = Critic(toy.generator.config.text, ("frame", "motion", "sprite"))
    save_discriminators(critic, tmp_path / "model", {})
    found = Discriminators.load(tmp_path / "model", toy.generator)
    assert found is not None
    (filmed,) = filmed_shots(film)
    beliefs = {each.judge: each for each in ask(found, filmed)}
    assert beliefs.keys() == {"frame", "motion", "sprite"}
    assert beliefs["frame"].least_real in filmed.painter.parts
    for belief in beliefs.values():
        assert belief.looks.min() >= 0 and belief.looks.max() == pytest.approx(1.0)
        assert belief.looks.shape[0] == len(belief.pictures)


def plain() -> Generator[Any]:
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    return PlainGenerator(
        PlainGeneratorConfig(text=text, size=32, hidden=8, condition=32, channels=(8, 8, 8, 8))
    )


def clips() -> Generator[Any]:
    text = TextEncoderConfig(features=32, prototypes=64, layers=1, heads=2)
    return ClipsGenerator(
        ClipsGeneratorConfig(text=text, size=32, hidden=8, condition=32, channels=(8, 8, 8, 8))
    )


@pytest.mark.parametrize("make", [plain, clips])
def test_generators_without_known_layers_are_explained_too(
    make: Any, toy: Reel, vectors: WordVectors
) -> None:
    torch.manual_seed(0)
    generator = make().requires_grad_(False).eval()
    known = torch.from_numpy(vectors.matrix)
    generator.text_encoder.embedding.fit(known, known[:64], torch.Generator().manual_seed(0))
    film = replace(toy, generator=generator).generate("a person waves one hand", seconds=0.5)
    (shot,) = film.explain(include=("words", "gradients", "noise")).shots
    assert np.abs(shot.pictures.astype(int) - film.frames[list(shot.frames)]).max() <= 1
    assert tuple(shot.parts) == painter_of(generator).parts
    assert sum(word.shares["gradients"] for word in shot.words) == pytest.approx(1.0, abs=1e-3)
    assert shot.directions
