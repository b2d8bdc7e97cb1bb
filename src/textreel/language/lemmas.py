"""Base forms of English words by rule, without a statistical model."""

import re

IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "feet": "foot", "geese": "goose", "mice": "mouse",
    "oxen": "ox", "teeth": "tooth", "wolves": "wolf", "leaves": "leaf", "calves": "calf", "hooves": "hoof",
    "ran": "run", "swam": "swim", "flew": "fly", "flown": "fly", "rose": "rise", "risen": "rise",
    "fell": "fall",
    "fallen": "fall", "leapt": "leap", "crept": "creep", "swept": "sweep", "spun": "spin", "shone": "shine",
    "went": "go", "gone": "go", "came": "come", "drove": "drive", "driven": "drive", "rode": "ride",
    "ridden": "ride", "sank": "sink", "sunk": "sink", "stood": "stand", "sat": "sit", "slid": "slide",
    "sprang": "spring", "swung": "swing", "dove": "dive", "crouched": "crouch", "lying": "lie",
    "tying": "tie", "dying": "die",
}  # fmt: skip

# Ending, what replaces it: the suffix rules of WordNet's Morphy (Miller 1995), with undoubling beside them.
ENDINGS = (
    ("ies", "y"), ("ves", "f"), ("ves", "fe"), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"),
    ("shes", "sh"), ("oes", "o"), ("s", ""), ("ied", "y"), ("ed", "e"), ("ed", ""), ("ying", "ie"),
    ("ing", "e"), ("ing", ""), ("iest", "y"), ("ier", "y"), ("est", "e"), ("est", ""), ("er", "e"),
    ("er", ""),
)  # fmt: skip
DOUBLED = re.compile(r"([bdgklmnprtz])\1$")


def lemma_candidates(word: str) -> list[str]:
    """Return the possible base forms of a lower-case word, the likeliest first, without the word itself.

    No dictionary is asked, so some candidates are no words at all: the caller keeps those that it knows.
    """
    candidates = [IRREGULAR[word]] if word in IRREGULAR else []
    for ending, replacement in ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or word.endswith("ss"):
            continue
        if not replacement and ending != "s" and DOUBLED.search(stem):
            candidates.append(stem[:-1])
        candidates.append(stem + replacement)
    return list(dict.fromkeys(candidates))
