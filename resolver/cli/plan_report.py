"""A plan of re-resolution in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import click

from ftf.resolution.v1.decision_pb2 import Link
from ftf.resolution.v1.reresolution_service_pb2 import PLAN_STATE_APPLIED, Plan, PlanChange, PlannedIdentity, PlanState
from resolver.cli.marking_report import marking_lines
from resolver.cli.words import kind_name, state_name

_SHOWN: Final = 8
_LINKS_SHOWN: Final = 3


def print_plan(plan: Plan) -> None:
    """A plan in a few lines."""
    counts, state = plan.counts, state_name(PlanState.DESCRIPTOR, plan.state).lower().replace("_", " ")
    click.echo(f"{plan.name}: {state}{f', {plan.reason}' if plan.reason else ''}")
    if plan.staged_source:
        click.echo(f"brings {plan.staged_source} in: {counts.entering_records:,} records")
    else:
        click.echo(f"from {plan.former_model} and {plan.former_policy}")
        click.echo(f"to   {plan.model} and {plan.policy}")
    changed, identities = counts.changed_identities, counts.identities
    share = 100 * changed / identities if identities else 0.0
    click.echo(
        f"{identities:,} identities of {counts.records:,} records: {identities - changed:,} stay,"
        f" {changed:,} change ({share:.1f} %),"
        f" of {counts.confirmed_identities:,} confirmed ones {counts.changed_confirmed_identities:,}"
    )
    click.echo(
        f"{counts.merges:,} merges, {counts.splits:,} splits, {counts.regroupings:,} exchanges;"
        f" {counts.moved_records:,} records move, {counts.retired_names:,} names retire, {counts.new_names:,} are new"
    )
    if plan.staged_source:
        click.echo(f"{counts.created_identities:,} identities come, {counts.attachments:,} only gain records")
    click.echo(
        f"review tasks: {counts.raised_review_tasks:,} raised, {counts.closed_review_tasks:,} closed,"
        f" {counts.renewed_review_tasks:,} renewed"
    )
    for words, table in (
        ("country", counts.changed_by_country),
        ("script", counts.changed_by_script),
        ("records", counts.changed_by_size),
    ):
        _print_table(words, table)
    if plan.took_over and plan.records_settled < plan.records_to_settle:
        words = "records are in" if plan.staged_source else "records are looked at"
        click.echo(f"took over; {plan.records_settled:,} of {plan.records_to_settle:,} {words}")
    if plan.state == PLAN_STATE_APPLIED:
        click.echo(f"can be rolled back until {plan.rollback_until_time.ToDatetime():%Y-%m-%d %H:%M} UTC")


def print_change(change: PlanChange) -> None:
    """A change with the links responsible."""
    before = _side(change.before, change.before_count) or "none"
    click.echo(
        f"{change.place}. {kind_name(change.kind).lower()}: {before} -> {_side(change.after, change.after_count)}"
    )
    _print_links("joins", change.joining_links, change.joining_link_count)
    _print_links("parts", change.parting_links, change.parting_link_count)
    _print_markings(change)


def _side(identities: Iterable[PlannedIdentity], count: int) -> str:
    shown = [f"{identity.name} ({identity.record_count:,})" for identity in identities]
    return " + ".join([*shown, *([f"{count - len(shown):,} more"] if count > len(shown) else [])])


def _print_links(words: str, links: Iterable[Link], count: int) -> None:
    shown = list(links)[:_LINKS_SHOWN]
    for each in shown:
        click.echo(f"   {words} {each.left} and {each.right}, {each.match_weight:+.1f}")
    if count > len(shown):
        click.echo(f"   {words} {count - len(shown):,} more")


def _print_markings(change: PlanChange) -> None:
    """Of the records that are named above."""
    links = [*change.joining_links[:_LINKS_SHOWN], *change.parting_links[:_LINKS_SHOWN]]
    named = {record for link in links for record in (link.left, link.right)}
    for line in marking_lines(each for each in change.record_markings if each.record in named):
        click.echo(f" {line}")


def _print_table(words: str, table: Mapping[str, int]) -> None:
    most = sorted(table.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    if most:
        click.echo(f"changed by {words}: " + ", ".join(f"{name} {number:,}" for name, number in most))
