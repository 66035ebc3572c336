"""Leaks that are planted: each takes away one thing that keeps what is hidden from who may not see it.

What a test of them shows is that the comparison of two worlds finds such a thing, by the methods that are named.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from unittest import mock

from resolver.domain.errors import ErrorReason, PermissionDenied
from resolver.domain.marking import Marked
from resolver.engine.carrying import Carrier
from resolver.identity.telling import Teller, Told
from resolver.rpc.view import View
from resolver.store import reader
from resolver.store.around import Around
from resolver.store.consumers import Consumers
from resolver.store.explanations import Explanations
from resolver.store.feed import Feed
from resolver.store.feed_rows import CommittedDecision
from resolver.store.judgements import Judgements
from resolver.store.reader import Reader


@dataclass(frozen=True)
class Leak:
    """What is wrong, how that is done, and the methods that then tell of what is hidden."""

    what: str
    plant: Callable
    methods: tuple[str, ...]


def _for_nobody(kind, method):
    """A method that is given a viewer, and goes about as if there were none."""
    whole = getattr(kind, method)

    def answer(self, *arguments, **options):
        given = inspect.signature(whole).bind(self, *arguments, **options)
        given.arguments["viewer"] = None
        return whole(*given.args, **given.kwargs)

    return lambda: mock.patch.object(kind, method, answer)


def _instead(kind, method, answer):
    return lambda: mock.patch.object(kind, method, answer)


def _refused(self, name, as_of=None, viewer=None, _read=Reader.record):
    found = _read(self, name, as_of, viewer)
    if found is None and _read(self, name, as_of) is not None:
        raise PermissionDenied(ErrorReason.ROLE_REQUIRED, f"record {name} is not for you")
    return found


READING = (
    Leak(
        "a record is read past its guard", _instead(reader, "_seen", lambda rows, _: rows), ("RecordService/GetRecord",)
    ),
    Leak(
        "who asks for what is hidden is told that it may not",
        _instead(Reader, "record", _refused),
        ("RecordService/GetRecord",),
    ),
    Leak("lists have what is hidden", _for_nobody(Reader, "records"), ("RecordService/ListRecords",)),
    Leak("past versions have no guards", _for_nobody(Reader, "record_versions"), ("RecordService/ListRecordVersions",)),
    Leak("identities are those over all records", _for_nobody(Reader, "identity"), ("IdentityService/GetIdentity",)),
    Leak("records are looked up among all", _for_nobody(Reader, "identity_of"), ("IdentityService/LookupIdentity",)),
    Leak("hidden identities are counted", _for_nobody(Reader, "identities"), ("IdentityService/ListIdentities",)),
    Leak(
        "histories tell all decisions",
        _for_nobody(Reader, "decisions_of_identity"),
        ("IdentityService/GetIdentityHistory",),
    ),
    Leak(
        "pairs with hidden records are explained",
        _for_nobody(Explanations, "pair"),
        ("ExplanationService/ExplainPair",),
    ),
    Leak(
        "verdicts on hidden records are told",
        _for_nobody(Judgements, "_verdicts"),
        ("VerdictService/ListVerdicts", "VerdictService/GetVerdict"),
    ),
    Leak(
        "tasks of hidden records are told",
        _for_nobody(Judgements, "_tasks"),
        ("ReviewService/ListReviewTasks", "ReviewService/GetReviewTask"),
    ),
    Leak("the feed tells all decisions", _for_nobody(Feed, "stretch"), ("DecisionService/WatchDecisions",)),
    Leak(
        "numbers count what is hidden",
        _instead(View, "place", lambda self, sequence: sequence),
        ("DecisionService/ListDecisions", "IdentityService/GetIdentity"),
    ),
    Leak(
        "cursors count what is hidden",
        _instead(View, "shown", lambda self, place: place),
        ("DecisionService/WatchDecisions",),
    ),
    Leak(
        "what was told once is told with the marking of a version that is hidden",
        _instead(Marked, "shown_to", lambda self, viewer: True),
        ("DecisionService/ListDecisions", "DecisionService/WatchDecisions", "IdentityService/GetIdentityHistory"),
    ),
    Leak("what waits for others is counted", _for_nobody(Consumers, "standing"), ("ConsumerService/ListConsumers",)),
)
"""What shows in reading alone."""
WRITING = (
    Leak(
        "everybody is told the same",
        _instead(Teller, "_told", lambda self, guards, around, seen, decide, verdicts=(): Told(decide())),
        ("DecisionService/WatchDecisions",),
    ),
    Leak(
        "receipts tell the whole",
        _instead(CommittedDecision, "to", lambda self, viewer: self.decision),
        ("ResolutionService/ResolveRecord",),
    ),
    Leak(
        "dry runs see what is hidden",
        _instead(Around, "hidden_from", lambda self, viewer, neighbourhood: set()),
        ("ResolutionService/ResolveRecord",),
    ),
    Leak("verdicts contradict hidden ones", _for_nobody(Judgements, "connected"), ("VerdictService/CreateVerdict",)),
    Leak(
        "repeated requests are answered with the whole",
        _for_nobody(Carrier, "_first_answer"),
        ("ResolutionService/ResolveRecord",),
    ),
)
"""What shows when something is written."""
