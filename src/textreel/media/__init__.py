"""Files <-> films: a streaming writer and reader, probing, sound, and the metadata that every file carries.

===========  =========================================================================
suffix       what is written
===========  =========================================================================
.mp4         H.264, yuv420p, constant rate factor 16, index first (plays while it loads); AAC
.webm        VP9, yuv420p; Opus
.wav         the sound alone, 16 bits
.gif         256 colours chosen from the whole film, dithered
.webp        animated WebP, quality 90
no suffix    a folder of frame-00000.png, frame-00001.png, ...
===========  =========================================================================

The metadata is one JSON object. It lies in the file's own comment and, for people and scripts, beside the
file as ``<file name>.json``.
"""

from textreel.media.metadata import read_metadata, sidecar_of
from textreel.media.reader import FilmInfo, probe, read
from textreel.media.sound import read_sound
from textreel.media.writer import SUFFIXES, check_target, write

__all__ = [
    "SUFFIXES",
    "FilmInfo",
    "check_target",
    "probe",
    "read",
    "read_metadata",
    "read_sound",
    "sidecar_of",
    "write",
]
