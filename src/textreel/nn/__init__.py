"""Layers without a task: what the generators, the discriminators and the corpora build from.

Dimension letters used in tensor names here and in the rooms above: B batch, T frames, S subject slots, L words,
C channels, H height, W width, D features, P pose numbers.
"""
