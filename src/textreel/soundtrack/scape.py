"""The sound of one shot while it goes on: its cues as tracks of the generator, placed and mixed, piece by piece."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textreel.corpora.sounds.captions import usual
from textreel.corpora.sounds.kinds import BY_NAME as KINDS
from textreel.nn.rhythm import MOTION_PITCH
from textreel.nn.spectra import HOP, RATE
from textreel.soundtrack.cues import Cue, CueSheet
from textreel.soundtrack.events import Standing
from textreel.soundtrack.generator import CONTROLS, SoundGenerator, SoundState
from textreel.soundtrack.mixing import (
    USUAL_METRES,
    USUAL_SIZE,
    Air,
    Array,
    Echo,
    LowPass,
    Samples,
    decibels,
    distance_decibels,
    doppler,
    ramp,
    stereo,
)
from textreel.storyboard.sounds import SoundDirections
from textreel.types import Event

ROLE_EVENTS = {
    "voice": ("call",),
    "steps": ("step",),
    "impacts": ("impact",),
    "whoosh": ("whoosh",),
    "thing": (),
}
ASKED_SECONDS, AGAIN_SECONDS = 0.4, 3.0  # when what a verb asks for is heard first, and then again
SAME_CALL_SECONDS = 1.2  # a call of the picture's that comes so near to one that was asked for is the same
DISTANT_DECIBELS, DISTANT_HZ = -9.0, 1800.0
NEAR_DECIBELS = 4.0
COMING_SECONDS = 4.0  # in which what nobody sees comes or goes
FAR_AWAY = 8.0  # usual distances from which it comes
USUAL_SPEED = 0.006  # widths of the view a frame: what an engine sounds its usual pitch at
ONSET_HOPS = 1  # an event is told so much earlier than it is seen: its window rises before it is heard

Read = Callable[[Sequence[str]], tuple[Tensor, Tensor]]
"""Captions to word vectors and mask."""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """How the picture's T frames look to the sound: its events, and where each subject stands, where that is known."""

    frames: int
    events: tuple[Event, ...] = ()
    standing: Standing | None = None

    def of(self, slot: int | None) -> Standing | None:
        """How the subject of a slot stands, every field [T]."""
        if slot is None or self.standing is None or slot >= self.standing.size.shape[1]:
            return None
        return Standing(*(field[:, slot] for field in self.standing))


@dataclass(frozen=True)
class Track:
    """One voice of the generator: what it plays, and where it stands if no subject carries it."""

    cue: Cue
    across: float = 0.0
    level_decibels: float = 0.0


class Soundscape:
    """See the module's text; `advance` answers stereo samples for the next frames of the picture.

    Args:
        generator, read: the model and what reads its words.
        sheet: what is to be heard.
        seed: decides everything random.
        fps: frames of the picture a second.
        began: the frame of the film in which the shot is first seen; samples are counted from the film's start.
    """

    def __init__(
        self, generator: SoundGenerator, read: Read, sheet: CueSheet, *, seed: int, fps: float, began: int = 0
    ) -> None:
        self.generator, self.sheet, self.fps = generator, sheet, fps
        self.tracks = tracks_of(sheet.cues)
        self.state: SoundState | None = None
        if self.tracks:
            captions = [usual(KINDS[track.cue.kind]) for track in self.tracks]
            with torch.inference_mode():
                encoding = generator.encode(*read(captions))
                seeds = [(seed * 1009 + 31 * number + 7) % 2**62 for number in range(len(self.tracks))]
                self.state = generator.initial_state(encoding, seeds)
        self.began, self.frames, self.hops = began, began, 0
        self.late = np.zeros((len(self.tracks), 0), dtype=np.float32)
        self.air = [Air() for _ in self.tracks]
        self.gains = [(track.across, 0.0) for track in self.tracks]
        self.asked_next = [ASKED_SECONDS if track.cue.asked else np.inf for track in self.tracks]
        self.effects: list[Callable[[Samples], Samples]] = []
        if sheet.directions.distant:
            self.effects.append(LowPass(DISTANT_HZ))
        if sheet.directions.echo:
            self.effects.append(Echo())

    def sample_at(self, frame: int) -> int:
        """The first sample of a frame of the picture; a film never drifts from its pictures."""
        return round(frame * RATE / self.fps)

    def advance(self, sight: Sight) -> Samples:
        """The sound of the next frames, float32 [samples, 2]."""
        first, end = self.sample_at(self.frames), self.sample_at(self.frames + sight.frames)
        mixed = np.zeros((end - first, 2), dtype=np.float32)
        if self.state is not None:
            sounds = self.play(sight, end - first)
            for number, track in enumerate(self.tracks):
                mixed += self.placed(number, track, sounds[number], sight)
        for effect in self.effects:
            mixed = effect(mixed)
        self.frames += sight.frames
        return mixed * np.float32(decibels(level_decibels(self.sheet.directions)))

    def play(self, sight: Sight, count: int) -> NDArray[np.float32]:
        """The next samples of every track [tracks, count]."""
        assert self.state is not None
        missing = count - self.late.shape[1]
        hops = max(0, -(-missing // HOP))
        if hops:
            controls = torch.tensor(self.controls(sight, hops))  # a copy: torch aligns its memory
            with torch.inference_mode():
                made, self.state = self.generator.advance(self.state, controls)
            self.late = np.concatenate([self.late, made.numpy()], axis=1)
            self.hops += hops
        played, self.late = self.late[:, :count], self.late[:, count:]
        return played

    def controls(self, sight: Sight, hops: int) -> NDArray[np.float32]:
        """What the picture tells each track in its next frames of sound [tracks, hops, 3]."""
        controls = np.zeros((len(self.tracks), hops, CONTROLS), dtype=np.float32)
        controls[..., 0], controls[..., 2] = 1.0, 0.5
        start = self.sample_at(self.frames) - self.sample_at(self.began)
        for number, track in enumerate(self.tracks):
            for event in self.events_of(number, track, sight):
                hop = (start + round(event.time_seconds * RATE)) // HOP - self.hops - ONSET_HOPS
                controls[number, min(max(hop, 0), hops - 1), 1] = event.strength
            stands = sight.of(track.cue.slot)
            if stands is not None:
                shown = np.minimum(np.arange(hops) * HOP * self.fps / RATE, sight.frames - 1).astype(int)
                controls[number, :, 2] = self.haste(stands)[shown]
        return controls

    def haste(self, stands: Standing) -> Array:
        """How fast a source sounds in each frame: its own speed, and higher where it comes, lower where it goes."""
        own = 0.25 * np.log2(np.maximum(stands.speed, 1e-4) / USUAL_SPEED)
        shifted = np.log(doppler(stands.receding * self.fps * USUAL_METRES)) / MOTION_PITCH
        return np.clip(0.5 + np.clip(own, -0.3, 0.3) + np.clip(shifted, -0.3, 0.3), 0.0, 1.0)

    def said_distance(self, frames: int) -> Array:
        """How far away, in the next frames, what nobody sees is by the words: it comes, it goes, or it is here."""
        said = self.sheet.directions
        if said.coming is None and said.going is None:
            return np.ones(frames)
        seconds = (self.frames - self.began + np.arange(frames)) / self.fps
        share = np.minimum(seconds / COMING_SECONDS, 1.0)
        return np.asarray(FAR_AWAY ** (share if said.coming is None else 1 - share))

    def events_of(self, number: int, track: Track, sight: Sight) -> list[Event]:
        """The events that a track plays in the next frames: the picture's, and those that words ask for."""
        if track.cue.manner != "event":
            return []
        begin = (self.frames - self.began) / self.fps
        end = begin + sight.frames / self.fps
        kinds = ROLE_EVENTS.get(track.cue.role, ())
        found = [event for event in sight.events if event.kind in kinds and event.slot == track.cue.slot]
        while self.asked_next[number] < end:
            time = max(0.0, self.asked_next[number] - begin)
            if all(abs(event.time_seconds - time) > SAME_CALL_SECONDS for event in found):
                found.append(Event(time_seconds=time, kind="call", slot=track.cue.slot or 0, strength=0.9))
            self.asked_next[number] += AGAIN_SECONDS
        return found

    def placed(self, number: int, track: Track, sound_N: NDArray[np.float32], sight: Sight) -> Samples:
        """A track in its place, as loud as its source is near."""
        level = KINDS[track.cue.kind].level_decibels + track.level_decibels
        across, gain = np.full(sight.frames, track.across), np.full(sight.frames, level)
        stands = sight.of(track.cue.slot)
        if stands is not None:
            across = stands.across
            gain = gain + distance_decibels(stands.size, across)
            sound_N = self.air[number](sound_N, stands.distance)
        elif track.cue.slot is None and track.cue.role != "bed":
            distance = self.said_distance(sight.frames)
            gain = gain + distance_decibels(USUAL_SIZE / distance, across)
            sound_N = self.air[number](sound_N, distance)
        factor = decibels(gain)
        before = self.gains[number] if self.frames > self.began else (float(across[0]), float(factor[0]))
        self.gains[number] = float(across[-1]), float(factor[-1])
        count = len(sound_N)
        return stereo(
            sound_N * ramp(factor, before[1], count).astype(np.float32), ramp(across, before[0], count)
        )


def level_decibels(said: SoundDirections) -> float:
    """What words add for a whole shot."""
    return said.level_decibels + DISTANT_DECIBELS * bool(said.distant) + NEAR_DECIBELS * bool(said.near)


def tracks_of(cues: Sequence[Cue]) -> list[Track]:
    """One track a cue; a bed and the weather have two, left and right, so that they are around."""
    found = []
    for cue in cues:
        if cue.role in ("bed", "weather"):
            found += [
                Track(cue, across=-0.8, level_decibels=-3.0),
                Track(cue, across=0.8, level_decibels=-3.0),
            ]
        else:
            found.append(Track(cue))
    return found
