"""Pictures of any film as a plain screen shows them: progressive, opaque, in standard range (sRGB).

High dynamic range is brought down by the formulas of ITU-R BT.2100 (PQ, HLG) with reference white at 203 nits
(BT.2408); brighter light is compressed above a knee, hue kept.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorTrc, Interpolation
from numpy.typing import NDArray
from PIL import Image

GROUND = 255
"""What is transparent becomes white, as on a page, whatever the kind of file."""

PQ, HLG, WIDE = "HDR (PQ)", "HDR (HLG)", "BT.2020 colour"
TRANSPARENT = "transparent: laid on white"
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
REFERENCE_WHITE_NITS, HLG_PEAK_NITS = 203.0, 1000.0
HLG_SYSTEM_GAMMA = 1.2
LUMINANCE_2020 = np.array([0.2627, 0.6780, 0.0593])
BT709_FROM_2020 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
KNEE = 0.8  # of reference white, in linear light
SCREEN_GAMMA = 2.4


class FilmFrames:
    """The frames of a stream, deinterlaced, with their transparency where the file has it.

    Attributes:
        treatments: what is done to them, such as ``interlaced: deinterlaced``; known from the first frame on.
    """

    def __init__(self, container: av.container.InputContainer, stream: av.VideoStream) -> None:
        self._container, self._stream = container, stream
        self.treatments: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[av.VideoFrame]:
        frames = self._decoded()
        first = next(frames, None)
        if first is None:
            return
        self.treatments = _treatments(first)
        whole = chain([first], frames)
        yield from _progressive(whole, first) if first.interlaced_frame else whole

    def _decoded(self) -> Iterator[av.VideoFrame]:
        name = ALPHA_DECODERS.get(self._stream.codec_context.name)
        tags = {tag.lower(): value for tag, value in self._stream.metadata.items()}
        if name is None or tags.get("alpha_mode") != "1":
            yield from self._container.decode(self._stream)
            return
        decoder = av.CodecContext.create(name, "r")  # FFmpeg's own leaves transparency out
        assert isinstance(decoder, av.VideoCodecContext)
        for packet in self._container.demux(self._stream):
            yield from decoder.decode(packet)


def to_rgb(frame: av.VideoFrame, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """A frame as uint8 [height, width, 3]; scaled where `size`, width and height, is given."""
    if _has_alpha(frame):
        frame = _on_ground(frame)
    transfer = transfer_of(frame)
    depth = "rgb48le" if transfer else "rgb24"
    if size is not None:
        shrinks = size[0] * size[1] < frame.width * frame.height
        method = Interpolation.AREA if shrinks else Interpolation.BICUBIC
        frame = frame.reformat(width=size[0], height=size[1], format=depth, interpolation=method)
    pixels = frame.to_ndarray(format=depth)
    return standard_range(pixels / 65535, transfer) if transfer else pixels.astype(np.uint8, copy=False)


def opaque(picture: Image.Image) -> Image.Image:
    """A still as RGB, laid on the ground where it is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, (GROUND, GROUND, GROUND, 255))
    return Image.alpha_composite(ground, layered).convert("RGB")


def still_treatments(picture: Image.Image) -> tuple[str, ...]:
    """What `opaque` does to a still."""
    if not picture.has_transparency_data:
        return ()
    least, _ = picture.convert("RGBA").getchannel("A").getextrema()
    return (TRANSPARENT,) if isinstance(least, int | float) and least < 255 else ()


def transfer_of(frame: av.VideoFrame) -> str:
    """PQ, HLG or WIDE; empty for a film of standard range."""
    if frame.color_trc == ColorTrc.SMPTE2084:
        return PQ
    if frame.color_trc == ColorTrc.ARIB_STD_B67:
        return HLG
    return WIDE if frame.color_primaries == ColorPrimaries.BT2020 else ""


def standard_range(signal: NDArray[np.floating], transfer: str) -> NDArray[np.uint8]:
    """R'G'B' [..., 3] in [0, 1] of BT.2020 and a transfer function -> uint8 sRGB."""
    light = _light(signal, transfer) @ BT709_FROM_2020.T
    peak = np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    above = np.maximum(peak - KNEE, 0)
    kept = np.where(above > 0, KNEE + (1 - KNEE) * (1 - np.exp(-above / (1 - KNEE))), peak)
    shown = np.clip(light * kept / peak, 0, 1) ** (1 / SCREEN_GAMMA)
    return np.round(shown * 255).astype(np.uint8)


def _light(signal: NDArray[np.floating], transfer: str) -> NDArray[np.floating]:
    """Linear light of the display, 1 at reference white."""
    if transfer == PQ:
        root = signal ** (1 / 78.84375)
        nits = 1e4 * (np.maximum(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
            1 / 0.1593017578125
        )
        return nits / REFERENCE_WHITE_NITS
    if transfer == HLG:
        scene = np.where(
            signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12
        )
        gain = np.maximum(scene @ LUMINANCE_2020, 1e-9)[..., None] ** (HLG_SYSTEM_GAMMA - 1)
        return scene * gain * HLG_PEAK_NITS / REFERENCE_WHITE_NITS
    return signal**SCREEN_GAMMA


def _treatments(frame: av.VideoFrame) -> tuple[str, ...]:
    done = []
    if frame.interlaced_frame:
        done.append("interlaced: deinterlaced")
    if transfer := transfer_of(frame):
        done.append(f"{transfer}: brought to standard range")
    if _has_alpha(frame):
        done.append(TRANSPARENT)
    return tuple(done)


def _progressive(frames: Iterable[av.VideoFrame], first: av.VideoFrame) -> Iterator[av.VideoFrame]:
    graph = av.filter.Graph()
    base = first.time_base or Fraction(1, av.time_base)
    source = graph.add(
        "buffer",
        f"video_size={first.width}x{first.height}:pix_fmt={first.format.name}:"
        f"time_base={base.numerator}/{base.denominator}:colorspace={int(first.colorspace)}:"
        f"range={int(first.color_range)}",
    )
    filters = [source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")]
    for one, following in zip(filters, filters[1:], strict=False):
        one.link_to(following)
    graph.configure()
    for frame in chain(frames, [None]):
        source.push(frame)
        while True:
            try:
                ready = filters[-1].pull()
            except (BlockingIOError, EOFError):
                break
            assert isinstance(ready, av.VideoFrame)
            yield ready


def _has_alpha(frame: av.VideoFrame) -> bool:
    return any(component.is_alpha for component in frame.format.components)


def _on_ground(frame: av.VideoFrame) -> av.VideoFrame:
    pixels = frame.to_ndarray(format="rgba").astype(np.uint16)
    alpha = pixels[..., 3:]
    mixed = (pixels[..., :3] * alpha + GROUND * (255 - alpha) + 127) // 255
    laid = av.VideoFrame.from_ndarray(mixed.astype(np.uint8), format="rgb24")
    laid.color_trc, laid.color_primaries = frame.color_trc, frame.color_primaries
    return laid
