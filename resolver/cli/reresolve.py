"""`resolver reresolve`: what another model, policy, threshold or a staged source would change; applied, rolled back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from click.core import ParameterSource

from resolver.cli.engine_options import ChosenEngine, engine_options
from resolver.cli.memory_option import MEMORY
from resolver.cli.options import Target, service_options
from resolver.cli.output import message_json, print_json
from resolver.cli.plan_report import print_change, print_plan
from resolver.cli.reresolve_options import Wanted, wanted_options
from resolver.cli.store_key import store_key_option
from resolver.domain.audit import Asked
from resolver.jobs.plan_control import PLAN_MEMORY
from resolver.store.keys import StoreKey

METHOD: Final = "resolver/reresolve"
"""What the audit log calls it, where a call has its service and method."""


@click.command()
@click.argument("database", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--plan", "action", flag_value="plan", help="Plan: work out what would change, and change nothing.")
@click.option("--show", "action", flag_value="show", help="Show a plan (--number) with its changes.")
@click.option("--apply", "action", flag_value="apply", help="Apply a plan, or go on where that was broken off.")
@click.option("--rollback", "action", flag_value="rollback", help="Take an applied plan back.")
@click.option("--number", type=click.IntRange(min=1), help="Which plan; the newest by default.")
@wanted_options
@engine_options
@click.option("--wait/--no-wait", "waiting", default=True, show_default=True, help="Wait for the server's end.")
@click.option(
    "--memory",
    type=MEMORY,
    default=PLAN_MEMORY,
    show_default=True,
    help="What joining and scoring may take at a DATABASE; more is spilled beside it. A server has --plan-memory.",
)
@click.option("--operator", default="", help="Who asks for it at a DATABASE, for the audit log.")
@store_key_option
@service_options
@click.pass_context
def reresolve(
    context: click.Context,
    database: Path | None,
    action: str | None,
    number: int | None,
    wanted: Wanted,
    chosen_engine: ChosenEngine,
    waiting: bool,
    memory: str,
    operator: str,
    store_key: StoreKey | None,
    target: Target,
) -> None:
    """Re-resolve: plan, look, apply, roll back; by the server at --address, or a DATABASE that no server has open.

    A plan lists exactly which identities would merge, split or exchange records, with the links responsible; of a
    --source that was staged also those that would come or gain its records. Nothing changes until it is applied; what
    was applied can be rolled back for 30 days.
    """
    if action is None:
        raise click.UsageError("give one of --plan, --show, --apply and --rollback")
    if wanted.holding is not None and wanted.policy is None:
        raise click.UsageError("--holding belongs to --policy")
    if wanted.source is not None and wanted.given != ("source",):
        raise click.UsageError("--source brings records in and changes nothing else: leave model, policy and weights")
    chosen_engine.check_options(at_a_database=database is not None)
    if database is None:
        # Loaded when it is needed: who asks a server needs no engine.
        from resolver.cli.reresolve_service import reresolve_by_service

        found = reresolve_by_service(target, action, number, wanted, waiting=waiting)
    else:
        if context.get_parameter_source("address") is ParameterSource.COMMANDLINE:
            raise click.UsageError("give a DATABASE or --address, not both")
        from resolver.cli.reresolve_store import reresolve_store

        asked = Asked(operator, target.purpose, target.case_reference, METHOD, (action, *wanted.given))
        found = reresolve_store(database, store_key, action, number, wanted, chosen_engine, memory, asked)
    if found is None:
        return
    plan, changes = found
    if target.as_json:
        print_json(message_json(plan) | ({"changes": list(map(message_json, changes))} if changes else {}))
        return
    print_plan(plan)
    for change in changes if action == "show" else ():
        print_change(change)
