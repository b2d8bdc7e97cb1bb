"""How the plain generator is trained: its frames are compared with the composed ones, no layer is known to it."""

import torch
from lightning_fabric import Fabric
from torch import Tensor

from textreel.corpora.protocol import ComposedCorpus, Window
from textreel.discriminators import Showing
from textreel.generator.plain import PlainGenerator, PlainGeneratorConfig
from textreel.training.configuration import TrainingConfig
from textreel.training.objectives.base import Moment, Painted
from textreel.training.objectives.composed import ComposedObjective
from textreel.training.objectives.pictures import picture_distance
from textreel.training.reading import DisturbedWords


class PlainObjective(ComposedObjective):
    """See the module's text. The noise is the corpus's own, as the layered generator has it."""

    generator: PlainGenerator

    def __init__(
        self, config: TrainingConfig, corpus: ComposedCorpus, words: DisturbedWords, fabric: Fabric
    ) -> None:
        super().__init__(config, corpus, words, fabric)
        assert isinstance(config.generator, PlainGeneratorConfig)
        self.generator = PlainGenerator(config.generator).to(fabric.device)

    def paint(self, moment: Moment) -> Painted:
        """Carry the clips through every frame of the window, and paint those that are shown."""
        generator, batch = self.generator, moment.batch
        assert batch.noise is not None and batch.start_seconds is not None
        encoding = generator.encode(*moment.words)
        contexts, _ = generator.read(encoding)
        state = generator.begin(encoding, contexts, batch.noise, batch.start_seconds)
        hidden, _, _ = generator.unroll(state, every_camera(batch.camera, self.config.window))
        frames = generator.paint(hidden[:, list(batch.shown)], state.condition)
        distance = picture_distance(frames.flatten(0, 1), batch.frames.flatten(0, 1))
        losses = {
            "frames": self.config.layers.frames * distance,
            "reading": self.reading_loss(moment, contexts),
        }
        return Painted(Showing(frames), losses)


def every_camera(camera_BT4: Tensor, window: Window) -> Tensor:
    """The camera at every frame of a window [B, W, 4], straight between the shown ones, at rest outside of them."""
    shown = torch.tensor(window.shown, dtype=torch.float32, device=camera_BT4.device)
    frames = torch.arange(window.frames, device=camera_BT4.device).clamp(window.shown[0], window.shown[-1])
    after = torch.searchsorted(shown, frames.float()).clamp(min=min(1, len(shown) - 1))
    before = (after - 1).clamp(min=0)
    share = (frames - shown[before]) / (shown[after] - shown[before]).clamp(min=1)
    return torch.lerp(camera_BT4[:, before], camera_BT4[:, after], share[None, :, None])
