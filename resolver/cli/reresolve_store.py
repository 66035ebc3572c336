"""Re-resolution of a store that no server has open."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from ftf.resolution.v1.reresolution_service_pb2 import Plan, PlanChange
from resolver.cli.engine_options import ChosenEngine
from resolver.cli.output import working
from resolver.cli.reresolve_options import POLICY, Wanted
from resolver.domain.audit import Asked
from resolver.domain.errors import ResolverError, StoreError
from resolver.domain.plan import Limits
from resolver.domain.plan import Plan as PlanOfStore
from resolver.engine.engine import Engine, open_engine
from resolver.identity.policy import changed
from resolver.jobs.plan_checks import plan_of
from resolver.jobs.plan_control import Control
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model import ModelError, ModelTexts, model_of, read_model
from resolver.rpc.convert import payload_to_domain
from resolver.rpc.handling_messages import handling_in
from resolver.rpc.plan_messages import change_to_message, plan_to_message
from resolver.store.configuration import Configuration
from resolver.store.database import STORE_MEMORY
from resolver.store.keys import StoreKey


def reresolve_store(
    database: Path,
    key: StoreKey | None,
    action: str,
    number: int | None,
    wanted: Wanted,
    chosen_engine: ChosenEngine,
    memory: str,
    asked: Asked,
) -> tuple[Plan, list[PlanChange]]:
    """Carries one action out; returns the plan as it is then, with its changes when it was made or is to be shown.

    Raises:
        ClickException: the store cannot be used, or the action was refused.
    """
    try:
        weigh = chosen_engine.weighing()
        with (
            closing(_opened(database, key)) as engine,
            working("reading") as told,
        ):
            reresolver = Reresolver(engine, payload_to_domain, weigh, memory)
            plan = _carried_out(reresolver, engine, action, number, wanted, Control(told, share=1.0, asked=asked))
            shown = action in ("plan", "show")
            changes = engine.reader.plans.changes(plan.number, 0, 2**31) if shown else []
            return plan_to_message(plan), list(map(change_to_message, changes))
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    except ResolverError as error:
        raise click.ClickException(error.message) from None


def _opened(database: Path, key: StoreKey | None) -> Engine:
    return open_engine(database, policy=None, key=key, memory=STORE_MEMORY, handled=handling_in, to_restandardise=True)


def _carried_out(
    reresolver: Reresolver, engine: Engine, action: str, number: int | None, wanted: Wanted, control: Control
) -> PlanOfStore:
    if action == "plan":
        limits = Limits(wanted.most_identities / 100, wanted.most_confirmed / 100)
        if wanted.source is not None:
            return reresolver.plan_source(wanted.source, limits, control)
        configuration, texts = _configuration(engine, wanted)
        return reresolver.plan(configuration, texts, limits, control)
    newest = engine.reader.plans.plans(0, 1)
    if number is None and not newest:
        raise click.ClickException("there is no plan")
    chosen = number or newest[0].number
    if action == "apply":
        return reresolver.apply(chosen, control)
    if action == "rollback":
        return reresolver.roll_back(chosen, control)
    return plan_of(engine, chosen)


def _configuration(engine: Engine, wanted: Wanted) -> tuple[Configuration, ModelTexts | None]:
    present = engine.configuration
    policy = changed(
        present.policy,
        None if wanted.policy is None else f"{POLICY}{wanted.policy}",
        wanted.holding,
        wanted.merge_weight,
        wanted.review_weight,
    )
    if policy.merge_weight < policy.review_weight:
        raise click.UsageError("the merge threshold must not be below the review threshold")
    if wanted.model is None:
        return Configuration(present.model, policy), None
    try:
        texts = read_model(Path(wanted.model).resolve())
        return Configuration(model_of(texts), policy), texts
    except ModelError as error:
        raise click.ClickException(str(error)) from None
