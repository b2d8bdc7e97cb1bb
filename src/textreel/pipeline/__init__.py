"""The whole flow: prompt -> storyboard -> text encoding -> frames -> film, and its changes by words.

===========  =========================================================================================
file         what it does
===========  =========================================================================================
planning     a prompt, or a storyboard and the edits of it, as the drafts of one storyboard
reading      the words of a shot: what the generator reads of them, and which it cannot show
painting     takes (shots that are being painted) and crossings (one passes into another)
camera       a camera that goes on from where it stands
film         a finished film: saved, edited by words, compared
stream       frames without end, directed while they run
reel         a model that is ready: generate, stream, load
===========  =========================================================================================

Dimensions in names: B clips (one here), T frames, L words, C channels, H height, W width.
"""

from textreel.models import DEFAULT_MODEL
from textreel.pipeline.film import Film, compare
from textreel.pipeline.planning import check_length, planned
from textreel.pipeline.reel import Reel, load
from textreel.pipeline.stream import Directed, Stream

__all__ = [
    "DEFAULT_MODEL",
    "Directed",
    "Film",
    "Reel",
    "Stream",
    "check_length",
    "compare",
    "load",
    "planned",
]
