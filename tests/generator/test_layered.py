"""The layered generator, of toy size: causal, explicit in its state, a function of words and noise."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from textreel import checkpoint
from textreel.errors import CheckpointError
from textreel.generator import LayeredGenerator, TextEncoderConfig, TextEncoding, load_generator, word_tensors
from textreel.generator.clocks import CLOCK_FEATURES
from textreel.generator.layered import pose_code
from textreel.generator.plans import within_bounds
from textreel.language import WordVectors
from textreel.nn.compositing import POSE, STATIC_CAMERA
from textreel.nn.noise import Noise, draw_noise
from textreel.nn.text_encoder import TextEncoder

LEVEL = 2 / 255  # a grey level of frames in [-1, 1]
SIZE = (32, 32)
PROMPTS = ("a lion walks on the beach", "two red cats run in the snow at night")


class Setting(NamedTuple):
    generator: LayeredGenerator
    encoding: TextEncoding
    noise: Noise
    camera: Tensor


@pytest.fixture(scope="module")
def setting(vectors: WordVectors, toy_layers: Callable[..., LayeredGenerator]) -> Setting:
    generator = toy_layers()
    noise = draw_noise(2, torch.Generator().manual_seed(1))
    camera = torch.tensor(STATIC_CAMERA).repeat(2, 6, 1)
    camera[:, :, 0] = torch.linspace(0, 0.3, 6)
    return Setting(generator, generator.encode(*word_tensors(PROMPTS, vectors)), noise, camera)


def film(setting: Setting, **changes: int) -> tuple[Tensor, Tensor]:
    return setting.generator.film(setting.encoding, setting.noise, setting.camera, SIZE, **changes)


def test_shapes_and_ranges(setting: Setting) -> None:
    frames, attention = film(setting)
    assert frames.shape == (2, 6, 3, *SIZE) and frames.dtype == torch.float32
    assert frames.abs().max() <= 1 + 1e-5
    assert attention.shape[:2] == (2, 6)
    torch.testing.assert_close(attention.sum(dim=-1), torch.ones(2, 6))
    assert not attention[~setting.encoding.mask[:, None].expand_as(attention)].any()


def test_a_film_is_its_steps_one_after_another(setting: Setting) -> None:
    frames, attention = film(setting)
    state = setting.generator.initial_state(setting.encoding, setting.noise)
    for index in range(6):
        frame, weights, state = setting.generator.step(state, setting.camera[:, index], SIZE)
        torch.testing.assert_close(frame, frames[:, index], atol=LEVEL / 4, rtol=0)
        torch.testing.assert_close(weights, attention[:, index], atol=1e-4, rtol=0)


def test_a_frame_does_not_change_when_the_next_is_asked_for(setting: Setting) -> None:
    state = setting.generator.initial_state(setting.encoding, setting.noise)
    alone, _, after = setting.generator.step(state, setting.camera[:, 0], SIZE)
    kept = after.recurrent.hidden.clone()
    other = setting.camera.clone()
    other[:, 1:, 2] = 2.0
    together, _, _ = setting.generator.advance(state, other, SIZE)
    torch.testing.assert_close(together[:, 0], alone, atol=LEVEL / 4, rtol=0)
    setting.generator.step(after, setting.camera[:, 1], SIZE)
    assert torch.equal(after.recurrent.hidden, kept)
    assert torch.equal(setting.generator.step(state, setting.camera[:, 0], SIZE)[0], alone)


def test_the_same_seed_gives_the_same_bytes(setting: Setting) -> None:
    assert torch.equal(film(setting)[0], film(setting)[0])


def test_noise_words_and_time_each_change_the_film(setting: Setting) -> None:
    frames, _ = film(setting)
    other_noise = setting._replace(noise=draw_noise(2, torch.Generator().manual_seed(2)))
    other_words = setting._replace(encoding=setting.encoding[torch.tensor([1, 0])])
    for changed in (other_noise, other_words):
        assert not torch.allclose(film(changed)[0], frames, atol=1e-3)
    assert not torch.allclose(frames[:, 0], frames[:, 5], atol=1e-3)


def test_a_clip_does_not_depend_on_the_others_of_its_batch(setting: Setting) -> None:
    alone = Setting(setting.generator, setting.encoding[:1], setting.noise[:1], setting.camera[:1])
    # Half a level of 255: processors multiply batches of other sizes in another order.
    torch.testing.assert_close(film(alone)[0], film(setting)[0][:1], atol=4e-3, rtol=0)


def test_a_film_reports_and_can_be_cancelled(setting: Setting) -> None:
    told: list[tuple[int, int]] = []
    arguments = (setting.encoding, setting.noise, setting.camera, SIZE)
    setting.generator.film(*arguments, chunk=4, progress=lambda *done: told.append(done))
    assert told == [(4, 6), (6, 6)]
    frames, _ = setting.generator.film(*arguments, cancel=lambda: True)
    assert frames.shape[1] == 0


def test_poses_that_are_seen_are_within_bounds() -> None:
    poses = within_bounds(pose_code(10 * torch.randn(50, 10)))
    torch.testing.assert_close(poses[:, :2].norm(dim=-1), torch.ones(50))
    torch.testing.assert_close(poses[:, 5:7].norm(dim=-1), torch.ones(50))
    for name, low in (("opacity", 0), ("shadow", 0), ("facing", -1)):
        assert poses[:, POSE[name]].min() >= low and poses[:, POSE[name]].max() <= 1
    torch.testing.assert_close(within_bounds(poses), poses)


def test_a_pose_that_is_far_off_can_still_be_learned() -> None:
    raw = torch.full((1, 10), 100.0, requires_grad=True)
    learned = [POSE[name] for name in ("facing", "roll_cos", "roll_sin", "opacity", "shadow")]
    pose_code(raw)[:, learned].sum().backward()
    assert raw.grad is not None and raw.grad[:, learned].min() > 0.5


def test_padding_words_have_no_say(setting: Setting, vectors: WordVectors) -> None:
    words, mask = word_tensors(PROMPTS[:1], vectors)
    longer = torch.cat([words, torch.full_like(words, 9.0)], dim=1), torch.cat([mask, ~mask], dim=1)
    sentence = setting.generator.encode(*longer).sentence
    torch.testing.assert_close(sentence, setting.generator.encode(words, mask).sentence, atol=1e-5, rtol=0)


def test_a_prompt_without_a_known_word_is_read_all_the_same(setting: Setting, vectors: WordVectors) -> None:
    words, mask = word_tensors(["!!!"], vectors)
    assert mask.shape == (1, 1) and not words.any()
    assert torch.isfinite(setting.generator.encode(words, mask).sentence).all()


def test_word_vectors_of_another_size_are_refused() -> None:
    encoder = TextEncoder(TextEncoderConfig(features=32, prototypes=8, layers=1, heads=2))
    with pytest.raises(ValueError, match="must have 100 numbers, got 50"):
        encoder(torch.zeros(1, 2, 50), torch.ones(1, 2, dtype=torch.bool))


def test_words_that_resemble_a_prototype_are_read_like_it(vectors: WordVectors) -> None:
    encoder = TextEncoder(TextEncoderConfig(features=32, prototypes=40, layers=1, heads=2))
    known, words = torch.from_numpy(vectors.matrix), ["lion", "car", "beach", "snow"]
    prototypes = torch.from_numpy(vectors.stack(words))
    encoder.embedding.fit(known, prototypes, torch.Generator().manual_seed(0))
    lioness, lion, car = encoder.embedding(torch.from_numpy(vectors.stack(["lioness", "lion", "car"])))
    assert (lioness - lion).norm() < (lioness - car).norm()


def test_a_generator_is_loaded_from_its_folder(setting: Setting, tmp_path) -> None:
    config = {"hidden": 8, "condition": 32, "weather_channels": [8, 8]}
    config |= {"canvas_channels": [8] * 4, "sprite_channels": [8] * 4}
    config["text"] = {"features": 32, "prototypes": 64, "layers": 1, "heads": 2}
    facts = {"generator": "layered", "config": config}
    tensors = setting.generator.state_dict()
    checkpoint.save(tmp_path / "good", tensors, facts, kind="generator")
    assert load_generator(tmp_path / "good").config == setting.generator.config
    checkpoint.save(tmp_path / "kind", tensors, facts | {"generator": "cubist"}, kind="generator")
    checkpoint.save(tmp_path / "key", tensors, facts | {"config": config | {"depth": 3}}, kind="generator")
    checkpoint.save(tmp_path / "form", tensors, facts | {"config": config | {"hidden": 4}}, kind="generator")
    for folder, message in (("kind", "'cubist'"), ("key", "'depth'"), ("form", "does not fit")):
        with pytest.raises(CheckpointError, match=message):
            load_generator(tmp_path / folder)


@pytest.mark.parametrize("looked", [1, 2, 5])
def test_who_looks_ahead_changes_nothing(
    setting: Setting, looked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = setting.generator
    first = generator.initial_state(setting.encoding, setting.noise)
    alone, _, after = generator.advance(first, setting.camera[:, :2], SIZE)
    ahead = generator.whereabouts(first, looked)
    assert ahead.shape[:2] == (2, looked)
    generator.whereabouts(after, 2)
    generator.whereabouts(first, looked)
    carried: list[int] = []
    carry = generator.carry
    monkeypatch.setattr(
        generator, "carry", lambda state, frames: carried.append(frames) or carry(state, frames)
    )
    seen, _, later = generator.advance(first, setting.camera[:, :2], SIZE)
    assert carried == ([] if looked == 2 else [2]), "what is known already is not done again"
    assert torch.equal(seen, alone) and torch.equal(later.phases, after.phases)
    generator.advance(first, setting.camera[:, :2], SIZE)
    assert carried[-1:] == [2], "and not kept for longer"


def test_a_glance_sees_where_a_hastened_subject_is(setting: Setting) -> None:
    generator = setting.generator
    _, _, state = generator.advance(
        generator.initial_state(setting.encoding, setting.noise), setting.camera, SIZE
    )
    seconds = torch.tensor([0.0, 0.7, 3.0])
    later = generator.glances(state, seconds)
    assert later.shape == (2, 3, 2, 10)
    for index, length in enumerate(seconds.tolist()):
        hastened = generator.hastened(state, length)
        assert torch.equal(hastened.phases[..., 1], state.phases[..., 1]), "its step goes on"
        torch.testing.assert_close(
            generator.glances(hastened, seconds[:1])[:, 0], later[:, index], atol=1e-4, rtol=0
        )


@pytest.mark.parametrize(("falls", "anew"), [(True, True), (False, False)])
def test_a_path_that_ends_elsewhere_begins_anew(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, falls: bool, anew: bool
) -> None:
    def poses_of(meaning: Tensor, condition: Tensor, hidden: Tensor, clocks: Tensor) -> Tensor:
        angle = torch.atan2(clocks[:, CLOCK_FEATURES // 2], clocks[:, 0])
        path = torch.remainder(angle / (2 * torch.pi), 1.0)
        poses = torch.zeros(len(clocks), 10)
        if falls:
            poses[:, POSE["y"]] = path
        else:
            poses[:, POSE["x_cos"]], poses[:, POSE["x_sin"]] = angle.cos(), angle.sin()
        return poses

    monkeypatch.setattr(setting.generator, "poses_of", poses_of)
    found = setting.generator.begins_anew(torch.zeros(1, 2, 4), torch.zeros(1, 2, 4))
    assert found.tolist() == [[anew, anew]]
