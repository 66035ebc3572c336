"""Plans of re-resolution as messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from itertools import islice
from typing import TypeVar, cast

from ftf.resolution.v1 import reresolution_service_pb2 as pb
from resolver.domain.plan import Plan, PlanChange, PlanCounts, PlannedIdentity
from resolver.domain.staged import STAGED_SOURCES, StagedSource
from resolver.rpc import limits
from resolver.rpc.decision_messages import decision_kind, links_to_messages
from resolver.rpc.marking_messages import mark, records_of_links
from resolver.rpc.moments import timestamp
from resolver.rpc.view import View

_T = TypeVar("_T")


def plan_to_message(plan: Plan) -> pb.Plan:
    """A plan."""
    message = pb.Plan(
        name=plan.name,
        state=cast("pb.PlanState.ValueType", plan.state.value),
        reason=plan.reason,
        model=plan.model,
        policy=plan.policy,
        former_model=plan.former_model,
        former_policy=plan.former_policy,
        limits=pb.PlanLimits(identities_share=plan.limits.identities, confirmed_share=plan.limits.confirmed),
        counts=_counts(plan.counts),
        content_hash=plan.content_hash,
        create_time=timestamp(plan.create_time),
        update_time=timestamp(plan.update_time),
        took_over=plan.switched and not plan.switched_back,
        records_to_settle=plan.work,
        records_settled=plan.settled,
        staged_source=f"{STAGED_SOURCES}{plan.source}" if plan.source else "",
    )
    if plan.apply_time is not None and plan.rollback_until is not None:
        message.apply_time.CopyFrom(timestamp(plan.apply_time))
        message.rollback_until_time.CopyFrom(timestamp(plan.rollback_until))
    return message


def change_within_view(change: PlanChange, hidden: Set[str], view: View) -> pb.PlanChange:
    """A change of a plan as it is shown to who may not see some records."""
    if not hidden.isdisjoint(change.records):
        return pb.PlanChange(place=change.place, kind=decision_kind(change.kind), withheld=True)
    message = change_to_message(change)
    identities = (*message.before, *message.after)
    named = (
        *(record for identity in identities for record in identity.records),
        *records_of_links((*message.joining_links, *message.parting_links)),
    )
    mark(message.record_markings, named, view)
    return message


def staged_to_message(source: StagedSource) -> pb.StagedSource:
    """A staged source."""
    return pb.StagedSource(
        name=source.name,
        create_time=timestamp(source.create_time),
        whole=source.whole,
        waiting_records=source.waiting,
        brought_records=source.brought,
    )


def change_to_message(change: PlanChange) -> pb.PlanChange:
    """A change of a plan, as far as one is shown."""
    before, after = ([identity.name for identity in side] for side in (change.before, change.after))
    return pb.PlanChange(
        place=change.place,
        kind=decision_kind(change.kind),
        before=_identities(change.before),
        before_count=len(before),
        after=_identities(change.after),
        after_count=len(after),
        retired_identities=_missing(before, after),
        new_identities=_missing(after, before),
        joining_links=links_to_messages(change.joining[: limits.PLAN_LINKS]),
        joining_link_count=len(change.joining),
        parting_links=links_to_messages(change.parting[: limits.PLAN_LINKS]),
        parting_link_count=len(change.parting),
    )


def _counts(counts: PlanCounts) -> pb.PlanCounts:
    return pb.PlanCounts(
        records=counts.records,
        identities=counts.identities,
        confirmed_identities=counts.confirmed,
        changed_identities=counts.changed,
        changed_confirmed_identities=counts.confirmed_changed,
        merges=counts.merges,
        splits=counts.splits,
        regroupings=counts.regroupings,
        retired_names=counts.retired,
        new_names=counts.new_names,
        moved_records=counts.records_moved,
        raised_review_tasks=counts.tasks_raised,
        closed_review_tasks=counts.tasks_closed,
        renewed_review_tasks=counts.tasks_renewed,
        changed_by_country=counts.by_country,
        changed_by_script=counts.by_script,
        changed_by_size=counts.by_size,
        entering_records=counts.entering,
        created_identities=counts.created,
        attachments=counts.attached,
    )


def _identities(identities: Sequence[PlannedIdentity]) -> list[pb.PlannedIdentity]:
    return [
        pb.PlannedIdentity(
            name=identity.name,
            records=identity.records[: limits.PLAN_RECORDS],
            record_count=len(identity.records),
        )
        for identity in identities[: limits.PLAN_IDENTITIES]
    ]


def _missing(names: Iterable[str], others: Iterable[str]) -> list[str]:
    """The names that are not among others, as far as they are shown."""
    known = set(others)
    return list(islice((name for name in names if name not in known), limits.PLAN_IDENTITIES))
