"""First answers of requests, to text and back. A committed decision is kept by its place in the feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from resolver.domain.answer import Answer, Stepped
from resolver.domain.consumer import Registered
from resolver.domain.decision import Decision
from resolver.domain.errors import (
    Conflict,
    ErrorReason,
    FieldViolation,
    InvalidInput,
    NotFound,
    PermissionDenied,
    ResolverError,
)
from resolver.domain.operation import Operated, OperationState
from resolver.domain.retention import Extended
from resolver.domain.review import Claimed
from resolver.domain.swept import Swept
from resolver.domain.verdict import Ruled
from resolver.domain.vetted import Vetted
from resolver.store.decision_rows import decision_from_text, decision_to_text
from resolver.store.judgement_texts import (
    open_task_from_json,
    open_task_to_json,
    verdict_from_json,
    verdict_to_json,
)

_KINDS: dict[str, type[ResolverError]] = {kind.__name__: kind for kind in (NotFound, Conflict, PermissionDenied)}


def answers_to_text(answers: Sequence[Answer]) -> str:
    """The answers of one request as JSON."""
    return json.dumps([_item(answer) for answer in answers], ensure_ascii=False, separators=(",", ":"))


def sequences_in(text: str) -> list[int]:
    """The places in the feed that the answers refer to."""
    places = (item.get("decision") if isinstance(item, dict) else item for item in json.loads(text))
    return [place for place in places if place is not None]


def answers_from_text(text: str, decision: Callable[[int], Decision]) -> tuple[Answer, ...]:
    """The answers; `decision` gives that of a place in the feed."""
    return tuple(_read(item, decision) for item in json.loads(text))


def _item(answer: Answer) -> Any:  # noqa: ANN401 - JSON
    if isinstance(answer, Decision):
        if answer.sequence:
            return answer.sequence
        return {"unchanged": decision_to_text(answer), "time": answer.commit_time.isoformat()}
    if isinstance(answer, Ruled):
        decision = None if answer.decision is None else answer.decision.sequence
        return {"verdicts": [verdict_to_json(verdict) for verdict in answer.verdicts], "decision": decision}
    if isinstance(answer, Claimed):
        return {"claimed": open_task_to_json(answer.task)}
    if isinstance(answer, Operated):
        return {"operation": answer.name, "state": answer.state.name}
    if isinstance(answer, Vetted):
        return {"model": answer.model}
    if isinstance(answer, Registered | Extended | Swept | Stepped):
        raise TypeError("what may be repeated as it is has no answer to keep")
    if isinstance(answer, InvalidInput):
        return {"violations": [[item.field, item.description, item.reason.name] for item in answer.violations]}
    return {"kind": type(answer).__name__, "reason": answer.reason.name, "message": answer.message}


def _read(item: Any, decision: Callable[[int], Decision]) -> Answer:  # noqa: ANN401 - JSON
    if isinstance(item, int):
        return decision(item)
    if "unchanged" in item:
        return decision_from_text(0, datetime.fromisoformat(item["time"]), item["unchanged"])
    if "verdicts" in item:
        place = item["decision"]
        told = None if place is None else decision(place)
        return Ruled(tuple(map(verdict_from_json, item["verdicts"])), told)
    if "claimed" in item:
        return Claimed(open_task_from_json(item["claimed"]))
    if "operation" in item:
        return Operated(item["operation"], OperationState[item["state"]])
    if "model" in item:
        return Vetted(item["model"])
    if "violations" in item:
        return InvalidInput(
            tuple(FieldViolation(field, text, ErrorReason[reason]) for field, text, reason in item["violations"])
        )
    return _KINDS[item["kind"]](ErrorReason[item["reason"]], item["message"])
