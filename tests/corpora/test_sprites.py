"""Sprites: the packaged handful works without a fetch, fills its box, moves, and is cached whole."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from textreel.corpora.scenes import assets, sprites
from textreel.corpora.scenes.subjects import BY_NAME
from textreel.errors import AssetError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(assets.CACHE_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache" / "scenes"


def save_art(name: str, frames: list[Image.Image], duration: int = 42) -> None:
    """Put art of a subject that the package does not carry into the cache."""
    path = assets.fetched_art(BY_NAME[name])
    path.parent.mkdir(parents=True, exist_ok=True)
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=duration, loop=0, lossless=True)


def art(
    left: int, top: int, right: int, bottom: int, colour: tuple[int, int, int] = (250, 200, 0)
) -> Image.Image:
    """A picture of 256 x 256 with one opaque box, red where it begins on the left."""
    image = Image.new("RGBA", (256, 256))
    image.paste((*colour, 255), (left, top, right, bottom))
    image.paste((255, 0, 0, 255), (left, top, left + (right - left) // 4, bottom))
    return image


def test_the_packaged_handful_is_small_and_holds_what_tests_need() -> None:
    assert set(sprites.packaged_names()) == {"lion", "cat", "horse", "ball", "car", "whale", "owl", "rocket"}
    assert sum(path.stat().st_size for path in assets.PACKAGED_FOLDER.glob("*.webp")) < 600_000


def test_without_a_fetch_only_the_packaged_load() -> None:
    assert tuple(sprites.load_sprites()) == sprites.packaged_names() == sprites.available_names()


def test_loops_have_the_promised_shape_and_fill_their_box() -> None:
    for name, loop in sprites.load_sprites().items():
        assert loop.shape == (72, 64, 64, 4)
        assert loop.dtype == np.uint8
        visible = loop[..., 3].max(0) > 12
        assert max(np.ptp(np.flatnonzero(visible.any(axis))) for axis in (0, 1)) >= 56, name
        if BY_NAME[name].medium in ("ground", "water"):
            assert visible[58:].any(), name


def test_animated_loops_move_and_the_ball_does_not() -> None:
    for name, loop in sprites.load_sprites().items():
        moves = np.abs(loop.astype(int) - loop[:1]).mean() > 1
        assert moves == BY_NAME[name].animated, name


def test_the_second_load_maps_the_same_file(cache: Path) -> None:
    first = sprites.load_sprites(["lion"])["lion"]
    written = list(cache.glob("sprites-*.npy"))
    second = sprites.load_sprites(["lion"])["lion"]
    assert list(cache.glob("*")) == written
    assert len(written) == 1
    assert np.array_equal(first, second)
    with pytest.raises(ValueError, match="read-only"):
        second[0, 0, 0, 0] = 1


def test_a_truncated_cache_is_built_again(cache: Path) -> None:
    expected = np.array(sprites.load_sprites(["owl"])["owl"])
    path = next(cache.glob("sprites-*.npy"))
    path.write_bytes(path.read_bytes()[:5000])
    assert np.array_equal(sprites.load_sprites(["owl"])["owl"], expected)


def test_fetched_art_leaves_the_packaged_loops_alone() -> None:
    before = {name: np.array(loop) for name, loop in sprites.load_sprites().items()}
    save_art("lion", [art(0, 0, 256, 256)])
    save_art("tiger", [art(40, 60, 200, 160)])
    after = sprites.load_sprites()
    assert set(after) == {*before, "tiger"}
    for name, loop in before.items():
        assert np.array_equal(after[name], loop)


def test_art_that_looks_left_is_turned_and_stands_at_the_lower_edge() -> None:
    save_art("tiger", [art(40, 60, 200, 140)])
    frame = sprites.load_sprites(["tiger"])["tiger"][0].astype(int)
    visible = np.flatnonzero((frame[..., 3] > 128).any(1))
    assert visible[-1] >= 59
    assert 26 <= len(visible) <= 32
    row = frame[visible[len(visible) // 2]]
    assert row[8, 1] > 150
    assert row[55, 1] < 50


def test_what_flies_is_centred() -> None:
    save_art("eagle", [art(40, 150, 200, 230)])
    visible = np.flatnonzero((sprites.load_sprites(["eagle"])["eagle"][0, ..., 3] > 128).any(1))
    assert abs((visible[0] + visible[-1]) / 2 - 31.5) <= 1


def test_edges_and_transparent_pixels_carry_the_colour_of_the_art() -> None:
    save_art("sun", [art(60, 60, 190, 190, (250, 200, 0)).transpose(Image.Transpose.ROTATE_90)])
    loop = sprites.load_sprites(["sun"])["sun"][0].astype(int)
    beside = loop[30, [0, 1, 62, 63]]
    assert (beside[:, 3] < 255).all()
    assert (beside[:, 0] > 200).all()


def test_a_piece_of_sea_is_cut_off() -> None:
    ship = BY_NAME["ship"]
    waterline = round(256 * ship.kept_height)
    image = art(0, 40, 256, waterline)
    image.paste((0, 80, 255, 255), (0, waterline, 256, 256))
    save_art("ship", [image])
    loop = sprites.load_sprites(["ship"])["ship"]
    assert not ((loop[..., 2] > 120) & (loop[..., 3] > 128)).any()


def test_time_is_kept_for_uneven_and_short_loops() -> None:
    frames = [art(40, 40, 200, 200, (0, 250, 0)), art(40, 40, 200, 200, (0, 0, 250))]
    save_art("clock", frames, duration=750)
    loop = sprites.load_sprites(["clock"])["clock"]
    green = loop[:, 32, 40, 1] > 128
    assert green.tolist() == ([True] * 18 + [False] * 18) * 2


def test_an_unfetched_subject_says_how_to_get_it() -> None:
    with pytest.raises(AssetError, match="textreel corpus fetch scenes"):
        sprites.load_sprites(["tiger"])


def test_an_unknown_subject_is_refused() -> None:
    with pytest.raises(AssetError, match="no subject"):
        sprites.load_sprites(["unicorn"])


@pytest.mark.parametrize("content", [b"", b"RIFF not a picture"])
def test_broken_art_is_a_sentence(content: bytes, cache: Path) -> None:
    assets.write_aside(assets.fetched_art(BY_NAME["bear"]), content)
    with pytest.raises(AssetError, match="missing or broken"):
        sprites.load_sprites(["bear"])
    assert not list(cache.glob("sprites-*")) + list(cache.glob("building-*"))


def test_invisible_art_is_refused() -> None:
    save_art("bear", [Image.new("RGBA", (64, 64))])
    with pytest.raises(AssetError, match="transparent"):
        sprites.load_sprites(["bear"])


def test_a_cache_that_cannot_be_written_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(assets.CACHE_VARIABLE, str(tmp_path / "file"))
    with pytest.raises(AssetError, match="TEXTREEL_CACHE"):
        sprites.load_sprites(["lion"])


def test_packaged_art_is_written_from_fetched_art(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sprites, "packaged_art", lambda subject: tmp_path / f"{subject.name}.webp")
    save_art("star", [art(40, 40, 200, 200), art(60, 40, 180, 200)])
    drawn = sprites.draw_loop(BY_NAME["star"])
    sprites.write_packaged_art(["star"])
    packed = sprites.draw_loop(BY_NAME["star"])
    assert np.abs(drawn.astype(int) - packed)[..., 3].mean() < 4


def test_the_contact_sheet_has_a_cell_for_every_subject() -> None:
    loops = sprites.load_sprites(["lion", "cat", "ball"])
    sheet = sprites.contact_sheet(loops, columns=2, phases=3)
    assert sheet.size == (2 * (3 * 64 + 8), 2 * (64 + 16))


def test_direction_is_part_of_the_cache_key() -> None:
    save_art("tiger", [art(40, 60, 200, 140)])
    turned = replace(BY_NAME["tiger"], faces=1)
    assert sprites._fingerprint([BY_NAME["tiger"]]) != sprites._fingerprint([turned])
