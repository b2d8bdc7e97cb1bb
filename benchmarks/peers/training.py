"""The loop that all systems share: judges and generator in turn, for a given time; resumable.

Everything random about step n is drawn from (seed, n), and its clips are those that textreel's trainer draws: clip k of
step n comes from a generator seeded by (seed, n, k).
"""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from peers.captions import CaptionReader
from peers.contender import Pace, Size, Watcher
from peers.film import PeerModel, load_model, save_model
from peers.layers import channels_last
from peers.system import Clips, Setting, System
from peers.systems import SYSTEMS
from textreel import checkpoint
from textreel.corpora.protocol import Corpus
from textreel.errors import TrainingError
from textreel.language import WordVectors
from textreel.models import WEIGHTS
from textreel.training.state import part_of, restore_optimiser

STATE_KIND = "peer-training"
CAPTIONS_READ = 4000
LEARNING_RATE, BETAS = 2e-4, (0.5, 0.999)
PLAYERS = ("judges", "generator")


class PeerTraining:
    """One system in training; follows contender.Contender. It goes on where its folder stands.

    Args:
        name: of the system.
        setting: what the corpus asks of it.
        corpus: clips; the split `train` alone is drawn from.
        folder: FOLDER/state to resume from, FOLDER/model to make films with.
        fabric: device and precision.
        seed: of weights, noise and clips.
        facts: what the model is to say about itself.
    """

    finished = False

    def __init__(
        self,
        name: str,
        setting: Setting,
        corpus: Corpus,
        folder: Path,
        *,
        fabric: Fabric,
        seed: int,
        facts: dict[str, Any],
    ) -> None:
        self.name, self.corpus, self.folder, self.fabric, self.seed = name, corpus, folder, fabric, seed
        self.facts = facts
        self.step, self.seconds, self.pace = 0, 0.0, Pace()
        self.reader = CaptionReader(WordVectors.load_default())
        self.reader.fit(corpus.captions(np.random.default_rng(seed), CAPTIONS_READ, "train"))
        self.reader.to(fabric.device)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.system: System = SYSTEMS[name](setting).to(fabric.device)
        channels_last(self.system)
        self.window = self.system.window()
        self.optimisers = {
            player: torch.optim.Adam(
                self.network(player).parameters(),
                lr=LEARNING_RATE,
                betas=BETAS,
                weight_decay=self.system.weight_decay,
            )
            for player in PLAYERS
        }
        if (folder / "state" / WEIGHTS).is_file():
            self.resume()

    @property
    def steps(self) -> int:
        return self.step

    @property
    def frames_seen(self) -> int:
        return len(self.window.shown)

    @property
    def size(self) -> Size:
        generator, judges = (
            sum(part.numel() for part in self.network(player).parameters()) for player in PLAYERS[::-1]
        )
        return Size(generator=generator, training=generator + judges)

    def network(self, player: str) -> nn.Module:
        found: nn.Module = getattr(self.system, player)
        return found

    def train(self, seconds: float, longest: float, watch: Watcher) -> None:
        """Train for so many seconds, and save; the time of saving counts."""
        began, before = time.perf_counter(), self.seconds
        while (spent := time.perf_counter() - began) < min(seconds, longest):
            losses = self.advance()
            self.pace.rates.append(self.system.batch / (time.perf_counter() - began - spent))
            told = "  ".join(f"{player} {loss:.2f}" for player, loss in losses.items())
            watch(before + time.perf_counter() - began, told)
        self.seconds = before + time.perf_counter() - began
        self.save()

    def model(self) -> PeerModel:
        return load_model(self.folder / "model")

    def advance(self) -> dict[str, float]:
        """One step: the judges learn from clips of both kinds, then the generator from the judges as they now are.

        Raises:
            TrainingError: a loss is not finite.
        """
        clips = self.draw()
        with torch.random.fork_rng():
            torch.manual_seed(int(np.random.SeedSequence([self.seed, self.step, 1]).generate_state(1)[0]))
            with self.fabric.autocast():
                fake = self.system.paint(clips.words, clips.frames.shape[1])
                judging = self.system.judges_loss(clips, fake.detach())
            losses = {"judges": self.learn("judges", judging)}
            self.system.judges.requires_grad_(False)
            with self.fabric.autocast():
                pleasing = self.system.generator_loss(clips, fake)
            losses["generator"] = self.learn("generator", pleasing)
            self.system.judges.requires_grad_(True)
        self.step += 1
        return losses

    def draw(self) -> Clips:
        """The clips of this step."""
        generators = [
            np.random.default_rng([self.seed, self.step, clip]) for clip in range(self.system.batch)
        ]
        batch = self.corpus.batch(
            generators, window=self.window, split="train", side=self.system.setting.side
        )
        words, wrong = self.reader(batch.captions), self.reader(batch.wrong_captions)
        return Clips(frames=batch.frames.to(self.fabric.device), words=words, wrong=wrong)

    def learn(self, player: str, loss: Tensor) -> float:
        """One update of a player by Adam."""
        if not math.isfinite(value := loss.item()):
            raise TrainingError(
                f"The loss of the {player} of {self.name} became {value} at step {self.step}: take another --seed."
            )
        optimiser = self.optimisers[player]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        return value

    def save(self) -> None:
        """FOLDER/model to make films with, then FOLDER/state to resume from; each is whole or not there."""
        save_model(self.folder / "model", self.system, self.reader, self.facts | {"steps": self.step})
        tensors = {f"system.{name}": value for name, value in self.system.state_dict().items()}
        for player, optimiser in self.optimisers.items():
            for index, moments in optimiser.state_dict()["state"].items():
                tensors |= {
                    f"{player}.{index}.{part}": torch.as_tensor(value) for part, value in moments.items()
                }
        about = {"step": self.step, "seconds": self.seconds, "setting": self.system.setting.to_dict()}
        checkpoint.save(self.folder / "state", tensors, about, kind=STATE_KIND)

    def resume(self) -> None:
        """Put everything back as it was saved.

        Raises:
            CheckpointError: the state is broken.
            TrainingError: it was made for other clips.
        """
        saved = checkpoint.load(self.folder / "state", kind=STATE_KIND)
        if saved.metadata["setting"] != self.system.setting.to_dict():
            raise TrainingError(
                f"'{self.folder}' was trained for clips of another size or speed: give another --out."
            )
        checkpoint.restore(self.system, part_of(saved.tensors, "system."), source=self.folder)
        for player, optimiser in self.optimisers.items():
            restore_optimiser(optimiser, part_of(saved.tensors, f"{player}."))
        self.step, self.seconds = int(saved.metadata["step"]), float(saved.metadata["seconds"])
