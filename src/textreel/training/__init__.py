"""Training: a generator and discriminators in turn, in phases that can be read."""
