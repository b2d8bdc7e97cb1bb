"""Training the judge of `evaluation` on composed real clips: it never sees what a generator made."""

from textreel.training.judge.configuration import JudgeConfig, judge, judge_tiny
from textreel.training.judge.trainer import JudgeTrainer, judge_from, train_judge

__all__ = ["JudgeConfig", "JudgeTrainer", "judge", "judge_from", "judge_tiny", "train_judge"]
