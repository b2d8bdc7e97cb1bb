"""``python -m textreel.cli``, and ``torchrun -m textreel.cli`` for a training in several processes."""

from textreel.cli import main

main()
