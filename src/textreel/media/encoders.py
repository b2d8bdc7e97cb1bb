"""One encoder per kind of file, all with the same verbs: ``add`` a frame, then ``finish``; ``abandon`` on failure."""

from fractions import Fraction
from pathlib import Path
from typing import Protocol, cast

import av
import numpy as np
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from textreel.errors import MediaError
from textreel.media.metadata import IMAGE_DESCRIPTION
from textreel.media.sound import SoundSource, SoundStream, heard, write_wav

VIDEO_SETTINGS: dict[str, tuple[str, str, dict[str, str], dict[str, str]]] = {
    # suffix: container, codec, the codec's options, the container's options
    ".mp4": (
        "mp4",
        "libx264",
        {"crf": "16", "preset": "medium"},
        {"movflags": "+faststart", "fflags": "+bitexact"},
    ),
    ".webm": (
        "webm",
        "libvpx-vp9",
        {"crf": "20", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"},
        {"fflags": "+bitexact"},
    ),
}
PALETTE_COLOURS = 256
PALETTE_FRAMES = 48
WEBP_QUALITY = 90


class Encoder(Protocol):
    """Takes uint8 frames [height, width, 3] one after another and leaves one file or folder behind."""

    def add(self, frame: np.ndarray) -> None: ...

    def finish(self) -> None: ...

    def abandon(self) -> None: ...


class VideoEncoder:
    """An .mp4 or .webm, encoded while the frames arrive."""

    def __init__(
        self, path: Path, suffix: str, fps: float, comment: str, sound: SoundSource | None = None
    ) -> None:
        container_format, self._codec, self._options, container_options = VIDEO_SETTINGS[suffix]
        self._rate = Fraction(fps).limit_denominator(1001)
        self._container = av.open(str(path), "w", format=container_format, options=container_options)
        self._container.metadata["comment"] = comment
        self._stream: av.VideoStream | None = None
        self._suffix, self._given, self._count = suffix, sound, 0
        self._sound: SoundStream | None = None

    def add(self, frame: np.ndarray) -> None:
        stream = self._stream or self._open_stream(*frame.shape[:2])
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24").reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        self._container.mux(stream.encode(picture))
        self._count += 1

    def finish(self) -> None:
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.finish(float(self._count / self._rate))
        self._container.close()

    def abandon(self) -> None:
        self._container.close()

    def _open_stream(self, height: int, width: int) -> av.VideoStream:
        if height % 2 or width % 2:
            raise MediaError(f"A video needs an even width and height, and this one has {width}x{height}.")
        stream = cast(
            av.VideoStream, self._container.add_stream(self._codec, rate=self._rate, options=self._options)
        )
        stream.height, stream.width, stream.pix_fmt = height, width, "yuv420p"
        context = stream.codec_context
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        self._stream = stream
        if self._given is not None:
            self._sound = SoundStream(self._container, self._suffix, self._given)
        return stream


class GifEncoder:
    """A .gif with one palette for the whole film, so that still places stay still; holds the frames until the end."""

    def __init__(self, path: Path, suffix: str, fps: float, comment: str) -> None:
        self._path, self._fps, self._comment = path, fps, comment
        self._frames: list[np.ndarray] = []

    def add(self, frame: np.ndarray) -> None:
        self._frames.append(frame.copy())

    def finish(self) -> None:
        palette = self._palette()
        pictures = [
            Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
            for frame in self._frames
        ]
        pictures[0].save(
            self._path,
            format="GIF",
            save_all=True,
            append_images=pictures[1:],
            duration=durations_milliseconds(len(pictures), self._fps, 10),
            loop=0,
            comment=self._comment.encode(),
        )

    def abandon(self) -> None:
        self._frames.clear()

    def _palette(self) -> Image.Image:
        chosen = (
            np.linspace(0, len(self._frames) - 1, min(PALETTE_FRAMES, len(self._frames))).round().astype(int)
        )
        mosaic = np.concatenate([self._frames[index] for index in chosen])
        return Image.fromarray(mosaic).quantize(PALETTE_COLOURS, method=Image.Quantize.MEDIANCUT)


class WebpEncoder:
    """An animated .webp; holds the frames until the end."""

    def __init__(self, path: Path, suffix: str, fps: float, comment: str) -> None:
        self._path, self._fps, self._comment = path, fps, comment
        self._pictures: list[Image.Image] = []

    def add(self, frame: np.ndarray) -> None:
        self._pictures.append(Image.fromarray(frame))

    def finish(self) -> None:
        exif = Image.Exif()
        exif[IMAGE_DESCRIPTION] = self._comment
        self._pictures[0].save(
            self._path,
            format="WEBP",
            save_all=True,
            append_images=self._pictures[1:],
            duration=durations_milliseconds(len(self._pictures), self._fps, 1),
            loop=0,
            quality=WEBP_QUALITY,
            method=2,
            exif=exif,
        )

    def abandon(self) -> None:
        self._pictures.clear()


class FolderEncoder:
    """A folder of numbered .png pictures, lossless, written while the frames arrive."""

    def __init__(self, path: Path, suffix: str, fps: float, comment: str) -> None:
        path.mkdir()
        self._path, self._comment, self._count = path, comment, 0

    def add(self, frame: np.ndarray) -> None:
        notes = PngInfo()
        notes.add_text("comment", self._comment)
        Image.fromarray(frame).save(
            self._path / f"frame-{self._count:05d}.png", pnginfo=notes, compress_level=4
        )
        self._count += 1

    def finish(self) -> None: ...

    def abandon(self) -> None: ...


class WavEncoder:
    """The sound of a film alone, .wav of 16 bits; its pictures are passed over."""

    def __init__(self, path: Path, sound: SoundSource | None) -> None:
        if sound is None:
            raise MediaError(
                "A .wav holds the sound of a film, and this film has none: leave out --no-sound."
            )
        self._path, self._sound = path, sound

    def add(self, frame: np.ndarray) -> None: ...

    def finish(self) -> None:
        write_wav(self._path, heard(self._sound))

    def abandon(self) -> None: ...


ENCODERS: dict[str, type[VideoEncoder] | type[GifEncoder] | type[WebpEncoder] | type[FolderEncoder]] = {
    ".mp4": VideoEncoder,
    ".webm": VideoEncoder,
    ".gif": GifEncoder,
    ".webp": WebpEncoder,
    "": FolderEncoder,
}


def durations_milliseconds(frames: int, fps: float, step: int) -> list[int]:
    """How long each frame stands, in multiples of ``step``, never drifting from the frame rate."""
    edges = [round(index * 1000 / (fps * step)) * step for index in range(frames + 1)]
    return [later - earlier for earlier, later in zip(edges[:-1], edges[1:], strict=True)]
