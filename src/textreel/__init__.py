"""From a sentence to a short film, painted by a conditional GAN.

The public names load on first use, so that ``import textreel`` takes milliseconds.
"""

import importlib
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textreel.errors import (
        AssetError,
        Cancelled,
        CheckpointError,
        CorpusError,
        EvaluationError,
        MediaError,
        PromptError,
        TextreelError,
        TrainingError,
        UsageError,
    )
    from textreel.explain import Explanation, explain_film
    from textreel.language import TextAnalysis, analyze
    from textreel.pipeline import Film, Reel, Stream, compare, load
    from textreel.storyboard import Storyboard, plan

__version__ = "0.1.0"

# Read when torch is first imported. Threads that spin for long while others need the core make a film take seventy
# times as long; sums that are divided as threads come free differ between two runs. What the user set stays.
if not any(name.startswith("KMP_") or name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT") for name in os.environ):
    os.environ["GOMP_SPINCOUNT"] = "10000"
os.environ.setdefault("MKL_CBWR", "AUTO")

_HOMES = {
    "load": "textreel.pipeline",
    "Reel": "textreel.pipeline",
    "Film": "textreel.pipeline",
    "Stream": "textreel.pipeline",
    "compare": "textreel.pipeline",
    "explain_film": "textreel.explain",
    "Explanation": "textreel.explain",
    "analyze": "textreel.language",
    "TextAnalysis": "textreel.language",
    "plan": "textreel.storyboard",
    "Storyboard": "textreel.storyboard",
    "TextreelError": "textreel.errors",
    "UsageError": "textreel.errors",
    "PromptError": "textreel.errors",
    "CheckpointError": "textreel.errors",
    "MediaError": "textreel.errors",
    "AssetError": "textreel.errors",
    "CorpusError": "textreel.errors",
    "TrainingError": "textreel.errors",
    "EvaluationError": "textreel.errors",
    "Cancelled": "textreel.errors",
}

__all__ = [
    "AssetError",
    "Cancelled",
    "CheckpointError",
    "CorpusError",
    "EvaluationError",
    "Explanation",
    "Film",
    "MediaError",
    "PromptError",
    "Reel",
    "Storyboard",
    "Stream",
    "TextAnalysis",
    "TextreelError",
    "TrainingError",
    "UsageError",
    "__version__",
    "analyze",
    "compare",
    "explain_film",
    "load",
    "plan",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'textreel' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
