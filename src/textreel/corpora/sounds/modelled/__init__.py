"""Sounds that a model makes: what has no free recording here and is simple physics, or a source and a filter.

They are training material and say so (`LICENCES.md`); films never play them, the generator learns from them. Every
model answers one take, float [samples] at RATE, of any loudness, drawn from the generator it is given.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from textreel.corpora.sounds.modelled import places, strikes, vehicles, voices, weather

Model = Callable[[np.random.Generator], NDArray[np.float64]]

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "rain": weather.rain,
        "wind": weather.wind,
        "storm": weather.storm,
        "thunder": weather.thunder,
        "waves": places.waves,
        "fire": places.fire,
        "brook": places.brook,
        "underwater": places.underwater,
        "night": places.night,
        "birdsong": places.birdsong,
        "city": places.city,
        "crowd": places.crowd,
        "space": places.space,
        "engine": vehicles.car,
        "bus": vehicles.bus,
        "motorcycle": vehicles.motorcycle,
        "tractor": vehicles.tractor,
        "train": vehicles.train,
        "airplane": vehicles.airplane,
        "helicopter": vehicles.helicopter,
        "rocket": vehicles.rocket,
        "ufo": vehicles.ufo,
        "ship": vehicles.ship_horn,
        "siren": vehicles.siren,
        "car horn": vehicles.car_horn,
        "lion": voices.lion,
        "wolf": voices.wolf,
        "elephant": voices.elephant,
        "whale": voices.whale,
        "dolphin": voices.dolphin,
        "bee": voices.bee,
        "snake": voices.snake,
        "cricket": voices.cricket,
        "clock": strikes.clock,
        "ball": strikes.ball,
        "thud": strikes.thud,
        "splash": strikes.splash,
        "whoosh": strikes.whoosh,
        "steps on grass": strikes.steps_on_grass,
        "steps on sand": strikes.steps_on_sand,
        "steps on snow": strikes.steps_on_snow,
        "steps on leaves": strikes.steps_on_leaves,
        "steps on stone": strikes.steps_on_stone,
        "hooves": strikes.hooves,
    }
)
"""By the name of the kind."""
