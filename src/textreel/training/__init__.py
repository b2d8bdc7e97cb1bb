"""Training: a generator and discriminators in turn, in phases that can be read."""

from textreel.extras import extra

with extra("train"):
    import lightning_fabric as lightning_fabric
    import tensorboard as tensorboard
