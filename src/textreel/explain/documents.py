"""An explanation as plain data, fit for JSON: maps as bytes between two values, pictures as data addresses."""

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from textreel.explain.explanation import (
    Belief,
    Counterfactual,
    Direction,
    Explanation,
    ShotExplanation,
    WordCause,
)

FORMAT = 1
WEBP_QUALITY = 88


def to_document(explanation: Explanation, *, pictures: bool = True) -> dict[str, Any]:
    """Everything that an explanation holds.

    A map is {"shape", "lowest", "highest", "data"}: base64 of one byte a value, 0 is `lowest` and 255 `highest`.

    Args:
        explanation: what is told.
        pictures: with the film and all other pictures, as data addresses of .webp and .png files.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "prompt": explanation.prompt,
        "seed": explanation.seed,
        "model": explanation.model,
        "weights_hash": explanation.weights_hash,
        "fps": explanation.fps,
        "frames": len(explanation.film),
        "words_without_effect": list(explanation.words_without_effect),
        "shots": [shot_document(shot, pictures) for shot in explanation.shots],
        "storyboard": explanation.storyboard.to_dict(),
        "analysis": explanation.analysis.to_dict(),
        "constellation": {
            word: [round(x, 4), round(y, 4)] for word, (x, y) in explanation.constellation.items()
        },
        "attention": {
            "words": list(explanation.attended),
            "frames_by_words": map_document(explanation.attention),
        },
        "trust": [dict(figure) for figure in explanation.trust],
        "missing": list(explanation.missing),
    }
    if pictures:
        document["film"] = [webp(frame) for frame in explanation.film]
    return document


def shot_document(shot: ShotExplanation, pictures: bool) -> dict[str, Any]:
    """One shot."""
    document: dict[str, Any] = {
        "index": shot.index,
        "text": shot.text,
        "frames": list(shot.frames),
        "parts": {name: map_document(part) for name, part in shot.parts.items()},
        "camera": np.round(shot.camera.astype(float), 4).tolist(),
        "words": [word_document(word) for word in shot.words],
        "without_effect": list(shot.without_effect),
        "answers": dict(shot.answers),
        "completeness": rounded(shot.completeness),
        "counterfactuals": [counterfactual_document(each, pictures) for each in shot.counterfactuals],
        "directions": [direction_document(each, pictures) for each in shot.directions],
        "beliefs": [belief_document(each, pictures) for each in shot.beliefs],
    }
    if pictures:
        document["layers"] = {name: png(picture) for name, picture in shot.layers.items()}
    return document


def word_document(word: WordCause) -> dict[str, Any]:
    return {
        "text": word.text,
        "known": word.known,
        "change": round(word.change, 3),
        "has_effect": word.has_effect,
        "sounds": list(word.sounds),
        "sound_share": word.sound_share,
        "shares": rounded(word.shares),
        "by_part": {method: rounded(parts) for method, parts in word.by_part.items()},
        "maps": {method: map_document(values) for method, values in word.maps.items()},
    }


def counterfactual_document(found: Counterfactual, pictures: bool) -> dict[str, Any]:
    document = {
        "attribute": found.attribute,
        "before": found.before,
        "after": found.after,
        "word": found.word,
        "instead": found.instead,
        "similarity": round(found.similarity, 3),
        "confidence": round(found.confidence, 3),
    }
    return document | ({"picture": webp(found.picture)} if pictures else {})


def direction_document(found: Direction, pictures: bool) -> dict[str, Any]:
    document = {
        "name": found.name,
        "method": found.method,
        "acts_on": found.acts_on,
        "explains": round(found.explains, 3),
        "vector": np.round(found.vector.astype(float), 4).tolist(),
        "responses": rounded(found.responses),
    }
    return document | ({"strip": [webp(step) for step in found.strip]} if pictures else {})


def belief_document(belief: Belief, pictures: bool) -> dict[str, Any]:
    document = {
        "judge": belief.judge,
        "logit": round(belief.logit, 3),
        "least_real": belief.least_real,
        "looks": map_document(belief.looks),
        "doubts": map_document(belief.doubts),
    }
    return document | ({"pictures": [webp(each) for each in belief.pictures]} if pictures else {})


def rounded(numbers: Any) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in numbers.items()}


def map_document(values: NDArray[np.float32]) -> dict[str, Any]:
    """A map in one byte a value."""
    lowest = float(values.min()) if values.size else 0.0
    highest = float(values.max()) if values.size else 0.0
    scaled = (values - lowest) / max(highest - lowest, 1e-12) * 255
    return {
        "shape": list(values.shape),
        "lowest": lowest,
        "highest": highest,
        "data": base64.b64encode(scaled.round().astype(np.uint8).tobytes()).decode("ascii"),
    }


def webp(picture: NDArray[np.uint8]) -> str:
    """A picture [H, W, 3] as the data address of a .webp file."""
    return data_address(picture, "webp", quality=WEBP_QUALITY)


def png(picture: NDArray[np.uint8]) -> str:
    """A picture, which may have alpha, as the data address of a .png file."""
    return data_address(picture, "png")


def data_address(picture: NDArray[np.uint8], kind: str, **options: Any) -> str:
    held = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(held, format=kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(held.getvalue()).decode('ascii')}"
