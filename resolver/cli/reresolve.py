"""`resolver reresolve`: what another model, policy or threshold would change in a store; applied, and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from ftf.resolution.v1 import record_pb2
from resolver.cli.options import with_options
from resolver.cli.output import print_json
from resolver.cli.plan_report import change_json, plan_json, print_change, print_plan
from resolver.cli.store_key import store_key_option
from resolver.domain.audit import Asked
from resolver.domain.errors import ResolverError, StoreError
from resolver.domain.plan import PLANS, Limits, Plan
from resolver.domain.record import Record
from resolver.engine import Engine, open_engine
from resolver.identity.policy import POLICIES, SMALL_HOLDING, Policy, for_holding, with_thresholds
from resolver.jobs.reresolution import Control, Reresolver
from resolver.linkage.model import ModelError, ModelTexts, model_of, read_model
from resolver.rpc.convert import record_to_domain
from resolver.store.configuration import Configuration
from resolver.store.keys import StoreKey

METHOD: Final = "resolver/reresolve"
"""What the audit log calls it, where a call has its service and method."""
_POLICY: Final = "policies/"
_SHARE: Final = click.FloatRange(0, 100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan is asked for, as given; None leaves it as it is in the store."""

    model: Path | None
    policy: str | None
    holding: int | None
    merge_weight: float | None
    review_weight: float | None
    most_identities: float
    most_confirmed: float

    def policy_after(self, present: Policy) -> Policy:
        """The policy that is asked for."""
        base = present
        if self.policy is not None or self.holding is not None:
            base = for_holding(POLICIES[f"{_POLICY}{self.policy or 'standard'}"], self.holding or SMALL_HOLDING)
        return with_thresholds(base, self.merge_weight, self.review_weight)

    @property
    def limits(self) -> Limits:
        """What the plan may change at most."""
        return Limits(self.most_identities / 100, self.most_confirmed / 100)

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given, for the audit log."""
        told = ("model", "policy", "holding", "merge_weight", "review_weight")
        return tuple(name for name in told if getattr(self, name) is not None)


def _wanted_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option(
            "--model",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="The folder of another model; without one it stays.",
        ),
        click.option(
            "--policy",
            type=click.Choice([name.removeprefix(_POLICY) for name in POLICIES]),
            help="Another policy, as for `resolver serve`; with --holding.",
        ),
        click.option("--holding", type=click.IntRange(min=1), help="The size of holding that the policy is for."),
        click.option("--merge-weight", type=float, help="Another merge threshold, a match weight in bits."),
        click.option("--review-weight", type=float, help="Another review threshold, in bits."),
        click.option(
            "--most-identities",
            type=_SHARE,
            default=100.0,
            show_default=True,
            help="The plan is refused if more per cent of identities change.",
        ),
        click.option(
            "--most-confirmed",
            type=_SHARE,
            default=100.0,
            show_default=True,
            help="Or of those with a record of a confirmed identity.",
        ),
    )
    return with_options(options, "wanted", Wanted, command)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks why, as given."""

    operator: str
    purpose: str
    case_reference: str


def _asking_options(command: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--operator", default="", help="Who asks, for the audit log."),
        click.option("--purpose", default="identify", show_default=True, help="Why."),
        click.option("--case-reference", default="cli", show_default=True, help="The case that this belongs to."),
    )
    return with_options(options, "asking", Asking, command)


@click.command()
@click.argument("database", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", "action", flag_value="plan", help="Plan: work out what would change, and change nothing.")
@click.option("--show", "action", flag_value="show", help="Show a plan (--number) with its changes.")
@click.option("--apply", "action", flag_value="apply", help="Apply a plan, or go on where that was broken off.")
@click.option("--rollback", "action", flag_value="rollback", help="Take an applied plan back.")
@click.option("--number", type=click.IntRange(min=1), help="Which plan; the newest by default.")
@_wanted_options
@_asking_options
@store_key_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def reresolve(
    database: Path,
    action: str | None,
    number: int | None,
    wanted: Wanted,
    asking: Asking,
    store_key: StoreKey | None,
    as_json: bool,
) -> None:
    """Re-resolve a DATABASE that no server has open: plan, look, apply, roll back.

    A plan lists exactly which identities would merge, split or exchange records, with the links responsible. Nothing
    changes until it is applied; what was applied can be rolled back for 30 days.
    """
    if action is None:
        raise click.UsageError("give one of --plan, --show, --apply and --rollback")
    asked = Asked(asking.operator, asking.purpose, asking.case_reference, METHOD, (action, *wanted.given))
    try:
        engine = open_engine(database, policy=None, key=store_key, to_restandardise=True)
    except StoreError as error:
        raise click.ClickException(str(error)) from None
    try:
        with Console(stderr=True).status("reading") as status:

            def told(words: str, done: int, of: int) -> None:
                status.update(f"{words}, {done:,} of {of:,}" if of else words)

            plan = _carried_out(engine, action, number, wanted, Control(told, share=1.0, asked=asked))
        changes = engine.reader.plans.changes(plan.number, 0, 2**31) if action in ("plan", "show") else []
    except ResolverError as error:
        raise click.ClickException(error.message) from None
    finally:
        engine.close()
    if as_json:
        print_json(plan_json(plan) | ({"changes": [change_json(change) for change in changes]} if changes else {}))
        return
    print_plan(plan)
    for change in changes if action == "show" else ():
        print_change(change)


def _carried_out(engine: Engine, action: str, number: int | None, wanted: Wanted, control: Control) -> Plan:
    reresolver = Reresolver(engine, _decode)
    if action == "plan":
        configuration, texts = _configuration(engine, wanted)
        return reresolver.plan(configuration, texts, wanted.limits, control)
    chosen = number or next((plan.number for plan in engine.reader.plans.plans(0, 1)), 0)
    if action == "apply":
        return reresolver.apply(chosen, control)
    if action == "rollback":
        return reresolver.roll_back(chosen, control)
    found = engine.reader.plans.plan(chosen)
    if found is None:
        raise click.ClickException(f"plan {PLANS}{chosen} does not exist")
    return found


def _configuration(engine: Engine, wanted: Wanted) -> tuple[Configuration, ModelTexts | None]:
    present = engine.configuration
    policy = wanted.policy_after(present.policy)
    if wanted.model is None:
        return Configuration(present.model, policy), None
    try:
        texts = read_model(wanted.model.resolve())
        return Configuration(model_of(texts), policy), texts
    except ModelError as error:
        raise click.ClickException(str(error)) from None


def _decode(payload: bytes) -> Record:
    return record_to_domain(record_pb2.Record.FromString(payload))
