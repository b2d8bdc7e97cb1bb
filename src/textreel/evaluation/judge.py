"""The judge: reads off a clip of two seconds what it shows, one answer for each attribute.

It is trained on composed real clips only and never sees what a generator made (`training/judge.py`).

Dimensions in names: B clips, T judged frames, C channels, H height, W width, K pooling queries, D features.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textreel import checkpoint
from textreel.corpora.protocol import Window
from textreel.corpora.scenes.attributes import CLASSES, DIRECTED_RELATIONS, MOTIONS, RELATIONS, TRAVELLING
from textreel.corpora.scenes.subjects import SUBJECTS
from textreel.errors import CheckpointError, EvaluationError

KIND = "judge"
WEIGHTS_FOLDER = Path(__file__).parent / "weights" / "scenes-judge"
JUDGED = Window(frames=48, shown=(0, 6, 13, 20, 27, 34, 41, 47), longest_start_seconds=0.0)
"""The frames that the judge looks at: eight of the first two seconds at 24 frames a second."""
NOT_APPLICABLE = -1

HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subject": tuple(subject.name for subject in SUBJECTS),
        "colour": CLASSES["colour"],
        "size": CLASSES["size"],
        "setting": CLASSES["setting"],
        "time": CLASSES["time"],
        "weather": CLASSES["weather"],
        "motion": (*MOTIONS, *RELATIONS),
        "direction": CLASSES["direction"],
        "camera": CLASSES["camera"],
    }
)
"""What the judge answers, and the answers it knows; subject, colour and size are the main subject's."""


@dataclass(frozen=True, kw_only=True)
class JudgeShape:
    """The size of the network; `side` is the height and width of its frames in pixels."""

    side: int = 128
    channels: tuple[int, int, int, int] = (32, 64, 96, 128)
    motion_channels: int = 96
    queries: int = 8
    features: int = 512


def applies(head: str, attributes: Mapping[str, str]) -> bool:
    """Whether a clip has an answer to a question: what does not travel has no direction, space no time of day."""
    if head == "direction":
        return attributes["motion"] in TRAVELLING | DIRECTED_RELATIONS
    return not (head == "time" and attributes["setting"] == "space")


def answers(attributes: Sequence[Mapping[str, str]]) -> dict[str, Tensor]:
    """The right answers by head, int64 [B]; NOT_APPLICABLE where a clip has none.

    Args:
        attributes: what each clip shows, as `corpora.protocol.Batch.attributes` has it.
    """
    return {
        head: torch.tensor(
            [classes.index(clip[head]) if applies(head, clip) else NOT_APPLICABLE for clip in attributes]
        )
        for head, classes in HEADS.items()
    }


class Judge(nn.Module):
    """A clip [B, T, 3, side, side] in [-1, 1], frames JUDGED.shown of it -> logits for every head.

    Every frame goes, with its difference to the one before, through convolutions of stride 2 to a map of 1/16.
    What is seen is pooled by attention over all places and moments, and at the place in each frame where the
    main subject is thought to be. How things move is read from that place over time and from maps of
    neighbouring frames side by side, which keep places, so that a pan and a subject's own walk differ.
    """

    def __init__(self, shape: JudgeShape) -> None:
        super().__init__()
        self.shape = shape
        first, second, third, last = shape.channels
        moving, frames = shape.motion_channels, len(JUDGED.shown)
        self.frame = nn.Sequential(
            ConvBlock(6, first, stride=2),
            ConvBlock(first, second, stride=2),
            ConvBlock(second, third, stride=2),
            ConvBlock(third, last, stride=2),
            ConvBlock(last, last),
            ConvBlock(last, last),
        )
        self.attention = nn.Conv2d(last, shape.queries, 1)
        self.focus = nn.Conv2d(last, 1, 1)
        self.narrow = nn.Conv2d(last, moving, 1)
        self.pair = nn.Sequential(ConvBlock(2 * moving, moving), ConvBlock(moving, moving, stride=2))
        self.course = ConvBlock((frames - 1) * moving, last)
        course = last * (shape.side // 32) ** 2
        self.motion = nn.Linear(course + frames * (last + 2), shape.features // 2)
        self.joint = nn.Linear((shape.queries + 3) * last + shape.features // 2, shape.features)
        self.heads = nn.ModuleDict(
            {head: nn.Linear(shape.features, len(classes)) for head, classes in HEADS.items()}
        )
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, frames_BTCHW: Tensor) -> Tensor:
        """What the judge has seen in each clip, before it answers: float32 [B, D], none negative."""
        return self.look(frames_BTCHW)[0]

    def look(self, frames_BTCHW: Tensor) -> tuple[Tensor, Tensor]:
        """Features [B, D], and logits [B, T, H, W] of where in each frame the main subject is."""
        self._check(frames_BTCHW)
        batch = len(frames_BTCHW)
        before = torch.cat([frames_BTCHW[:, :1], frames_BTCHW[:, :-1]], dim=1)
        seen = torch.cat([frames_BTCHW, frames_BTCHW - before], dim=2).flatten(0, 1)
        maps = self.frame(seen.contiguous(memory_format=torch.channels_last))
        focus = self.focus(maps)[:, 0].float().unflatten(0, (batch, -1))
        subject, track = self._find(maps, focus)
        motion = F.relu(self.motion(torch.cat([self._follow(maps, batch), subject.flatten(1), track], dim=1)))
        parts = [self._survey(maps, batch), subject.mean(dim=1), subject.amax(dim=1), motion]
        return F.relu(self.joint(torch.cat(parts, dim=1)).float()), focus

    def forward(self, frames_BTCHW: Tensor) -> dict[str, Tensor]:
        """Logits [B, classes] by head."""
        return self.answer(self.features(frames_BTCHW))

    def answer(self, features_BD: Tensor) -> dict[str, Tensor]:
        """Logits [B, classes] by head, from features."""
        return {head: layer(features_BD).float() for head, layer in self.heads.items()}

    @torch.inference_mode()
    def judge(self, frames_BTCHW: Tensor) -> list[dict[str, str]]:
        """What each clip shows, by head."""
        best = {head: logits.argmax(dim=1).tolist() for head, logits in self(frames_BTCHW).items()}
        return [
            {head: HEADS[head][indices[clip]] for head, indices in best.items()}
            for clip in range(len(frames_BTCHW))
        ]

    def _find(self, maps_NCHW: Tensor, focus_BTHW: Tensor) -> tuple[Tensor, Tensor]:
        """The maps where the main subject is [B, T, C], and its way over the frames [B, T * 2] in -1..1."""
        weights = focus_BTHW.flatten(2).softmax(dim=-1)
        values = maps_NCHW.unflatten(0, focus_BTHW.shape[:2]).flatten(3)
        subject = torch.einsum("btn,btcn->btc", weights.to(values.dtype), values)
        height, width = focus_BTHW.shape[2:]
        rows = torch.linspace(-1, 1, height, device=weights.device)
        columns = torch.linspace(-1, 1, width, device=weights.device)
        grid = torch.cartesian_prod(rows, columns).flip(-1)  # [H * W, 2]: x, y
        return subject, (weights @ grid).flatten(1).to(values.dtype)

    def _survey(self, maps_NCHW: Tensor, batch: int) -> Tensor:
        """[B, (K + 1) * C]: the maps at the places and moments that each query chooses, and their maxima."""
        values = maps_NCHW.unflatten(0, (batch, -1)).flatten(3).transpose(1, 2).flatten(2)  # [B, C, T*H*W]
        scores = self.attention(maps_NCHW).unflatten(0, (batch, -1)).flatten(3).transpose(1, 2).flatten(2)
        weights = scores.float().softmax(dim=-1).to(values.dtype)
        pooled = torch.einsum("bkn,bcn->bkc", weights, values).flatten(1)
        return torch.cat([pooled, values.amax(dim=-1)], dim=1)

    def _follow(self, maps_NCHW: Tensor, batch: int) -> Tensor:
        """How things move: from neighbouring frames, and then from the whole course of them; flat, [B, any]."""
        narrow = self.narrow(maps_NCHW).unflatten(0, (batch, -1))
        pairs = torch.cat([narrow[:, :-1], narrow[:, 1:]], dim=2).flatten(0, 1)
        steps = self.pair(pairs.contiguous(memory_format=torch.channels_last))
        course = steps.unflatten(0, (batch, -1)).flatten(1, 2)  # [B, (T - 1) * C, H, W]
        whole: Tensor = self.course(course.contiguous(memory_format=torch.channels_last))
        return whole.flatten(1)

    def _check(self, frames_BTCHW: Tensor) -> None:
        wanted = (len(JUDGED.shown), 3, self.shape.side, self.shape.side)
        if tuple(frames_BTCHW.shape[1:]) != wanted:
            raise EvaluationError(
                f"The judge looks at clips of [frames, 3, height, width] {list(wanted)}; "
                f"got {list(frames_BTCHW.shape[1:])}."
            )

    def save(self, folder: Path, facts: Mapping[str, Any]) -> None:
        """Write the judge, as float16, with what is known of its training."""
        metadata = {
            **facts,
            "shape": asdict(self.shape),
            "heads": {name: list(HEADS[name]) for name in HEADS},
        }
        checkpoint.save(folder, self.state_dict(), metadata, kind=KIND, half=True)

    @classmethod
    def load(cls, folder: Path = WEIGHTS_FOLDER) -> "Judge":
        """The judge in a folder, ready to judge; the shipped one by default.

        Raises:
            EvaluationError: there is none, its files are broken, or it knows other answers than this version.
        """
        try:
            saved = checkpoint.load(folder, kind=KIND)
        except CheckpointError as error:
            raise EvaluationError(
                f"What a film shows is told by a judge, and there is none to be had ({error}): "
                f"make one with `textreel train judge --out RUN` and put the files of RUN/model into '{folder}'."
            ) from error
        if saved.metadata["heads"] != {name: list(HEADS[name]) for name in HEADS}:
            raise EvaluationError(
                f"The judge in '{folder}' was trained on another corpus than this version has: train it again."
            )
        shape: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in saved.metadata["shape"].items()
        }
        judge = cls(JudgeShape(**shape))
        checkpoint.restore(judge, saved.tensors, source=folder)
        return judge.requires_grad_(False).eval()


class ConvBlock(nn.Module):
    """Convolution (4x4 where it halves the map, else 3x3), batch normalisation, leaky rectifier."""

    def __init__(self, inputs: int, outputs: int, *, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 4 if stride == 2 else 3, stride, 1, bias=False)
        self.normalisation = nn.BatchNorm2d(outputs)

    def forward(self, inputs_BCHW: Tensor) -> Tensor:
        return F.leaky_relu(self.normalisation(self.convolution(inputs_BCHW)), 0.1)
