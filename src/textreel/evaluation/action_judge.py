"""The judge of actions: told by where in the picture how much moves, a linear reading of motion energy images.

Motion energy images (Bobick and Davis 2001) say where something moved at all in a clip. There are few clips of actions
and they are alike, so a linear reading of them is enough, and it knows clothes and faces of nobody. It is trained when
it is asked for, on real clips alone, in some seconds, and kept in the cache.

Dimensions in names: N windows, T frames of H x W pixels, D features.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel import checkpoint
from textreel.corpora.clips.corpus import ClipsCorpus
from textreel.corpora.clips.index import INDEX_NAME
from textreel.corpora.packages import cache_folder
from textreel.errors import CheckpointError, EvaluationError

KIND = "actions-judge"
FRAMES = 24  # that a window has, and a film of two seconds at twelve frames a second
EVERY = 8  # frames between the windows of a clip
SIDE, CELLS = 32, 16
SHRINKING = 1e-3  # weight of the squared coefficients
ITERATIONS = 60


@dataclass(frozen=True, kw_only=True, eq=False)
class ActionJudge:
    """Knows actions by their labels.

    weight [D, labels], bias [labels]; ceiling: the share of real windows told right, of each group by a judge that was
    trained on all others; windows: how many these were.
    """

    labels: tuple[str, ...]
    weight: Tensor
    bias: Tensor
    ceiling: float
    windows: int

    def judge(self, frames_NTCHW: Tensor) -> list[str]:
        """The labels of windows in [-1, 1]."""
        logits = (
            torch.stack([motion_energy(brightness(frames)) for frames in frames_NTCHW]) @ self.weight
            + self.bias
        )
        return [self.labels[int(row)] for row in logits.argmax(dim=1)]


@dataclass(frozen=True, kw_only=True, eq=False)
class Windows:
    """Windows of real clips: features [N, D], label [N] as a number, group [N]."""

    features: Tensor
    labels: Tensor
    groups: list[str]


def brightness(frames_TCHW: Tensor) -> Tensor:
    """The brightness of frames in [-1, 1], from 0 to 1, at a small size [T, SIDE, SIDE]."""
    grey = (frames_TCHW.float().mean(dim=1, keepdim=True) + 1) / 2
    return F.interpolate(grey, (SIDE, SIDE), mode="area")[:, 0]


def motion_energy(grey_THW: Tensor) -> Tensor:
    """Where it moves much, and where it ever changes [D]; the middle of the motion is brought to the middle."""
    energy = grey_THW.diff(dim=0).abs().mean(dim=0)
    change = grey_THW.amax(dim=0) - grey_THW.amin(dim=0)
    total = change.sum(dim=0)
    middle = float(total @ torch.arange(SIDE, dtype=torch.float32) / total.sum().clamp(min=1e-6))
    maps = torch.stack([energy, change]).roll(SIDE // 2 - round(middle), dims=2)
    scaled = maps / maps.amax(dim=(1, 2), keepdim=True).clamp(min=1e-6)
    return F.avg_pool2d(scaled, SIDE // CELLS).flatten()


def windows_of(corpus: ClipsCorpus, labels: tuple[str, ...]) -> Windows:
    """Windows of all clips of a corpus that is small enough for it; a short clip's last frame stands."""
    features, numbers, groups = [], [], []
    for number, sample in enumerate(corpus.samples):
        frames = torch.from_numpy(corpus.frames(number).copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
        grey = brightness(frames)
        for start in range(0, max(1, len(grey) - FRAMES + 1), EVERY):
            part = grey[start : start + FRAMES]
            features.append(motion_energy(part))
            numbers.append(labels.index(sample.label))
            groups.append(sample.group)
    return Windows(features=torch.stack(features), labels=torch.tensor(numbers), groups=groups)


def fit(features_ND: Tensor, labels_N: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """Multinomial logistic regression: weight [D, count] and bias [count]."""
    weight = torch.zeros(features_ND.shape[1], count, requires_grad=True)
    bias = torch.zeros(count, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = F.cross_entropy(features_ND @ weight + bias, labels_N) + SHRINKING * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return weight.detach(), bias.detach()


def train(corpus: ClipsCorpus) -> ActionJudge:
    """A judge of all clips of a corpus, and its ceiling: each group told by those who never saw it."""
    labels = tuple(sorted({sample.label for sample in corpus.samples}))
    windows = windows_of(corpus, labels)
    right = 0
    for group in sorted(set(windows.groups)):
        theirs = torch.tensor([one == group for one in windows.groups])
        weight, bias = fit(windows.features[~theirs], windows.labels[~theirs], len(labels))
        told = (windows.features[theirs] @ weight + bias).argmax(dim=1)
        right += int((told == windows.labels[theirs]).sum())
    weight, bias = fit(windows.features, windows.labels, len(labels))
    count = len(windows.groups)
    return ActionJudge(labels=labels, weight=weight, bias=bias, ceiling=right / count, windows=count)


def judge_of(corpus: ClipsCorpus) -> ActionJudge:
    """The judge of a corpus: out of the cache, or trained and put there.

    Raises:
        EvaluationError: the corpus does not tell actions and persons apart.
    """
    if what := missing(corpus):
        raise EvaluationError(what)
    kept = cache_folder("judges") / f"actions-{fingerprint(corpus.folder)}"
    try:
        saved = checkpoint.load(kept, kind=KIND)
        return ActionJudge(
            labels=tuple(saved.metadata["labels"]),
            weight=saved.tensors["weight"],
            bias=saved.tensors["bias"],
            ceiling=saved.metadata["ceiling"],
            windows=saved.metadata["windows"],
        )
    except CheckpointError:
        judge = train(corpus)
    facts = {"labels": judge.labels, "ceiling": judge.ceiling, "windows": judge.windows}
    checkpoint.save(kept, {"weight": judge.weight, "bias": judge.bias}, facts, kind=KIND)
    return judge


def fingerprint(folder: Path) -> str:
    """Changes with the clips of a folder of shards, and with how the judge is trained."""
    made = f"{FRAMES} {EVERY} {SIDE} {CELLS} {SHRINKING} {ITERATIONS}"
    return hashlib.sha256((folder / INDEX_NAME).read_bytes() + made.encode()).hexdigest()[:16]


def missing(corpus: ClipsCorpus) -> str | None:
    """What a corpus lacks for such a judge, in a sentence."""
    labels, groups = ({getattr(one, name) for one in corpus.samples} for name in ("label", "group"))
    if len(labels) < 2 or "" in labels or len(groups) < 2 or "" in groups:
        return (
            f"Actions are judged by clips of two actions or more, in folders of their own, and of two persons or more "
            f"(files_per_group in captions.yaml); '{corpus.folder}' has {len(labels)} and {len(groups - {''})}."
        )
    return None
