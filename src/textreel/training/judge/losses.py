"""What the judge is told about its answers."""

from collections.abc import Iterable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.evaluation.glimpses import Glances, Track
from textreel.evaluation.judge import NOT_APPLICABLE, SECOND, Look
from textreel.training.judge.clips import JudgedClips

FOCUS_CELLS = 0.6  # deviation of the spot at which the judge is to look, in cells of its map
FARTHEST_GLANCE = (
    0.7  # a subject farther off than that, in heights of what is looked at, cannot be told exactly
)
POSTURE_WEIGHTS = (4.0, 4.0, 2.0, 3.0, 3.0, 1.0, 1.0)  # right, down, larger, roll, facing, opacity


def finding_loss(look: Look, clips: JudgedClips) -> Tensor:
    """Where both subjects are, how large, and whether they are to be seen."""
    device = look.focus.device
    visible, places = clips.visible.to(device), clips.track.places.to(device)
    wrong_size = (look.found.sizes - clips.track.sizes.to(device)).abs()
    seen = F.binary_cross_entropy_with_logits(look.found.visible, visible.float(), reduction="none")
    far = focus_distance(look.focus, places)
    subjects = range(visible.shape[-1])
    return sum_of(
        mean_where(far[..., slot] + wrong_size[..., slot], visible[..., slot]) + seen[..., slot].mean()
        for slot in subjects
    )


def focus_distance(focus_BTSHW: Tensor, places_BTS2: Tensor) -> Tensor:
    """Cross-entropy [B, T, S] of where the judge looks against a soft spot at the right place."""
    height, width = focus_BTSHW.shape[3:]
    places = places_BTS2.to(focus_BTSHW.device)
    rows = (torch.arange(height, device=places.device) + 0.5)[:, None] - height * places[..., 1, None, None]
    columns = (torch.arange(width, device=places.device) + 0.5) - width * places[..., 0, None, None]
    spot = torch.softmax((-(rows.square() + columns.square()) / (2 * FOCUS_CELLS**2)).flatten(3), dim=-1)
    return -(spot * focus_BTSHW.flatten(3).log_softmax(dim=-1)).sum(dim=-1)


def posture_loss(glances: Glances, looked: Track, clips: JudgedClips) -> Tensor:
    """How far glimpses are wrong about subjects' exact places, sizes and postures, where these are near and seen."""
    missed = missed_by(looked, clips)
    target = torch.cat([missed, clips.postures.to(missed)], dim=-1).detach()
    made = torch.cat([glances.offsets, glances.postures], dim=-1)
    weights = target.new_tensor(POSTURE_WEIGHTS)
    return mean_where(((made - target).abs() * weights).mean(dim=-1), can_be_told(missed, clips))


def missed_by(looked: Track, clips: JudgedClips) -> Tensor:
    """How far the subjects are from where was looked [B, T, S, 3]; see `Glances.offsets`."""
    true = clips.track
    shift = (true.places.to(looked.places) - looked.places) / looked.sizes.exp()[..., None]
    larger = true.sizes.to(looked.sizes) - looked.sizes
    return torch.cat([shift, larger[..., None]], dim=-1)


def can_be_told(missed_BTS3: Tensor, clips: JudgedClips) -> Tensor:
    """Whether a glimpse shows its subject, bool [B, T, S]: one that missed it has nothing to teach."""
    near = (missed_BTS3.abs() < FARTHEST_GLANCE).all(dim=-1)
    return near & clips.visible.to(near.device)


def sum_of(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack([*losses]).sum()


def mean_where(values: Tensor, wanted: Tensor) -> Tensor:
    """The mean of some values; 0 if none is wanted."""
    return (values * wanted).sum() / wanted.sum().clamp(min=1)


def glance_loss(glances: Glances, looked: Track, right: Mapping[str, Tensor], clips: JudgedClips) -> Tensor:
    """Cross-entropy of what single glimpses tell, where they show a subject, summed over the heads."""
    losses = []
    seen = can_be_told(missed_by(looked, clips), clips)
    for head, logits in glances.answers.items():
        both = torch.stack([right[head], right[SECOND + head]], dim=-1)[..., : seen.shape[-1]]
        answers_BTS = both[:, None].masked_fill(~seen, NOT_APPLICABLE)
        total = F.cross_entropy(
            logits.flatten(0, 2), answers_BTS.flatten(), ignore_index=NOT_APPLICABLE, reduction="sum"
        )
        losses.append(total / (answers_BTS != NOT_APPLICABLE).sum().clamp(min=1))
    return torch.stack(losses).sum()


def head_losses(
    logits: Mapping[str, Tensor], right: Mapping[str, Tensor], smoothing: float = 0.0
) -> dict[str, Tensor]:
    """The mean cross-entropy of each head over the clips that have an answer to it; 0 if none has.

    `smoothing` is the share of belief that right answers leave to the others (label smoothing).
    """
    losses = {}
    for head, values in logits.items():
        total = F.cross_entropy(
            values, right[head], ignore_index=NOT_APPLICABLE, reduction="sum", label_smoothing=smoothing
        )
        losses[head] = total / (right[head] != NOT_APPLICABLE).sum().clamp(min=1)
    return losses


def shares_right(judged: Sequence[tuple[Mapping[str, Tensor], Mapping[str, Tensor]]]) -> dict[str, float]:
    """The share of right answers by head over batches of (logits, right answers); heads nobody asked are left out."""
    shares = {}
    for head in judged[0][0]:
        wanted = torch.cat([right[head] for _, right in judged])
        found = torch.cat([logits[head].argmax(dim=1) for logits, _ in judged])
        asked = wanted != NOT_APPLICABLE
        if asked.any():
            shares[head] = float((found == wanted)[asked].float().mean())
    return shares
