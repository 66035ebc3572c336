"""A plan of re-resolution for readers: its numbers, and what it would change; and both for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

import click

from resolver.domain.decision import Link
from resolver.domain.plan import Plan, PlanChange, PlanState

_WORDS: Final = {
    PlanState.PLANNED: "planned",
    PlanState.APPLYING: "applying",
    PlanState.APPLIED: "applied",
    PlanState.ROLLING_BACK: "rolling back",
    PlanState.ROLLED_BACK: "rolled back",
    PlanState.REFUSED: "refused",
    PlanState.OVERTAKEN: "overtaken",
}


def plan_json(plan: Plan) -> dict[str, Any]:
    """A plan for machines."""
    times = {name: value.isoformat() for name in ("create_time", "update_time") if (value := getattr(plan, name))}
    applied = {
        name: value.isoformat()
        for name in ("apply_time", "rollback_until")
        if (value := getattr(plan, name)) is not None
    }
    told = ("snapshot", "model", "policy", "former_model", "former_policy", "reason", "work", "settled")
    return {
        "name": plan.name,
        "state": plan.state.name,
        **{name: getattr(plan, name) for name in told},
        "content_hash": plan.content_hash.hex(),
        "limits": asdict(plan.limits),
        "counts": asdict(plan.counts) | {"stay": plan.counts.stay},
        **times,
        **applied,
    }


def change_json(change: PlanChange) -> dict[str, Any]:
    """A change for machines."""
    return asdict(change) | {"kind": change.kind.name}


def print_plan(plan: Plan) -> None:
    """A plan in a few lines."""
    counts = plan.counts
    click.echo(f"{plan.name}: {_WORDS[plan.state]}{f', {plan.reason}' if plan.reason else ''}")
    click.echo(f"from {plan.former_model} and {plan.former_policy}")
    click.echo(f"to   {plan.model} and {plan.policy}")
    share = 100 * counts.changed / counts.identities if counts.identities else 0.0
    click.echo(
        f"{counts.identities:,} identities of {counts.records:,} records: {counts.stay:,} stay,"
        f" {counts.changed:,} change ({share:.1f} %),"
        f" of {counts.confirmed:,} confirmed ones {counts.confirmed_changed:,}"
    )
    click.echo(
        f"{counts.merges:,} merges, {counts.splits:,} splits, {counts.regroupings:,} exchanges;"
        f" {counts.records_moved:,} records move, {counts.retired:,} names retire, {counts.new_names:,} names are new"
    )
    click.echo(
        f"review tasks: {counts.tasks_raised:,} raised, {counts.tasks_closed:,} closed,"
        f" {counts.tasks_renewed:,} renewed"
    )
    for words, table in (("country", counts.by_country), ("script", counts.by_script), ("records", counts.by_size)):
        _print_table(words, table)
    if plan.rollback_until is not None and plan.state is PlanState.APPLIED:
        click.echo(f"can be rolled back until {plan.rollback_until:%Y-%m-%d %H:%M} UTC")


def print_change(change: PlanChange) -> None:
    """A change with the links responsible."""
    before, after = (
        " + ".join(f"{identity.name} ({len(identity.records)})" for identity in side)
        for side in (change.before, change.after)
    )
    click.echo(f"{change.place}. {change.kind.name.lower()}: {before} -> {after}")
    for words, links in (("joins", change.joining), ("parts", change.parting)):
        for each in _first(links):
            click.echo(f"   {words} {each.left} and {each.right}, {each.match_weight:+.1f}")


def _first(links: Iterable[Link]) -> list[Link]:
    return list(links)[:3]


def _print_table(words: str, table: Mapping[str, int]) -> None:
    most = sorted(table.items(), key=lambda item: (-item[1], item[0]))[:8]
    if most:
        click.echo(f"changed by {words}: " + ", ".join(f"{name} {number:,}" for name, number in most))
