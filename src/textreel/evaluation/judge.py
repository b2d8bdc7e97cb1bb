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
from textreel.evaluation.glimpses import ConvBlock, Glances, Glimpse, Track, mended, way, way_of_second
from textreel.nn.block_matching import block_motion

KIND = "judge"
WEIGHTS_FOLDER = Path(__file__).parent / "weights" / "scenes-judge"
JUDGED = Window(frames=48, shown=(0, 6, 13, 20, 27, 34, 41, 47), longest_start_seconds=0.0)
"""The frames that the judge looks at: eight of the first two seconds at 24 frames a second."""
MOVING = ("size", "motion", "direction", "camera")
"""What is told by where things are and how they move, not by what they look like."""
NOT_APPLICABLE = -1
REACH = 2  # how far blocks may move between judged frames, in pixels of a picture of a quarter of the side
BLOCKS = 4  # in a row and in a column

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
GLANCED = ("subject", "colour")
"""What a single glimpse of the main subject tells."""


@dataclass(frozen=True, kw_only=True)
class JudgeShape:
    """The size of the network; `side` and `glimpse` are heights and widths in pixels."""

    side: int = 128
    channels: tuple[int, int, int, int] = (32, 64, 96, 128)
    glimpse: int = 48
    glimpse_channels: tuple[int, int, int, int] = (32, 64, 96, 128)
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


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the judge sees in B clips.

    features [B, D], none negative; focus [B, T, 2, H, W]: logits of where the main and the second subject are;
    main, second: where they are found; glimpses: where was looked closely, and what was seen there, the last one
    counting; drift [B, T - 1, 3]: how the camera moves from frame to frame, right and down in view heights, and in
    the logarithm of its zoom.
    """

    features: Tensor
    focus: Tensor
    main: Track
    second: Track
    glimpses: tuple[tuple[Track, Glances], ...]
    drift: Tensor


class Judge(nn.Module):
    """A clip [B, T, 3, side, side] in [-1, 1], frames JUDGED.shown of it -> logits for every head.

    Every frame goes, with its difference to the one before, through convolutions of stride 2 to a map of 1/16,
    which is pooled by attention over all places and moments, and on which the subjects are found. A second
    network looks closely at the main one, cut out and brought to one size (a glimpse, as in spatial transformers:
    Jaderberg et al. 2015), twice, the second time where the first has told it to be exactly, for its kind, its
    colour, its posture and its place. How things move is read
    from the subjects' ways and from how the blocks of the picture shift between neighbouring frames.
    """

    def __init__(self, shape: JudgeShape) -> None:
        super().__init__()
        self.shape = shape
        first, second, third, last = shape.channels
        half, frames = shape.features // 2, len(JUDGED.shown)
        self.frame = nn.Sequential(
            ConvBlock(6, first, stride=2),
            ConvBlock(first, second, stride=2),
            ConvBlock(second, third, stride=2),
            ConvBlock(third, last, stride=2),
            ConvBlock(last, last),
            ConvBlock(last, last),
        )
        self.attention = nn.Conv2d(last, shape.queries, 1)
        self.focus = nn.Conv2d(last, 2, 1)
        self.found = nn.ModuleList([nn.Linear(last, 2) for _ in range(2)])
        self.glimpse = Glimpse(shape.glimpse, shape.glimpse_channels, half)
        self.telling = nn.Linear(half, 1)
        self.glance = nn.ModuleDict({head: nn.Linear(half, len(HEADS[head])) for head in GLANCED})
        self.posture = nn.Linear(half, 3 + 4)
        self.drift = nn.Sequential(
            nn.Linear((frames - 1) * (2 * REACH + 1) ** 2 * BLOCKS**2, half // 2),
            nn.ReLU(),
            nn.Linear(half // 2, (frames - 1) * 3),
        )
        self.course = nn.Sequential(
            nn.Linear(frames * (8 + 4) + (frames - 1) * 3, shape.features),
            nn.ReLU(),
            nn.Linear(shape.features, shape.features),
            nn.ReLU(),
            nn.Linear(shape.features, half),
            nn.ReLU(),
        )
        self.joint = nn.Linear((shape.queries + 3) * last + half, shape.features)
        self.heads = nn.ModuleDict(
            {
                head: nn.Linear(half if head in MOVING else shape.features, len(classes))
                for head, classes in HEADS.items()
            }
        )
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, frames_BTCHW: Tensor) -> Tensor:
        """What the judge has seen in each clip, before it answers: float32 [B, D], none negative."""
        return self.look(frames_BTCHW).features

    def look(self, frames_BTCHW: Tensor, shown: Track | None = None, helped_B: Tensor | None = None) -> Look:
        """See a clip.

        Args:
            frames_BTCHW: the clips.
            shown: where to look closely, in training, in those clips that are to be `helped`; elsewhere the judge
                looks where it finds the main subject itself.
            helped_B: bool [B].
        """
        self._check(frames_BTCHW)
        batch = len(frames_BTCHW)
        before = torch.cat([frames_BTCHW[:, :1], frames_BTCHW[:, :-1]], dim=1)
        seen = torch.cat([frames_BTCHW, frames_BTCHW - before], dim=2).flatten(0, 1)
        maps = self.frame(seen.contiguous(memory_format=torch.channels_last))
        focus = self.focus(maps).float().unflatten(0, (batch, -1))
        main_map, main = self._find(maps, focus[:, :, 0], self.found[0])
        _, second = self._find(maps, focus[:, :, 1], self.found[1])
        looked = main if shown is None or helped_B is None else shown.where(helped_B, main)
        first = self.glance_at(self.glimpse(frames_BTCHW, looked))
        closer = mended(looked, first)
        close = self.glimpse(frames_BTCHW, closer)
        glances = self.glance_at(close)
        telling = self.telling(close).float().softmax(dim=1).to(close.dtype)
        drift = self._drift(frames_BTCHW)
        course = self.follow(way(main, closer, glances), way_of_second(second), drift)
        parts = [
            self._survey(maps, batch),
            main_map.mean(dim=1),
            main_map.amax(dim=1),
            (telling * close).sum(dim=1),
        ]
        joint = F.relu(self.joint(torch.cat(parts, dim=1)))
        return Look(
            features=torch.cat([joint.float(), course.float()], dim=1),
            focus=focus,
            main=main,
            second=second,
            glimpses=((looked, first), (closer, glances)),
            drift=drift,
        )

    def follow(self, main_BX: Tensor, second_BX: Tensor, drift_BT3: Tensor) -> Tensor:
        """What the ways of both subjects and of the camera amount to [B, features / 2]."""
        course: Tensor = self.course(torch.cat([main_BX, second_BX, 10 * drift_BT3.flatten(1)], dim=1))
        return course

    def forward(self, frames_BTCHW: Tensor) -> dict[str, Tensor]:
        """Logits [B, classes] by head."""
        return self.answer(self.features(frames_BTCHW))

    def answer(self, features_BD: Tensor) -> dict[str, Tensor]:
        """Logits [B, classes] by head, from features."""
        joint, course = features_BD.tensor_split([self.shape.features], dim=1)
        return {
            head: layer(course if head in MOVING else joint).float() for head, layer in self.heads.items()
        }

    def glance_at(self, seen_BTD: Tensor) -> Glances:
        """What is told by what was seen in glimpses."""
        posture = self.posture(seen_BTD).float()
        return Glances(
            answers={head: layer(seen_BTD).float() for head, layer in self.glance.items()},
            offsets=posture[..., :3],
            postures=posture[..., 3:],
        )

    @torch.inference_mode()
    def judge(self, frames_BTCHW: Tensor) -> list[dict[str, str]]:
        """What each clip shows, by head."""
        best = {head: logits.argmax(dim=1).tolist() for head, logits in self(frames_BTCHW).items()}
        return [
            {head: HEADS[head][indices[clip]] for head, indices in best.items()}
            for clip in range(len(frames_BTCHW))
        ]

    def _find(self, maps_NCHW: Tensor, focus_BTHW: Tensor, facts: nn.Module) -> tuple[Tensor, Track]:
        """The maps where a subject is [B, T, C], and where that is: around the likeliest cell."""
        weights = focus_BTHW.flatten(2).softmax(dim=-1)
        values = maps_NCHW.unflatten(0, focus_BTHW.shape[:2]).flatten(3)
        subject = torch.einsum("btn,btcn->btc", weights.to(values.dtype), values)
        height, width = focus_BTHW.shape[2:]
        rows = (torch.arange(height, device=weights.device) + 0.5) / height
        columns = (torch.arange(width, device=weights.device) + 0.5) / width
        grid = torch.cartesian_prod(rows, columns).flip(-1)  # [H * W, 2]: x, y
        cells = (grid * grid.new_tensor([width, height])).floor()
        likeliest = cells[weights.argmax(dim=-1)]  # [B, T, 2]
        near = (cells - likeliest[..., None, :]).abs().amax(dim=-1) <= 1
        nearby = weights * near
        places = (nearby / nearby.sum(dim=-1, keepdim=True)) @ grid
        sizes, visible = facts(subject).float().unbind(dim=-1)
        return subject, Track(places=places, sizes=sizes, visible=visible)

    def _survey(self, maps_NCHW: Tensor, batch: int) -> Tensor:
        """[B, (K + 1) * C]: the maps at the places and moments that each query chooses, and their maxima."""
        values = maps_NCHW.unflatten(0, (batch, -1)).flatten(3).transpose(1, 2).flatten(2)  # [B, C, T*H*W]
        scores = self.attention(maps_NCHW).unflatten(0, (batch, -1)).flatten(3).transpose(1, 2).flatten(2)
        weights = scores.float().softmax(dim=-1).to(values.dtype)
        pooled = torch.einsum("bkn,bcn->bkc", weights, values).flatten(1)
        return torch.cat([pooled, values.amax(dim=-1)], dim=1)

    def _drift(self, frames_BTCHW: Tensor) -> Tensor:
        """How the camera moves, from how the blocks of the picture shift; see `Look.drift`."""
        grey = F.avg_pool2d(frames_BTCHW.float().mean(dim=2), 4)
        before, after = grey[:, :-1].flatten(0, 1), grey[:, 1:].flatten(0, 1)
        moved = block_motion(before, after, reach=REACH, blocks=BLOCKS)
        shifts = 5 * moved.unflatten(0, (len(frames_BTCHW), -1)).flatten(1)
        drift: Tensor = self.drift(shifts).float().unflatten(1, (-1, 3))
        return drift / 10

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
