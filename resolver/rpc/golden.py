"""The golden view: what the records of an identity state, value by value, with who supports each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from ftf.resolution.v1 import identity_service_pb2 as pb
from ftf.resolution.v1 import record_pb2
from resolver.domain.decision import ReviewReason
from resolver.identity.conflicts import conflicts
from resolver.linkage.comparisons import COMPARISONS
from resolver.rpc.decision_messages import review_reason
from resolver.rpc.explain_values import values_of
from resolver.rpc.marking_messages import mark
from resolver.rpc.view import View
from resolver.store.views import StatedIdentity

_ATTRIBUTES: Final = {
    ReviewReason.BIRTH_DATES_CONFLICT: "birth_date",
    ReviewReason.DOCUMENTS_CONFLICT: "document",
    ReviewReason.SEX_CONFLICT: "sex",
    ReviewReason.FATHERS_CONFLICT: "father",
    ReviewReason.BIOMETRICS_EXCLUDED: "biometric",
}


def golden_view(stated: StatedIdentity, view: View) -> pb.GoldenView:
    """The view of an identity and the records that are in it."""
    records = {record.name: record_pb2.Record.FromString(record.payload) for record in stated.records}
    contradicting = _conflicts(stated)
    attributes = []
    for comparison in COMPARISONS:
        values = [
            pb.GoldenValue(value=value, records=names, record_count=len(names))
            for value, names in _supported(records, comparison.name)
        ]
        if values:
            conflicts_here = contradicting.get(comparison.name, [])
            attributes.append(pb.GoldenAttribute(attribute=comparison.name, values=values, conflicts=conflicts_here))
    etag = view.etag(stated.identity.revision)
    message = pb.GoldenView(name=stated.identity.name, attributes=attributes, etag=etag)
    mark(message.record_markings, records, view)
    return message


def _supported(records: dict[str, record_pb2.Record], attribute: str) -> list[tuple[str, list[str]]]:
    """The values with the records that state them: those of most records first, then in the order of statement."""
    supporters: defaultdict[str, list[str]] = defaultdict(list)
    for name, record in records.items():
        for value in values_of(record, attribute):
            supporters[value].append(name)
    return sorted(supporters.items(), key=lambda item: -len(item[1]))


def _conflicts(stated: StatedIdentity) -> dict[str, list[pb.GoldenConflict]]:
    found: defaultdict[str, list[pb.GoldenConflict]] = defaultdict(list)
    for attribute, reason, left, right in _contradictions(stated):
        found[attribute].append(pb.GoldenConflict(reason=review_reason(reason), left=left, right=right))
    return found


def _contradictions(stated: StatedIdentity) -> Iterator[tuple[str, ReviewReason, str, str]]:
    for one, other in combinations(stated.records, 2):
        for reason in conflicts(stated.facts[one.number], stated.facts[other.number]):
            if reason in _ATTRIBUTES:
                yield _ATTRIBUTES[reason], reason, one.name, other.name
