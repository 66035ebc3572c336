"""The audit log: entries in a hash chain, as anybody can verify them who has a copy.

    hash of an entry = SHA-256(hash of the entry before, 32 bytes | body of the entry, UTF-8)

The entry before number 1 has a hash of 32 zero bytes. A body is a JSON object; it is hashed as it is written, so that
whoever verifies a copy needs no rule for writing JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from resolver.domain.answer import Answer, Stepped
from resolver.domain.consumer import Registered
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.operation import Operated
from resolver.domain.retention import Extended
from resolver.domain.review import Claimed
from resolver.domain.staged import STAGED_SOURCES
from resolver.domain.swept import Swept
from resolver.domain.verdict import Ruled, verdict_name
from resolver.domain.vetted import Vetted

_DECISIONS: Final = "decisions/"
ORIGIN: Final = bytes(32)
"""The hash before the first entry."""
_HEAD: Final = re.compile("([0-9]{1,18}):([0-9a-f]{64})")
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log has come: the number of an entry, 0 for none, and its hash."""

    number: int = 0
    hash: bytes = ORIGIN

    def __str__(self) -> str:
        """The form in which heads are noted and compared, `{number}:{hash, hexadecimal}`."""
        return f"{self.number}:{self.hash.hex()}"


def parse_head(text: str) -> Head:
    """The head that a text states. Raises ValueError for another text."""
    found = _HEAD.fullmatch(text.strip())
    if found is None:
        raise ValueError("a head is {number}:{64 hexadecimal digits}")
    return Head(int(found[1]), bytes.fromhex(found[2]))


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked what: all that is known of a call before it is carried out.

    `caller` is the name in the certificate, empty in plain text; `method` is `{package.Service}/{Method}`; `inputs` are
    names of fields that were given, never values, but for biometrics, whose type is told; `references` are names of
    resources that the request states.
    """

    caller: str
    purpose: str
    case_reference: str
    method: str
    inputs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Stands for entries that were removed: all up to a head."""

    through: Head


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What is written down of a call, or of the removal of old entries, then with a `checkpoint` and no call.

    `reason` is that of the error, empty for none. `results` counts kinds of results, such as decisions by their kind.
    `references` are names of resources that the answer holds.
    """

    asked: Asked
    reason: str = ""
    results: Mapping[str, int] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """An entry in its place in the log. `time` is UTC without zone."""

    number: int
    time: datetime
    body: str
    hash: bytes

    @property
    def head(self) -> Head:
        """How far the log has come with this entry."""
        return Head(self.number, self.hash)

    @property
    def content(self) -> dict[str, Any]:
        """The body, read."""
        content: dict[str, Any] = json.loads(self.body)
        return content


NOBODY: Final = Asked("", "", "", "")


def chained(before: Head, time: datetime, entry: AuditEntry) -> WrittenEntry:
    """An entry as it follows a head."""
    number = before.number + 1
    content: dict[str, Any] = {
        "number": number,
        "time": time.strftime(_TIME),
        "caller": entry.asked.caller,
        "purpose": entry.asked.purpose,
        "case_reference": entry.asked.case_reference,
        "method": entry.asked.method,
        "inputs": entry.asked.inputs,
        "reason": entry.reason,
        "results": dict(sorted(entry.results.items())),
        "references": _distinct((*entry.asked.references, *entry.references)),
    }
    if entry.checkpoint is not None:
        through = entry.checkpoint.through
        content["removed"] = {"through": through.number, "hash": through.hash.hex()}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return WrittenEntry(number, time, body, hash_after(before.hash, body))


def hash_after(before: bytes, body: str) -> bytes:
    """The hash of an entry with this body, after one with that hash."""
    return sha256(before + body.encode()).digest()


def write_entry(asked: Asked, answers: tuple[Answer, ...] | ResolverError) -> AuditEntry:
    """The entry of a write: of its answers, or of the error that it was refused with as a whole."""
    if isinstance(answers, ResolverError):
        return AuditEntry(asked, answers.reason.name)
    counts: dict[str, int] = {}
    references: list[str] = []
    for answer in answers:
        for kind in _kinds(answer):
            counts[kind] = counts.get(kind, 0) + 1
        references += _references(answer)
    return AuditEntry(asked, results=counts, references=tuple(references))


def _kinds(answer: Answer) -> list[str]:
    match answer:
        case Decision():
            return [answer.kind.name]
        case Ruled():
            kinds = [f"VERDICT_{verdict.state.name}" for verdict in answer.verdicts]
            return kinds if answer.decision is None else [*kinds, answer.decision.kind.name]
        case Claimed():
            return ["CLAIMED"]
        case Registered():
            return ["CONSUMER"]
        case Stepped():
            if answer.source:
                return ["STAGED"]
            return [] if answer.plan is None else [f"PLAN_{answer.plan.state.name}"]
        case Extended():
            return ["EXTENDED"]
        case Swept():
            return [decision.kind.name for decision in answer.decisions]
        case Operated():
            return [f"OPERATION_{answer.state.name}"]
        case Vetted():
            return ["MODEL"]
        case ResolverError():
            return [answer.reason.name]


def _references(answer: Answer) -> list[str]:
    match answer:
        case Decision():
            found = [f"{_DECISIONS}{answer.sequence}"] if answer.sequence else []
            found += [answer.record, *([answer.identity] if answer.identity else [])]
            moved = [name for change in answer.changes for name in (change.before, change.after) if name]
            return found + moved + [verdict_name(number) for number in answer.verdicts]
        case Ruled():
            found = [name for each in answer.verdicts for name in (each.name, each.left, each.right) if name]
            return found if answer.decision is None else found + _references(answer.decision)
        case Claimed():
            return [answer.task.task.name]
        case Registered():
            return [answer.consumer.name]
        case Stepped():
            if answer.source:
                return [f"{STAGED_SOURCES}{answer.source}"]
            return [] if answer.plan is None else [answer.plan.name]
        case Extended():
            return [answer.record]
        case Swept():
            return [name for decision in answer.decisions for name in _references(decision)]
        case Operated():
            return [answer.name]
        case Vetted():
            return [answer.model]
        case ResolverError():
            return []


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
