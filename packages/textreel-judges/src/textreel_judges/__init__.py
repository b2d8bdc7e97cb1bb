"""Weights that textreel measures and explains films with; `textreel.models.judge_folder` finds them."""
