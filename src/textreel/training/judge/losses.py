"""What the judge is told about its answers."""

from collections.abc import Iterable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.evaluation.glimpses import Glances, Track
from textreel.evaluation.judge import NOT_APPLICABLE, Look
from textreel.training.judge.clips import JudgedClips

FOCUS_CELLS = 0.6  # deviation of the spot at which the judge is to look, in cells of its map
FARTHEST_GLANCE = (
    0.7  # a subject farther off than that, in heights of what is looked at, cannot be told exactly
)


def finding_loss(look: Look, clips: JudgedClips) -> Tensor:
    """Where both subjects are, how large, and whether they are to be seen."""
    losses = []
    for slot, (found, true) in enumerate(((look.main, clips.main), (look.second, clips.second))):
        visible = clips.visible[..., slot].to(look.focus.device)
        wrong_size = (found.sizes - true.sizes.to(found.sizes)).abs()
        losses += [
            mean_where(focus_distance(look.focus[:, :, slot], true.places), visible),
            mean_where(wrong_size, visible),
            F.binary_cross_entropy_with_logits(found.visible, visible.float()),
        ]
    return torch.stack(losses).sum()


def focus_distance(focus_BTHW: Tensor, places_BT2: Tensor) -> Tensor:
    """Cross-entropy [B, T] of where the judge looks against a soft spot at the right place."""
    height, width = focus_BTHW.shape[2:]
    places = places_BT2.to(focus_BTHW.device)
    rows = (torch.arange(height, device=places.device) + 0.5)[:, None] - height * places[..., 1, None, None]
    columns = (torch.arange(width, device=places.device) + 0.5) - width * places[..., 0, None, None]
    spot = torch.softmax((-(rows.square() + columns.square()) / (2 * FOCUS_CELLS**2)).flatten(2), dim=-1)
    return -(spot * focus_BTHW.flatten(2).log_softmax(dim=-1)).sum(dim=-1)


def posture_loss(glances: Glances, looked: Track, clips: JudgedClips) -> Tensor:
    """How far glimpses are wrong about the subject's exact place, size and posture, where it is near and seen."""
    device = glances.offsets.device
    true, size = clips.main, looked.sizes.exp()
    shift = (true.places.to(device) - looked.places) / size[..., None]
    larger = true.sizes.to(device) - looked.sizes
    target = torch.cat([shift, larger[..., None], clips.postures.to(device)], dim=-1).detach()
    near = clips.visible[..., 0].to(device) & (target[..., :3].abs() < FARTHEST_GLANCE).all(dim=-1)
    made = torch.cat([glances.offsets, glances.postures], dim=-1)
    weights = target.new_tensor([4.0, 4.0, 2.0, 1.0, 1.0, 1.0, 1.0])
    return mean_where(((made - target).abs() * weights).mean(dim=-1), near)


def sum_of(losses: Iterable[Tensor]) -> Tensor:
    return torch.stack([*losses]).sum()


def mean_where(values: Tensor, wanted: Tensor) -> Tensor:
    """The mean of some values; 0 if none is wanted."""
    return (values * wanted).sum() / wanted.sum().clamp(min=1)


def glance_loss(glances: Glances, right: Mapping[str, Tensor], clips: JudgedClips) -> Tensor:
    """Cross-entropy of what single glimpses tell, where the subject is seen, summed over the heads."""
    losses = []
    for head, logits in glances.answers.items():
        seen = clips.visible[..., 0].to(logits.device)
        answers_BT = right[head][:, None].masked_fill(~seen, NOT_APPLICABLE)
        total = F.cross_entropy(
            logits.flatten(0, 1), answers_BT.flatten(), ignore_index=NOT_APPLICABLE, reduction="sum"
        )
        losses.append(total / (answers_BT != NOT_APPLICABLE).sum().clamp(min=1))
    return torch.stack(losses).sum()


def head_losses(logits: Mapping[str, Tensor], right: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The mean cross-entropy of each head over the clips that have an answer to it; 0 if none has."""
    losses = {}
    for head, values in logits.items():
        total = F.cross_entropy(values, right[head], ignore_index=NOT_APPLICABLE, reduction="sum")
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
