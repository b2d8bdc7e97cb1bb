"""ESC-10 learned and recognised, fold by fold: is a generated sound as recognisable as a real held-out one?

    python benchmarks/esc10.py FOLDER -o runs/esc10.json [--folds 1 2 3 4 5] [--steps 2000 --imagining 1500]

For each fold a generator of sound learns from the other four; a judge learns from this fold alone, so that neither
heard what the other did. The judge then names real recordings of the other folds (what it can do at best) and generated
sounds, which are as long, have the controls (onsets, presence) of such recordings and nothing else of them: drawn as
they come, and drawn nearer to the middle of their words (SPREAD). The recordings whose controls they have are those
that the generator learned from.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from textreel.corpora.sounds.own import OwnSound, controls_of, folder_of_sounds
from textreel.evaluation.figures import wilson_interval
from textreel.evaluation.sound_judge import SoundJudge, named, train_sound_judge
from textreel.generator import word_tensors
from textreel.language import WordVectors
from textreel.soundtrack import SoundGenerator
from textreel.training.recipes.sounds import own_sounds
from textreel.training.trainer import Trainer

FOLDS = ("1", "2", "3", "4", "5")
EACH = 40  # sounds of each class that are generated
SPREAD = 0.7


def main() -> None:
    """Read the options, measure, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs/esc10"))
    parser.add_argument("--folds", nargs="+", default=FOLDS, choices=FOLDS)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--imagining", type=int, default=1500)
    options = parser.parse_args()
    vectors = WordVectors.load_default()
    found = [one_fold(options.folder, fold, options, vectors) for fold in options.folds]
    shares = ("real", "generated", "generated_near")
    mean = {name: float(np.mean([fold[name] for fold in found])) for name in shares}
    options.output.write_text(json.dumps({"folds": found, "mean": mean}, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(mean))


def one_fold(folder: Path, fold: str, options: Any, vectors: WordVectors) -> dict[str, Any]:
    """The shares of one fold."""
    sounds = folder_of_sounds(folder, (fold,))
    mine, others = sounds.items["held-out"], sounds.items["train"]
    judge = train_sound_judge(
        [item.samples for item in mine], [item.captions[0] for item in mine], seed=int(fold)
    )
    real = [named(judge, item.samples) == item.captions[0] for item in others]
    generator = trained(folder, fold, options, vectors)
    classes = sorted({item.captions[0] for item in others})
    found: dict[str, Any] = {"fold": fold, "real": float(np.mean(real)), "n_real": len(real)}
    for kind, spread in (("generated", 1.0), ("generated_near", SPREAD)):
        answers = {name: generated(generator, judge, others, name, vectors, spread) for name in classes}
        made = [answer == name for name, each in answers.items() for answer in each]
        found[kind] = float(np.mean(made))
        found[f"{kind}_95"] = list(wilson_interval(sum(made), len(made)))
        found[f"{kind}_answers"] = {name: dict(Counter(each).most_common()) for name, each in answers.items()}
    return found | {"n_generated": EACH * len(classes)}


def trained(folder: Path, fold: str, options: Any, vectors: WordVectors) -> Any:
    """A generator that learned from all folds but one; a run that is there already goes on."""
    config = own_sounds(folder)
    config = replace(
        config,
        steps=options.steps,
        corpus=replace(config.corpus, held_out=(fold,)),
        sounds=replace(config.sounds, imagining_steps=options.imagining),
    )
    run = options.runs / f"fold-{fold}"
    trainer = Trainer(config, folder_of_sounds(folder, (fold,)), vectors, run)  # type: ignore[arg-type]
    if (run / "state").is_dir():
        trainer.resume()
    trainer.run()
    return trainer.average


def generated(
    generator: SoundGenerator,
    judge: SoundJudge,
    real: Sequence[OwnSound],
    name: str,
    vectors: WordVectors,
    spread: float,
) -> list[str]:
    """What each of EACH sounds of a class is taken for."""
    models = [item for item in real if item.captions[0] == name]
    length = min(len(item.samples) for item in models)
    controls = np.stack([controls_of(models[at % len(models)].samples[:length]) for at in range(EACH)])
    words = word_tensors([name] * EACH, vectors)
    with torch.inference_mode():
        state = generator.initial_state(generator.encode(*words), range(EACH), spread)
        made, _ = generator.advance(state, torch.from_numpy(controls))
    return [named(judge, sound) for sound in made.numpy()]


if __name__ == "__main__":
    main()
