"""What the demo shows off: a pair of one person in two scripts, and a correction that makes an identity come apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from google.protobuf import json_format

from ftf.resolution.v1.decision_pb2 import DECISION_KIND_SPLIT, Decision
from ftf.resolution.v1.explanation_service_pb2 import ExplainPairRequest, ExplainPairResponse
from ftf.resolution.v1.identity_service_pb2 import Identity
from ftf.resolution.v1.record_pb2 import Record
from ftf.resolution.v1.record_service_pb2 import GetRecordRequest
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf_client import Client
from resolver.jobs.truth import TrueRecord

_PAIRS_TRIED = 40
_CORRECTIONS_TRIED = 120
_OTHER_PERSON = {
    "identities": [
        {
            "names": [{"fullName": "Otto Wendelin Krautmann", "kind": "NAME_KIND_PRIMARY"}],
            "births": [{"earliest": {"year": 1961, "month": 9, "day": 30}}],
            "sexes": ["SEX_MALE"],
            "nationalities": ["AUT"],
            "birthPlaces": [{"country": "AUT", "locality": "Passail"}],
        }
    ],
    "documents": [{"type": "DOCUMENT_TYPE_PASSPORT", "number": "P7730415", "issuingState": "AUT"}],
}


@dataclass(frozen=True, slots=True)
class Correction:
    """A record with another person's content, and what the service would decide or has decided about it."""

    record: Record
    decision: Decision


def cross_script_pair(
    connection: Client, truth: Sequence[TrueRecord], identity_of: dict[str, str]
) -> ExplainPairResponse | None:
    """The pair of one person and one identity, without a script in common, with most to show; None: no pair."""
    found: ExplainPairResponse | None = None
    for left, right in islice(_cross_script(truth, identity_of), _PAIRS_TRIED):
        explained: ExplainPairResponse = connection.explanations.ExplainPair(ExplainPairRequest(left=left, right=right))
        if found is None or _to_show(explained) > _to_show(found):
            found = explained
    return found


def _cross_script(truth: Sequence[TrueRecord], identity_of: dict[str, str]) -> Iterator[tuple[str, str]]:
    groups: dict[tuple[str, str], list[TrueRecord]] = defaultdict(list)
    for each in truth:
        if each.record in identity_of:
            groups[each.person, identity_of[each.record]].append(each)
    for members in groups.values():
        for left, right in combinations(members, 2):
            if left.scripts and right.scripts and not set(left.scripts) & set(right.scripts):
                yield left.record, right.record
                break


def _to_show(explained: ExplainPairResponse) -> float:
    """What speaks for the pair beside documents; less when a document says it all and the rest need not."""
    weights = {each.comparison: max(each.match_weight, 0.0) for each in explained.comparisons}
    documents = weights.pop("document", 0.0)
    return sum(weights.values()) - documents


def splitting_correction(connection: Client, identities: Sequence[Identity]) -> Correction | None:
    """The first dry run that makes an identity come apart, rather one that parts records other than the corrected."""
    fallback: Correction | None = None
    small = (each for each in identities if 3 <= len(each.records) <= 6)
    names = (name for each in small for name in each.records)
    for name in islice(names, _CORRECTIONS_TRIED):
        record = corrected(connection.records.GetRecord(GetRecordRequest(name=name)))
        request = ResolveRecordRequest(record=record, validate_only=True)
        decision: Decision = connection.resolution.ResolveRecord(request)
        if decision.kind != DECISION_KIND_SPLIT or not decision.broken_links:
            continue
        if any(change.records != [name] for change in decision.changes):
            return Correction(record, decision)
        fallback = fallback or Correction(record, decision)
    return fallback


def corrected(record: Record) -> Record:
    """The record as its owner corrects it: it was about another person. The etag guards against a lost update."""
    other = Record(name=record.name, owner=record.owner, etag=record.etag, record_class=record.record_class)
    return json_format.ParseDict(_OTHER_PERSON, other)
