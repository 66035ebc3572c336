"""The end of a soak: what the server has, against what its clients were told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import grpc

from benchmarks.soak.account import Account
from benchmarks.soak.clients import METADATA, PATIENCE
from ftf.resolution.v1 import (
    decision_pb2,
    decision_service_pb2,
    decision_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
)
from resolver.store.database import examine


def reckon(address: str, account: Account, fed: Sequence[str]) -> Iterator[str]:
    """What does not agree, in words; nothing when all does."""
    with grpc.insecure_channel(address) as channel:
        members = list(_memberships(channel))
        decisions = _feed(channel)
    stored = dict(members)
    doubled = len(members) - len(stored)
    if doubled:
        yield f"{doubled} records are in more than one identity"
    lost = account.acknowledged.keys() - stored.keys()
    if lost:
        yield f"{len(lost)} records were acknowledged and are not there"
    halves = sum(0 < sum(name in stored for name in names) < len(names) for names in account.whole)
    if halves:
        yield f"{halves} calls or parts of messages of clients that left are stored by halves"
    known = account.acknowledged.keys() | {name for names in account.whole for name in names}
    strangers = stored.keys() - known
    if strangers:
        yield f"{len(strangers)} records are there that nobody sent to be stored"
    submitted = Counter(decision.record for decision in decisions if not decision.verdicts)
    if submitted != Counter(stored.keys()):
        yield "the feed has not exactly one decision for each record"
    if [decision.record for decision in decisions[: len(fed)]] != list(fed):
        yield "a slow reader got something else than the feed has"
    if _replayed(decisions) != stored:
        yield "the feed's changes do not lead to the identities that are there"


def log_faults(log: Path) -> Iterator[str]:
    """What a server's log tells of faults of its own. gRPC calls it an error when a client leaves before its answer."""
    for line in log.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["level"] in ("ERROR", "CRITICAL") and not entry["logger"].startswith("grpc"):
            yield f"the log has an error: {entry['message']}"


def store_faults(database: Path) -> Iterator[str]:
    """Invariants that a closed store breaks."""
    for checked in examine(database):
        if checked.breaches:
            yield f"the store breaks an invariant: {checked.invariant.words}"


def _memberships(channel: grpc.Channel) -> Iterator[tuple[str, str]]:
    stub = identity_service_pb2_grpc.IdentityServiceStub(channel)
    token = ""
    while True:
        request = identity_service_pb2.ListIdentitiesRequest(page_size=1000, page_token=token)
        page = stub.ListIdentities(request, metadata=METADATA, timeout=PATIENCE)
        yield from ((record, identity.name) for identity in page.identities for record in identity.records)
        token = page.next_page_token
        if not token:
            return


def _feed(channel: grpc.Channel) -> list[decision_pb2.Decision]:
    stub = decision_service_pb2_grpc.DecisionServiceStub(channel)
    request = decision_service_pb2.WatchDecisionsRequest(stop_at_end=True)
    return [told.decision for told in stub.WatchDecisions(request, metadata=METADATA) if told.HasField("decision")]


def _replayed(decisions: Sequence[decision_pb2.Decision]) -> dict[str, str]:
    found: dict[str, str] = {}
    for decision in decisions:
        for change in decision.changes:
            for record in change.records:
                found[record] = change.after
    return found
