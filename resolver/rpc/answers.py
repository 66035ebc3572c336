"""The engine's answers as messages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ftf.resolution.v1 import decision_pb2
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.marking import Marked
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Write
from resolver.engine.queued import Answers
from resolver.rpc import limits
from resolver.rpc.decision_messages import receipt_to_message
from resolver.rpc.errors import error_status
from resolver.rpc.marking_messages import mark_decision
from resolver.rpc.view import View

_KEPT: Final = (10, 5, 2, 1)


def decisions_of(answers: Answers, view: View) -> list[decision_pb2.Decision]:
    """The decisions of a write that is all or nothing.

    Raises:
        ResolverError: the first error among the answers.
    """
    messages = []
    for answer in answers:
        if isinstance(answer, ResolverError):
            raise answer
        if isinstance(answer, Decision):
            messages.append(receipt_to_message(answer, view))
    shorten(messages, view)
    return messages


def results_of(answers: Answers, view: View) -> list[pb.ResolveRecordsResult]:
    """The results of one message of a stream, decisions and errors in their order."""
    results = []
    for answer in answers:
        if isinstance(answer, ResolverError):
            results.append(pb.ResolveRecordsResult(error=error_status(answer)))
        elif isinstance(answer, Decision):
            results.append(pb.ResolveRecordsResult(decision=receipt_to_message(answer, view)))
    shorten([result.decision for result in results if result.HasField("decision")], view)
    return results


def as_tried(write: Write, view: View) -> View:
    """What the sender of a write sees in its answer: after a dry run, the markings that the write would have left."""
    if not write.validate_only:
        return view
    sent = [change.record for change in write.changes if isinstance(change, Submission)]
    return view.stating({record.name: Marked(record.guard, record.marking) for record in sent})


def shorten(decisions: Sequence[decision_pb2.Decision], view: View, room: int = limits.ANSWER_BYTES) -> None:
    """Drops the weaker links and the last findings of decisions that would not fit one answer together.

    The feed has the links in full; a record sent again alone gets all of its findings.
    """
    for kept in _KEPT:
        if _size(decisions) <= room:
            return
        for decision in decisions:
            del decision.deciding_links[kept:]
            del decision.broken_links[kept:]
            del decision.runner_up_identities[kept:]
            del decision.data_quality_findings[kept:]
            mark_decision(decision, view)


def _size(decisions: Iterable[decision_pb2.Decision]) -> int:
    return sum(decision.ByteSize() for decision in decisions)
