"""Pictures of any film look as on a plain screen: no wash of HDR, no combs, one ground under what is clear."""

from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import ColorPrimaries, ColorTrc
from PIL import Image

from textreel.media import read
from textreel.media.standard import HLG, PQ, WIDE, FilmFrames, standard_range, to_rgb

COLOURS = np.array(
    [[220, 40, 40], [235, 235, 235], [128, 128, 128], [40, 200, 40], [40, 40, 220], [20, 20, 20]]
)
BT2020_FROM_709 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def signal(transfer: str) -> np.ndarray:
    """The colours as a camera of a wide range writes them, with white at 203 nits."""
    light = (COLOURS / 255) ** 2.4 @ BT2020_FROM_709.T
    if transfer == PQ:
        power = (light * 203 / 10_000) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    if transfer == HLG:
        shown = light * 203 / 1000
        scene = shown * (shown @ [0.2627, 0.6780, 0.0593])[:, None] ** (1 / 1.2 - 1)
        bright = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
        return np.where(scene <= 1 / 12, np.sqrt(3 * scene), bright)
    return light ** (1 / 2.4)


@pytest.mark.parametrize("transfer", [PQ, HLG, WIDE])
def test_a_wide_range_gives_the_colours_that_were_filmed(transfer: str) -> None:
    assert np.abs(standard_range(signal(transfer), transfer).astype(int) - COLOURS).max() <= 8


def test_what_is_brighter_than_white_stays_brighter() -> None:
    grey = np.linspace(0.3, 0.65, 8)[:, None].repeat(3, axis=1)  # of PQ: 10 to 390 nits
    assert (np.diff(standard_range(grey, PQ).astype(int), axis=0) > 0).all()


@pytest.mark.parametrize("trc", [ColorTrc.SMPTE2084, ColorTrc.ARIB_STD_B67])
def test_a_frame_of_a_wide_range_is_not_washed_out(trc: ColorTrc) -> None:
    coded = signal(PQ if trc == ColorTrc.SMPTE2084 else HLG)
    pixels = np.repeat(np.repeat((coded * 65535).round().astype(np.uint16)[None], 8, 0), 8, 1)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb48le")
    frame.color_trc, frame.color_primaries = trc, ColorPrimaries.BT2020
    shown = to_rgb(frame, (frame.width, frame.height))[4, 4::8]
    assert np.abs(shown.astype(int) - COLOURS).max() <= 8


def clear_film(path: Path, codec: str, pixel_format: str) -> Path:
    """A red square on nothing, the nothing being black."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=12)
        stream.width, stream.height, stream.pix_fmt = 32, 32, pixel_format
        if path.name == "tagged.webm":
            stream.metadata["alpha_mode"] = "1"
            stream.metadata["alpha_mode"] = "1"
        pixels = np.zeros((32, 32, 4), dtype=np.uint8)
        pixels[8:24, 8:24] = (200, 30, 30, 255)
        for _ in range(4):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgba")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("a.webm", "libvpx-vp9", "yuva420p"),
        ("tagged.webm", "libvpx-vp9", "yuva420p"),
        ("a.mov", "prores_ks", "yuva444p10le"),
        ("b.mov", "png", "rgba"),
    ],
)
def test_what_is_transparent_in_a_film_becomes_white(
    tmp_path: Path, name: str, codec: str, pixel_format: str
) -> None:
    frames = list(read(clear_film(tmp_path / name, codec, pixel_format)))
    assert len(frames) == 4
    assert frames[1][:4].min() > 245
    assert np.abs(frames[1][14:18, 14:18].astype(int) - (200, 30, 30)).max() < 12


def test_what_is_transparent_in_pictures_becomes_white(tmp_path: Path) -> None:
    pages = [Image.new("RGBA", (16, 16), (0, 0, level, 0)) for level in range(4)]
    pages[0].save(tmp_path / "clear.webp", save_all=True, append_images=pages[1:], lossless=True, exact=True)
    assert min(frame.min() for frame in read(tmp_path / "clear.webp")) == 255


def test_an_interlaced_film_has_no_combs_and_keeps_its_times(tmp_path: Path) -> None:
    path = tmp_path / "laced.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=25, options={"flags": "+ildct+ilme", "x264-params": "tff=1"}
        )
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(10):
            pixels = np.zeros((64, 64, 3), dtype=np.uint8)
            for field in range(2):
                left = 4 * number + 2 * field
                pixels[field::2, left : left + 16] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        frames = FilmFrames(container, container.streams.video[0])
        shown = [(frame.time, to_rgb(frame)[..., 0].astype(int)) for frame in frames]
        assert frames.treatments == ("interlaced: deinterlaced",)
    assert [moment for moment, _ in shown] == pytest.approx([number / 25 for number in range(10)])
    for _, picture in shown[2:8]:
        assert np.abs(np.diff(picture[20:44], axis=0)).max() < 100
