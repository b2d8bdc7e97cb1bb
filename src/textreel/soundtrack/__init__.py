"""The sound of a film: what is heard and when, made by a generator from the picture's own events, mixed in stereo.

===========  ==============================================================================================
file         what it does
===========  ==============================================================================================
lexicon      which kind of sound a word means, or none
cues         what is to be heard of a shot, and what is silent
events       steps, impacts and calls, read from where the picture generator puts its subjects
features     what a sound is between the network that imagines it and the vocoder
generator    words, noise and controls -> samples
vocoder      features -> samples
scape        the sound of one shot while it goes on
mixing       place, distance, echo, loudness, limits
===========  ==============================================================================================
"""

from textreel.soundtrack.cues import Cue, CueSheet, Scenery, Silence, cue_sheet
from textreel.soundtrack.events import LOOK_FRAMES, Course, EventReader, seen_from
from textreel.soundtrack.generator import SoundGenerator, SoundGeneratorConfig, SoundState
from textreel.soundtrack.lexicon import Lexicon
from textreel.soundtrack.loading import load_sound_generator
from textreel.soundtrack.mixing import LOUDNESS_DECIBELS, loudness, normalised, softly_limited
from textreel.soundtrack.scape import Sight, Soundscape

__all__ = [
    "LOOK_FRAMES",
    "LOUDNESS_DECIBELS",
    "Course",
    "Cue",
    "CueSheet",
    "EventReader",
    "Lexicon",
    "Scenery",
    "Sight",
    "Silence",
    "SoundGenerator",
    "SoundGeneratorConfig",
    "SoundState",
    "Soundscape",
    "cue_sheet",
    "load_sound_generator",
    "loudness",
    "normalised",
    "seen_from",
    "softly_limited",
]
