"""The figures and the weights, checked with recordlinkage, a toolkit that shares no code with Splink or with us.

Two questions about a resolved batch:

1. Are the pairwise figures counted rightly? recordlinkage's confusion matrix of the same links must have the same
   counts.
2. Would another tool see the same matches? recordlinkage's expectation/conditional maximisation gets the comparison
   vectors of the same candidate pairs, and nothing else: no weights, no prior, no truth. Its F1 on candidate pairs must
   be within `MARGIN` of that of our match weights at even odds.

The two models differ in three ways, which the margin has room for: the toolkit takes what is not stated for a level of
its own, while for us it is no evidence; it knows no term frequencies; and it learns what is usual among strangers from
candidate pairs, which agree in something, while ours comes from random pairs.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from numpy.typing import NDArray

from resolver.jobs.batch import BatchResult
from resolver.jobs.evaluation import evaluate
from resolver.jobs.truth import TrueRecord
from resolver.linkage.comparisons import COMPARISONS

MARGIN = 0.03
"""Twice the difference of 0.015 that was measured on 20,000 records of the tuning seed."""
_STARTS = 8
_SEED = 1
_EVEN_ODDS = 0.0
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Candidate pairs: their comparison vectors by comparison, our match weights, and whether they are true."""

    vectors: pd.DataFrame
    weights: NDArray[np.float64]
    same: Flags


def check(batch: BatchResult, truth: Sequence[TrueRecord]) -> dict[str, Any]:
    """Answers both questions; `agrees` under each says whether the answer is yes."""
    person = {each.record: each.person for each in truth}
    persons = [person[name] for name in batch.names]
    counted = _counted(batch, truth, persons)
    candidates = _candidates(batch, persons)
    ours = _figures(candidates.weights >= _EVEN_ODDS, candidates.same)
    theirs = _figures(_ecm_matches(candidates.vectors), candidates.same)
    return {
        "counts": counted,
        "candidate_pairs": len(candidates.same),
        "match_weights": ours,
        "ecm": theirs,
        "difference_of_f1": theirs["f1"] - ours["f1"],
        "margin": MARGIN,
        "agrees": abs(theirs["f1"] - ours["f1"]) <= MARGIN,
    }


def _counted(batch: BatchResult, truth: Sequence[TrueRecord], persons: Sequence[str]) -> dict[str, Any]:
    ours = evaluate(truth, batch.identity_of()).pairs
    of_person: defaultdict[str, list[int]] = defaultdict(list)
    for number, person in enumerate(persons):
        of_person[person].append(number)
    matrix = recordlinkage.confusion_matrix(_links(of_person.values()), _links(batch.groups), _all_pairs(batch))
    (right, missed), (false, _) = matrix.tolist()
    figures = (recordlinkage.precision(matrix), recordlinkage.recall(matrix), recordlinkage.fscore(matrix))
    same_counts = (right, missed, false) == (ours.right, ours.true - ours.right, ours.merged - ours.right)
    return {
        "right": int(right),
        "missed": int(missed),
        "false": int(false),
        "agrees": same_counts and bool(np.allclose(figures, (ours.precision, ours.recall, ours.f1), atol=1e-12)),
    }


def _links(groups: Iterable[Sequence[int]]) -> pd.MultiIndex:
    pairs = [pair for group in groups for pair in combinations(sorted(group), 2)]
    return pd.MultiIndex.from_tuples(pairs, names=["left", "right"])


def _all_pairs(batch: BatchResult) -> int:
    return len(batch.names) * (len(batch.names) - 1) // 2


def _candidates(batch: BatchResult, persons: Sequence[str]) -> _Candidates:
    scored = batch.connection.table("scored").order("left_number, right_number").fetchnumpy()
    person = np.array(persons)
    index = pd.MultiIndex.from_arrays([scored["left_number"], scored["right_number"]])
    vectors = pd.DataFrame(
        {comparison.name: scored[f"gamma_{comparison.name}"].astype(int) for comparison in COMPARISONS}, index=index
    )
    same = person[scored["left_number"]] == person[scored["right_number"]]
    return _Candidates(vectors.loc[:, vectors.nunique() > 1], np.asarray(scored["match_weight"]), np.asarray(same))


def _ecm_matches(vectors: pd.DataFrame) -> Flags:
    """What the toolkit takes for matches.

    With more than two levels it starts anywhere and may end in a lesser optimum, or with one class empty and no
    likelihood at all, so the likeliest of several starts counts. The class that agrees more is that of the matches.
    """
    # The toolkit draws its starts from numpy's global generator.
    np.random.seed(_SEED)
    best: tuple[float, NDArray[np.float64]] | None = None
    for _ in range(_STARTS):
        classifier = recordlinkage.ECMClassifier(init="random", max_iter=300)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            classifier.fit(vectors)
            likelihood = float(_log_likelihood(classifier, vectors))
            probabilities = classifier.prob(vectors).to_numpy()
        if best is None or not np.isfinite(best[0]) or likelihood > best[0]:
            best = likelihood, probabilities
    assert best is not None, "there is at least one start"  # noqa: S101
    matches: Flags = best[1] >= 0.5
    agreement = vectors.to_numpy().mean(axis=1)
    return matches if agreement[matches].mean() >= agreement[~matches].mean() else ~matches


def _log_likelihood(classifier: Any, vectors: pd.DataFrame) -> float:  # noqa: ANN401 - the toolkit has no types
    joint = classifier.kernel._joint_log_likelihood(vectors.to_numpy())
    return float(np.logaddexp(joint[:, 0], joint[:, 1]).sum())


def _figures(matches: Flags, same: Flags) -> dict[str, float]:
    right = int((matches & same).sum())
    precision, recall = right / int(matches.sum()), right / int(same.sum())
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}
