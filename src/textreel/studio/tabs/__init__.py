"""The tabs of the page: one file each, found by itself.

A tab's file has ``TITLE`` (its name), ``PLACE`` (tabs stand in the order of these numbers) and ``build(page)``, which
is called within the tab, see :class:`textreel.studio.page.Page`.
"""

import importlib
import pkgutil
from types import ModuleType


def found() -> list[ModuleType]:
    """The tabs in their order."""
    modules = [
        importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
    ]
    return sorted(modules, key=lambda module: int(module.PLACE))
