"""The judge: reads off a clip of two seconds what it shows, one answer for each attribute.

It is trained on composed real clips only and never sees what a generator made (`training/judge.py`).

Dimensions in names: B clips, T judged frames, S subjects, C channels, H height, W width, K pooling queries,
D features.
"""

import re
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
from textreel.evaluation.courses import DRIFT, Course, ways
from textreel.evaluation.glimpses import ConvBlock, Glances, Glimpse, Track, mended
from textreel.models import judge_folder
from textreel.nn.block_matching import block_motion, shifts_within
from textreel.nn.compositing import SLOTS

KIND = "judge"
JUDGED = Window(frames=48, shown=(0, 6, 13, 20, 27, 34, 41, 47), longest_start_seconds=0.0)
"""The frames that the judge looks at: eight of the first two seconds at 24 frames a second."""
GLANCED = ("subject", "colour")
"""What a single glimpse of a subject tells."""
SECOND = "second_"
MOVING = ("size", "second_size", "motion", "direction", "camera")
"""What is told by where things are and how they move, not by what they look like."""
SYMMETRIC = ("meet", "pass")
"""Relations in which neither subject is the first by what is shown: the judge takes the one that goes right."""
SIDED = ("direction", "camera")
"""Questions whose answers tell left from right."""
OPPOSITE = MappingProxyType({"left": "right", "right": "left"})
SIDES = re.compile("left|right")
NOT_APPLICABLE = -1
REACH = (2, 8)
"""How far blocks may move between judged frames, down and across, in pixels of a picture of a quarter of the side: a
camera that goes with a fast chase makes seven."""
BLOCKS = 4  # in a row and in a column

HEADS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "subject": tuple(subject.name for subject in SUBJECTS),
        "colour": CLASSES["colour"],
        "size": CLASSES["size"],
        "second_subject": tuple(subject.name for subject in SUBJECTS),
        "second_colour": CLASSES["colour"],
        "second_size": CLASSES["size"],
        "setting": CLASSES["setting"],
        "time": CLASSES["time"],
        "weather": CLASSES["weather"],
        "motion": (*MOTIONS, *RELATIONS),
        "direction": CLASSES["direction"],
        "camera": CLASSES["camera"],
    }
)
"""What the judge answers, and the answers it knows; subject, colour and size are the first subject's."""


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
    """Whether a clip has an answer to a question.

    What does not travel has no direction, space no time of day, most clips no second subject, and a camera may move
    in a way that is not asked for.
    """
    if head.startswith(SECOND) or head == "camera":
        return head in attributes
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


def mirrored_answers(right: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The right answers [B] to clips, as those to their mirror images."""
    found = dict(right)
    for head in SIDED:
        other = torch.tensor([*_other_side(head), NOT_APPLICABLE])  # the last one stands for -1
        found[head] = other.to(right[head].device)[right[head]]
    motions = [HEADS["motion"].index(name) for name in SYMMETRIC]
    return found | exchanged(
        found, torch.isin(right["motion"], torch.tensor(motions).to(right["motion"].device))
    )


def _other_side(head: str) -> list[int]:
    """For each answer the one that says left for right and right for left."""
    return [HEADS[head].index(SIDES.sub(lambda side: OPPOSITE[side[0]], name)) for name in HEADS[head]]


def turned_back(logits: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Answers about mirror images as answers about the clips themselves: left is right, and right left."""
    turned = dict(logits)
    for head in SIDED:
        turned[head] = logits[head][:, _other_side(head)]
    return turned


def exchanged(answers: Mapping[str, Tensor], chosen_B: Tensor) -> dict[str, Tensor]:
    """Answers [B] or [B, classes] about both subjects, with these exchanged in the chosen clips."""
    swapped = {}
    for head in HEADS:
        second = SECOND + head
        if second in HEADS:
            chosen = chosen_B.view(-1, *[1] * (answers[head].ndim - 1))
            swapped[head] = torch.where(chosen, answers[second], answers[head])
            swapped[second] = torch.where(chosen, answers[head], answers[second])
    return swapped


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the judge sees in B clips.

    features [B, D], none negative; focus [B, T, S, H, W]: logits of where the subjects are; found: where they are
    by these; glimpses: where was looked closely, and what was seen there, the last one counting;
    drift [B, T - 1, 3]: how the camera moves from frame to frame, right and down in view heights, and in the
    logarithm of its zoom.
    """

    features: Tensor
    focus: Tensor
    found: Track
    glimpses: tuple[tuple[Track, Glances], ...]
    drift: Tensor


class Judge(nn.Module):
    """A clip [B, T, 3, side, side] in [-1, 1], frames JUDGED.shown of it -> logits for every head.

    Every frame goes, with its difference to the one before, through convolutions of stride 2 to a map of 1/16 that
    also sees the neighbouring frames. It is pooled by attention over all places and moments, and on it and the
    map of 1/8 the subjects are found: the one that chases or follows first, else the one that goes to the right. A
    second network looks closely at either, cut out and brought to one size (a glimpse, as in spatial transformers:
    Jaderberg et al. 2015), twice, the second time where the first has told it to be exactly, for its kind, its
    colour, its posture and its place. How things move is read from the subjects' ways and from how the blocks of
    the picture shift between neighbouring frames.
    """

    def __init__(self, shape: JudgeShape) -> None:
        super().__init__()
        self.shape = shape
        first, second, third, last = shape.channels
        half, frames = shape.features // 2, len(JUDGED.shown)
        self.fine = nn.Sequential(
            ConvBlock(6, first, stride=2),
            ConvBlock(first, second, stride=2),
            ConvBlock(second, third, stride=2),
        )
        self.coarse = nn.Sequential(ConvBlock(third, last, stride=2), ConvBlock(last, last))
        self.context = nn.ModuleList([ConvBlock(3 * last, last) for _ in range(2)])
        self.attention = nn.Conv2d(last, shape.queries, 1)
        self.spotting = ConvBlock(third + last, second)
        self.focus = nn.Conv2d(second, SLOTS, 1)
        self.facts = nn.ModuleList([nn.Linear(second, 2) for _ in range(SLOTS)])
        self.glimpse = Glimpse(shape.glimpse, shape.glimpse_channels, half)
        self.telling = nn.Linear(half, 1)
        self.glance = nn.ModuleDict({head: nn.Linear(half, len(HEADS[head])) for head in GLANCED})
        self.posture = nn.Linear(half, 3 + 4)
        self.drift = nn.Sequential(
            nn.Linear(shifts_within(REACH) * BLOCKS**2, half // 2),  # of two neighbouring frames
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear((frames - 1) * half // 2, half // 2),
            nn.ReLU(),
            nn.Linear(half // 2, (frames - 1) * DRIFT),
        )
        self.course = Course(frames, SLOTS, half // 2, half)
        self.joint = nn.Linear((shape.queries + 1) * last + 2 * second + half, shape.features)
        self.heads = nn.ModuleDict(
            {
                head: nn.Linear(half if head in MOVING else shape.features, len(classes))
                for head, classes in HEADS.items()
                if head in MOVING or not head.startswith(SECOND)
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
                looks where it finds the subjects itself.
            helped_B: bool [B].
        """
        self._check(frames_BTCHW)
        fine, maps = self._maps(frames_BTCHW)
        focus, subjects, found = self._find(fine, maps, len(frames_BTCHW))
        looked = found if shown is None or helped_B is None else shown.where(helped_B, found)
        first = self.glance_at(self.glimpse(frames_BTCHW, looked))
        closer = mended(looked, first)
        close = self.glimpse(frames_BTCHW, closer)
        glances = self.glance_at(close)
        drift = self._drift(frames_BTCHW)
        # Glimpses, ways and drift learn from their own answers: what is made of them would only drown these.
        course = self.course(ways(closer, glances).detach(), drift.detach())
        close = close.detach()
        telling = self.telling(close).float().softmax(dim=1).to(close.dtype)
        each = [subjects.mean(dim=1), subjects.amax(dim=1), (telling * close).sum(dim=1)]
        survey = self._survey(maps, len(frames_BTCHW))[:, None].expand(-1, SLOTS, -1)
        joint = F.relu(self.joint(torch.cat([survey, *each], dim=-1)))
        return Look(
            features=torch.cat([joint.float().flatten(1), course.float()], dim=1),
            focus=focus,
            found=found,
            glimpses=((looked, first), (closer, glances)),
            drift=drift,
        )

    def forward(self, frames_BTCHW: Tensor) -> dict[str, Tensor]:
        """Logarithms of probabilities [B, classes] by head, from each clip and its mirror image.

        Asked twice, it erred on a fifth fewer motions of 960 real clips (before it had its lesson of review).
        """
        seen = self.answer(self.features(frames_BTCHW))
        mirrored = turned_back(self.answer(self.features(frames_BTCHW.flip(-1))))
        motion = seen["motion"].log_softmax(dim=1) + mirrored["motion"].log_softmax(dim=1)
        symmetric = torch.tensor([name in SYMMETRIC for name in HEADS["motion"]], device=motion.device)
        mirrored |= exchanged(mirrored, symmetric[motion.argmax(dim=1)])
        both = {head: (seen[head].softmax(dim=1) + mirrored[head].softmax(dim=1)) / 2 for head in HEADS}
        return {head: shares.clamp(min=1e-12).log() for head, shares in both.items()}

    def answer(self, features_BD: Tensor) -> dict[str, Tensor]:
        """Logits [B, classes] by head, from features."""
        first, second, course = features_BD.split(
            [self.shape.features] * SLOTS + [self.shape.features // 2], dim=1
        )
        answers = {}
        for head in HEADS:
            seen = course if head in MOVING else second if head.startswith(SECOND) else first
            answers[head] = self.head(head)(seen).float()
        return answers

    def head(self, name: str) -> nn.Module:
        """What answers a question: for both subjects the same, where it is asked of what they look like."""
        return self.heads[name if name in self.heads else name.removeprefix(SECOND)]

    def glance_at(self, seen_BTSD: Tensor) -> Glances:
        """What is told by what was seen in glimpses."""
        posture = self.posture(seen_BTSD).float()
        return Glances(
            answers={head: layer(seen_BTSD).float() for head, layer in self.glance.items()},
            offsets=posture[..., :3],
            postures=posture[..., 3:],
        )

    @torch.inference_mode()
    def judge(self, frames_BTCHW: Tensor) -> list[dict[str, str]]:
        """What each clip shows, by head; of a second subject only where the subjects do something together."""
        best = {head: logits.argmax(dim=1).tolist() for head, logits in self(frames_BTCHW).items()}
        found = [
            {head: HEADS[head][indices[clip]] for head, indices in best.items()}
            for clip in range(len(frames_BTCHW))
        ]
        return [
            {
                head: answer
                for head, answer in clip.items()
                if clip["motion"] in RELATIONS or not head.startswith(SECOND)
            }
            for clip in found
        ]

    def _maps(self, frames_BTCHW: Tensor) -> tuple[Tensor, Tensor]:
        """The maps of 1/8 and of 1/16, each [B * T, C, H, W]."""
        batch = len(frames_BTCHW)
        before = torch.cat([frames_BTCHW[:, :1], frames_BTCHW[:, :-1]], dim=1)
        seen = torch.cat([frames_BTCHW, frames_BTCHW - before], dim=2).flatten(0, 1)
        fine = self.fine(seen.contiguous(memory_format=torch.channels_last))
        maps = self.coarse(fine)
        for block in self.context:
            padded = F.pad(maps.unflatten(0, (batch, -1)), (0, 0, 0, 0, 0, 0, 1, 1))
            around = torch.cat([padded[:, :-2], padded[:, 1:-1], padded[:, 2:]], dim=2).flatten(0, 1)
            maps = maps + block(around.contiguous(memory_format=torch.channels_last))
        return fine, maps

    def _find(self, fine_NCHW: Tensor, maps_NCHW: Tensor, batch: int) -> tuple[Tensor, Tensor, Track]:
        """Where to look [B, T, S, H, W], what is on the map there [B, T, S, C], and where subjects are."""
        wide = F.interpolate(maps_NCHW, fine_NCHW.shape[-2:], mode="nearest")
        spots = self.spotting(
            torch.cat([fine_NCHW, wide], dim=1).contiguous(memory_format=torch.channels_last)
        )
        focus = self.focus(spots).float().unflatten(0, (batch, -1))
        weights = focus.flatten(3).softmax(dim=-1)
        values = spots.unflatten(0, (batch, -1)).flatten(3)
        subjects = torch.einsum("btsn,btcn->btsc", weights.to(values.dtype), values)
        height, width = focus.shape[-2:]
        rows = (torch.arange(height, device=weights.device) + 0.5) / height
        columns = (torch.arange(width, device=weights.device) + 0.5) / width
        grid = torch.cartesian_prod(rows, columns).flip(-1)  # [H * W, 2]: x, y
        cells = (grid * grid.new_tensor([width, height])).floor()
        likeliest = cells[weights.argmax(dim=-1)]  # [B, T, S, 2]
        near = (cells - likeliest[..., None, :]).abs().amax(dim=-1) <= 1
        nearby = weights * near
        facts = torch.stack(
            [layer(subjects[:, :, slot]) for slot, layer in enumerate(self.facts)], dim=2
        ).float()
        places = (nearby / nearby.sum(dim=-1, keepdim=True)) @ grid
        return focus, subjects, Track(places=places, sizes=facts[..., 0], visible=facts[..., 1])

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
        shifts = 5 * moved.unflatten(0, (len(frames_BTCHW), -1)).flatten(2)
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
    def load(cls, folder: Path | None = None) -> "Judge":
        """The judge in a folder, ready to judge; that of the package textreel-judges by default.

        Raises:
            MissingExtraError: that package is not installed.
            EvaluationError: there is none, its files are broken, or it knows other answers than this version.
        """
        folder = judge_folder("scenes-judge") if folder is None else folder
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
