"""Why a film looks as it does: data first, drawing second.

================  ====================================================================================
file              what it does
================  ====================================================================================
explanation       what an explanation is
explaining        from a film to its explanation, step by step
painters          how each kind of generator paints, taken apart: parts, attention, gradients
shots             the shots of a film, ready to be painted again with one thing changed
words             from words to pixels: attention, leaving out, integrated gradients
hearing           from words to sounds
judging           what the judge sees in a shot
counterfactuals   the smallest change of words that changes it
noise             directions of the noise: closed form, principal components
directions        strips along these, and names for them
believing         where the discriminators look, and what they doubt
constellation     words in two dimensions
documents         an explanation as JSON
report            an explanation as one page of HTML
================  ====================================================================================

Nothing here changes what it looks at.
"""

from textreel.explain.documents import to_document
from textreel.explain.explaining import SECTIONS, TRUST_FILE, explain_film
from textreel.explain.explanation import (
    METHODS,
    Belief,
    Counterfactual,
    Direction,
    Explanation,
    ShotExplanation,
    WordCause,
)
from textreel.explain.report import to_html, write_report

__all__ = [
    "METHODS",
    "SECTIONS",
    "TRUST_FILE",
    "Belief",
    "Counterfactual",
    "Direction",
    "Explanation",
    "ShotExplanation",
    "WordCause",
    "explain_film",
    "to_document",
    "to_html",
    "write_report",
]
