"""Weights that are right together: what goes together is not counted twice.

m and u tell of one comparison how likely a level is, and weights are added up as if no comparison told anything of
another. But relatives share a father, a town, a passport and most of a name: among those who share one of these there
are more of them than among strangers, so that the sum says too much. Here sums are held against the truth of pairs,
and the weight of each level is moved until they are right. It is a logistic regression on the levels that begins with
the weights as they are and is held to them, the more the fewer pairs show a level (ridge regression: le Cessie and van
Houwelingen, Applied Statistics 41, 1992). What comes out is a weight for each level, as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from resolver.linkage.comparison import NOTHING_TO_COMPARE, Comparison, Level
from resolver.linkage.comparisons import COMPARISONS
from resolver.linkage.model import LevelParameters

Bits = NDArray[np.float64]

_HELD: Final = 30.0
"""How strongly a weight is held where it is: the inverse of the variance, in nats, that is expected of its error."""


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    """Pairs of which it is known whether they are of one person.

    `vectors` has a row for each pair and a column for each of `COMPARISONS`, -1 where there is nothing to compare;
    `weights` are match weights in bits, of the odds among these pairs; `same` is true for one person.
    """

    vectors: NDArray[np.int64]
    weights: Bits
    same: NDArray[np.bool_]


def corrected(levels: Mapping[str, LevelParameters], pairs: JudgedPairs) -> dict[str, LevelParameters]:
    """The levels, by code, with the weights with which sums fit the pairs; levels of a policy's weight stay.

    Args:
        levels: the parameters with which the pairs were weighed.
        pairs: candidate pairs of a corpus, those of different people as frequent as they are there.
    """
    moves = _moves(pairs)
    found = dict(levels)
    for place, (comparison, level) in enumerate(_levels()):
        if level.weight is None:
            code = comparison.code(level)
            found[code] = _moved(level, levels[code], float(moves[place]))
    return found


def _levels() -> Iterator[tuple[Comparison, Level]]:
    """Every level in the order of its comparison vector value, comparison by comparison."""
    for comparison in COMPARISONS:
        yield from ((comparison, level) for level in reversed(comparison.levels))


def _moved(level: Level, was: LevelParameters, bits: float) -> LevelParameters:
    """The parameters with the weight moved by some bits: by u as far as it stays a probability, then by m.

    u of a level with a term frequency is what the frequency takes the place of, so there it is m that moves.
    """
    if level.term_frequency is not None:
        return LevelParameters(m=min(1.0, was.m * 2.0**bits), u=was.u)
    u = was.u * 2.0**-bits
    return LevelParameters(m=was.m, u=u) if u <= 1.0 else LevelParameters(m=was.m / u, u=1.0)


def _moves(pairs: JudgedPairs) -> Bits:
    """By how many bits the weight of each level is to be moved, in the order of `_levels`."""
    # Half a second and 49 MiB, which a server has no use for.
    from scipy.optimize import minimize

    shown, levels = _shown(pairs.vectors), len(list(_levels()))
    so_far, same = pairs.weights * log(2), pairs.same.astype(float)

    def misfit(moves: Bits) -> tuple[float, Bits]:
        """Minus the logarithm of the likelihood, held; and its gradient."""
        odds = so_far + np.append(moves, 0.0)[shown].sum(axis=1)
        surprise = np.logaddexp(0.0, odds) - same * odds
        error = 1.0 / (1.0 + np.exp(-odds)) - same
        slope = np.sum([np.bincount(column, error, levels + 1) for column in shown.T], axis=0)[:levels]
        return float(surprise.sum() + _HELD / 2 * moves @ moves), slope + _HELD * moves

    found = minimize(misfit, np.zeros(levels), jac=True, method="L-BFGS-B")
    return np.asarray(found.x) / log(2)


def _shown(vectors: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of the levels that pairs show; the one behind the last for what is fixed or not compared."""
    fixed = np.array([level.weight is not None for _, level in _levels()])
    begins = np.cumsum([0, *(len(comparison.levels) for comparison in COMPARISONS)])[:-1]
    places = vectors + begins
    return np.where((vectors == NOTHING_TO_COMPARE) | fixed[places], len(fixed), places)
