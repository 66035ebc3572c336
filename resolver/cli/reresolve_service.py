"""Re-resolution by a server that runs."""

from __future__ import annotations

import click
from google.longrunning.operations_pb2 import Operation

from ftf.resolution.v1.reresolution_service_pb2 import (
    ApplyPlanRequest,
    GetPlanRequest,
    ListPlansRequest,
    Plan,
    PlanChange,
    PlanReresolutionRequest,
    RollbackPlanRequest,
)
from ftf_client import Client
from resolver.cli.operations import finish, wait_for
from resolver.cli.options import Target
from resolver.cli.reading import plan_changes
from resolver.cli.reresolve_options import POLICY, Wanted
from resolver.cli.words import full_name
from resolver.domain.staged import STAGED_SOURCES


def reresolve_by_service(
    target: Target, action: str, number: int | None, wanted: Wanted, *, waiting: bool
) -> tuple[Plan, list[PlanChange]] | None:
    """Carries one action out; returns the plan as it is then, with its changes when it was made or is to be shown.

    None where the operation was printed instead: one that is not waited for, or that failed, which ends the command.
    """
    with target.connect() as connection:
        if action == "show":
            plan = connection.reresolution.GetPlan(GetPlanRequest(name=_chosen(connection, number)))
        else:
            operation = _begun(connection, action, number, wanted)
            if waiting:
                operation = wait_for(connection, operation.name, hidden=target.as_json)
            plan = Plan()
            if not operation.response.Unpack(plan):
                finish(operation, target)
                return None
        shown = action in ("plan", "show")
        return plan, list(plan_changes(connection, plan.name)) if shown else []


def _begun(connection: Client, action: str, number: int | None, wanted: Wanted) -> Operation:
    service = connection.reresolution
    if action == "plan":
        begun = service.PlanReresolution(_request(wanted))
    elif action == "apply":
        begun = service.ApplyPlan(ApplyPlanRequest(name=_chosen(connection, number)))
    else:
        begun = service.RollbackPlan(RollbackPlanRequest(name=_chosen(connection, number)))
    return begun


def _request(wanted: Wanted) -> PlanReresolutionRequest:
    return PlanReresolutionRequest(
        model="" if wanted.model is None else full_name(wanted.model, "models"),
        policy="" if wanted.policy is None else f"{POLICY}{wanted.policy}",
        holding=wanted.holding or 0,
        merge_weight=wanted.merge_weight,
        review_weight=wanted.review_weight,
        most_identities_share=wanted.most_identities / 100,
        most_confirmed_share=wanted.most_confirmed / 100,
        staged_source="" if wanted.source is None else f"{STAGED_SOURCES}{wanted.source}",
    )


def _chosen(connection: Client, number: int | None) -> str:
    """The plan of a number, else the newest."""
    if number is not None:
        return f"plans/{number}"
    newest = connection.reresolution.ListPlans(ListPlansRequest(page_size=1)).plans
    if not newest:
        raise click.ClickException("there is no plan")
    return newest[0].name
