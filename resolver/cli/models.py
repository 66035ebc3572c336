"""`resolver models`: the models that match weights are made with."""

from __future__ import annotations

from typing import Final

import click
from google.longrunning import operations_pb2

from ftf.resolution.v1.model_service_pb2 import (
    ApproveModelRequest,
    EvaluateModelRequest,
    GetModelRequest,
    Model,
    ModelEvaluation,
    ModelState,
    TrainModelRequest,
)
from resolver.cli.operations import finish, operation_line, wait_for
from resolver.cli.options import EXAMINER, Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.reading import all_models
from resolver.cli.words import full_name, state_name

_FOLDER: Final = "models"
_WAIT = click.option("--wait/--no-wait", "waiting", default=True, show_default=True, help="Wait for the end.")


@click.group()
def models() -> None:
    """List, show, train, try out and approve models, on a service."""


@models.command("list")
@service_options
def list_(target: Target) -> None:
    """List models, newest first."""
    with target.connect() as connection:
        found = list(all_models(connection))
    if target.as_json:
        print_json([message_json(each) for each in found])
        return
    for each in found:
        click.echo(_line(each))


@models.command()
@click.argument("name", metavar="MODEL")
@service_options
def show(name: str, target: Target) -> None:
    """Show a model: what it was trained on, how well it did, who approves of it."""
    with target.connect() as connection:
        found = connection.models.GetModel(GetModelRequest(name=full_name(name, _FOLDER)))
    _print(found, target)


@models.command()
@click.argument("records_file", metavar="FILE")
@click.option("--truth", "truth_file", default="", help="CSV `record,person` of the records.")
@click.option("--labels", "labels_file", default="", help="CSV `record_l,record_r,verdict` with SAME or DIFFERENT.")
@click.option("--sampled-pairs", type=float, default=0.0, help="Random pairs to sample u from; absent: 20,000,000.")
@click.option("--seed", type=int, default=0, help="Seed of the samples; absent: 1.")
@_WAIT
@service_options
def train(
    records_file: str,
    truth_file: str,
    labels_file: str,
    sampled_pairs: float,
    seed: int,
    waiting: bool,
    target: Target,
) -> None:
    """Train a model on FILE, which lies in the service's folder for data, as the other files do."""
    request = TrainModelRequest(
        records_file=records_file,
        truth_file=truth_file,
        labels_file=labels_file,
        sampled_pairs=sampled_pairs,
        seed=seed,
    )
    with target.connect() as connection:
        begun = connection.models.TrainModel(request)
        ended = wait_for(connection, begun.name, hidden=target.as_json) if waiting else begun
    finish(ended, target, _trained)


@models.command()
@click.argument("name", metavar="MODEL")
@click.argument("records_file", metavar="FILE")
@click.option("--truth", "truth_file", required=True, help="CSV `record,person` of the records.")
@_WAIT
@service_options
def evaluate(name: str, records_file: str, truth_file: str, waiting: bool, target: Target) -> None:
    """Try a model out on FILE, which lies in the service's folder for data, as its truth does."""
    request = EvaluateModelRequest(name=full_name(name, _FOLDER), records_file=records_file, truth_file=truth_file)
    with target.connect() as connection:
        begun = connection.models.EvaluateModel(request)
        ended = wait_for(connection, begun.name, hidden=target.as_json) if waiting else begun
    finish(ended, target, _evaluated)


@models.command()
@click.argument("name", metavar="MODEL")
@EXAMINER
@click.option("--reason", required=True, help="Why, in the examiner's words.")
@service_options
def approve(name: str, examiner: str, reason: str, target: Target) -> None:
    """Say that a model may be used. As many different persons have to as the policy says."""
    request = ApproveModelRequest(name=full_name(name, _FOLDER), examiner=examiner, reason=reason)
    with target.connect() as connection:
        _print(connection.models.ApproveModel(request), target)


def _trained(ended: operations_pb2.Operation) -> str:
    model = Model()
    return _line(model) if ended.response.Unpack(model) else operation_line(ended)


def _evaluated(ended: operations_pb2.Operation) -> str:
    evaluation = ModelEvaluation()
    return _figures(evaluation) if ended.response.Unpack(evaluation) else operation_line(ended)


def _line(model: Model) -> str:
    state = state_name(ModelState.DESCRIPTOR, model.state)
    about = model.fault or (
        f"{model.training_data.records:,} records, {model.training_data.method}; "
        f"{len(model.approvals)} of {model.approvals_required} approvals"
    )
    return f"{model.name}  {state:<8}  {about}"


def _figures(found: ModelEvaluation) -> str:
    pairs = found.pairs
    return (
        f"{found.model} on {found.records_file}, {found.records:,} records: precision {pairs.precision:.4f}, "
        f"recall {pairs.recall:.4f}, F1 {pairs.f1:.4f}; {found.review_tasks:,} review tasks"
    )


def _print(model: Model, target: Target) -> None:
    if target.as_json:
        print_json(message_json(model))
        return
    click.echo(_line(model))
    click.echo(f"  SHA-256 {model.sha256.hex()}")
    thresholds = model.thresholds
    click.echo(
        f"  {thresholds.policy}: merged from {thresholds.merge_weight:+.2f} bits on, "
        f"looked at from {thresholds.review_weight:+.2f} bits on"
    )
    for evaluation in model.evaluations:
        click.echo(f"  {_figures(evaluation)}")
    for approval in model.approvals:
        click.echo(f"  approved by {approval.examiner}: {approval.reason}")
