"""An evaluation in the form that machines read."""

from __future__ import annotations

from typing import Any

from resolver.jobs.evaluation import CubedFigures, Evaluation, GroupFigures, PairFigures


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """All figures under plain keys; shares between 0 and 1."""
    return {
        "records": evaluation.records,
        "persons": evaluation.persons,
        "identities": evaluation.identities,
        "records_without_identity": evaluation.records_without_identity,
        "records_without_truth": evaluation.records_without_truth,
        "pairwise": _pairs(evaluation.pairs),
        "b_cubed": _cubed(evaluation.cubed),
        "over_merges": {"identities": evaluation.over_merged_identities, "pairs": evaluation.over_merged_pairs},
        "under_merges": {"persons": evaluation.under_merged_persons, "pairs": evaluation.under_merged_pairs},
        "review": {
            "tasks": evaluation.review_tasks,
            "true_pairs": evaluation.true_pairs_in_review,
            "recall_merged_or_in_review": evaluation.recall_with_review,
        },
        "by_script": [_group(each) for each in evaluation.by_script],
        "by_nationality": [_group(each) for each in evaluation.by_nationality],
        "by_name_band": [_group(each) for each in evaluation.by_name_band],
    }


def _pairs(figures: PairFigures) -> dict[str, Any]:
    return {
        "true": figures.true,
        "merged": figures.merged,
        "right": figures.right,
        "precision": figures.precision,
        "recall": figures.recall,
        "f1": figures.f1,
    }


def _cubed(figures: CubedFigures) -> dict[str, Any]:
    return {"precision": figures.precision, "recall": figures.recall, "f1": figures.f1}


def _group(figures: GroupFigures) -> dict[str, Any]:
    return {
        "group": figures.group,
        "records": figures.records,
        "pairwise": _pairs(figures.pairs),
        "b_cubed": _cubed(figures.cubed),
    }
