"""Everything that textreel raises on purpose.

::

    TextreelError               exit status 1; the work failed
    ├── UsageError              exit status 2; what was asked for cannot be done as asked
    │   ├── PromptError         the sentence is empty, too long or holds no words
    │   └── MissingExtraError   an optional package is not installed; an ImportError too
    ├── CheckpointError         a model's files are missing, truncated, foreign or incompatible
    ├── MediaError              a film cannot be read or written
    ├── AssetError              a corpus asset is missing or broken
    ├── CorpusError             a corpus breaks its own protocol
    ├── TrainingError           a run cannot start, resume or go on
    ├── EvaluationError         a figure cannot be measured
    └── Cancelled               exit status 130; the caller asked to stop

A message says the rule, what was given and what to do, in one sentence or two.
"""

from typing import ClassVar


class TextreelError(Exception):
    """The root of the tree; its message is fit to be shown to a person."""

    exit_status: ClassVar[int] = 1


class UsageError(TextreelError, ValueError):
    """What was asked for cannot be done as asked; another flag or value can. A wrong value, so a ValueError too."""

    exit_status: ClassVar[int] = 2


class PromptError(UsageError):
    """The prompt is empty, too long or holds no words."""


class MissingExtraError(UsageError, ImportError):
    """An optional package is not installed."""


class CheckpointError(TextreelError):
    """A model's files are missing, truncated, foreign or incompatible."""


class MediaError(TextreelError):
    """A film cannot be read or written."""


class AssetError(TextreelError):
    """A corpus asset is missing or broken."""


class CorpusError(TextreelError):
    """A corpus breaks its own protocol."""


class TrainingError(TextreelError):
    """A training run cannot start, resume or go on."""


class EvaluationError(TextreelError):
    """A figure cannot be measured."""


class PlannerError(TextreelError):
    """An endpoint that plans films cannot be reached, or answers no storyboard."""


class Cancelled(TextreelError):
    """The caller asked to stop."""

    exit_status: ClassVar[int] = 130
