"""Models as messages."""

from __future__ import annotations

import json
from math import log2
from typing import Any

from ftf.resolution.v1 import model_service_pb2 as pb
from resolver.domain.vetted import Approval, Trial
from resolver.engine.engine import Engine
from resolver.linkage.model import ModelError
from resolver.linkage.model_library import Entry, Kept
from resolver.rpc.moments import timestamp


def entry_to_message(entry: Entry, engine: Engine, *, levels: bool) -> pb.Model:
    """A model of the list; `levels` says whether with the parameters of its levels. Reads the store, and blocks."""
    message = pb.Model(name=entry.name, approvals_required=engine.policy.model_approvals)
    message.thresholds.policy = engine.policy.name
    message.thresholds.merge_weight = engine.policy.merge_weight
    message.thresholds.review_weight = engine.policy.review_weight
    if isinstance(entry.kept, ModelError):
        message.state, message.fault = pb.MODEL_STATE_UNUSABLE, str(entry.kept)
        return message
    _describe(message, entry.kept)
    if levels:
        for code, value in sorted(entry.kept.model.levels.items()):
            message.levels.add(level_code=code, m=value.m, u=value.u, match_weight=log2(value.m / value.u))
    approvals = engine.reader.vetted.approvals(entry.kept.digest)
    message.approvals.extend(map(_approval, approvals))
    message.evaluations.extend(map(trial_to_message, engine.reader.vetted.trials(entry.kept.digest)))
    message.state = _state(entry, engine, approvals)
    return message


def trial_to_message(trial: Trial) -> pb.ModelEvaluation:
    """What was found when a model was tried out."""
    body: dict[str, Any] = json.loads(trial.body)
    figures = body["figures"]
    message = pb.ModelEvaluation(
        operation=trial.operation,
        model=trial.model,
        evaluate_time=timestamp(trial.evaluate_time),
        records_file=body["records_file"],
        policy=body["policy"],
        records=figures["records"],
        persons=figures["persons"],
        identities=figures["identities"],
        pairs=_agreement(figures["pairwise"]),
        b_cubed=_agreement(figures["b_cubed"]),
        over_merged_identities=figures["over_merges"]["identities"],
        under_merged_persons=figures["under_merges"]["persons"],
        review_tasks=figures["review"]["tasks"],
        recall_with_review=figures["review"]["recall_merged_or_in_review"],
    )
    for group in figures["by_script"]:
        message.by_script.add(group=group["group"], records=group["records"], pairs=_agreement(group["pairwise"]))
    return message


def _describe(message: pb.Model, kept: Kept) -> None:
    known = kept.model.description
    message.sha256, message.prior = kept.digest, kept.model.prior
    message.training_data.CopyFrom(
        pb.TrainingData(
            records=int(known["records"]),
            method=str(known["method"]),
            sampled_pairs=float(known["sampled_pairs"]),
            seed=int(known["seed"]),
            standardiser_version=int(known["standardiser_version"]),
            reference_holding=int(known["reference_holding"]),
            other_records_of_a_person=float(known["other_records_of_a_person"]),
        )
    )


def _state(entry: Entry, engine: Engine, approvals: list[Approval]) -> pb.ModelState.ValueType:
    if entry.name == engine.model_name:
        return pb.MODEL_STATE_ACTIVE
    enough = len({each.examiner for each in approvals}) >= engine.policy.model_approvals
    return pb.MODEL_STATE_APPROVED if enough else pb.MODEL_STATE_TRAINED


def _approval(approval: Approval) -> pb.ModelApproval:
    return pb.ModelApproval(
        examiner=approval.examiner,
        caller=approval.caller,
        reason=approval.reason,
        approve_time=timestamp(approval.approve_time),
    )


def _agreement(figures: dict[str, float]) -> pb.AgreementFigures:
    return pb.AgreementFigures(precision=figures["precision"], recall=figures["recall"], f1=figures["f1"])
