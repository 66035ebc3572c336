"""The two worlds of made-up people: the one that a model learns from, and one that it has never seen."""

from __future__ import annotations

from enum import StrEnum


class World(StrEnum):
    """Which countries, cultures and schools of spelling may occur.

    ORDINARY is for training and everyday tests. HELD_OUT adds countries that never occur in the ordinary world, for
    evaluation alone: figures measured there say how a model does on people and clerks that it has never met.
    """

    ORDINARY = "ordinary"
    HELD_OUT = "held-out"
