"""What the engine is asked to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from resolver.access.rights import WriteRights
from resolver.domain.audit import Asked, AuditEntry
from resolver.domain.errors import ErrorReason, FieldViolation, InvalidInput, ResolverError
from resolver.domain.handling import Viewer
from resolver.engine.asked.consumers import Registration
from resolver.engine.asked.judgements import Judgement
from resolver.engine.asked.models import Vetting
from resolver.engine.asked.operations import Operating
from resolver.engine.asked.plan_steps import Step
from resolver.engine.asked.retention import Keeping
from resolver.engine.asked.source_steps import SourceStep
from resolver.engine.asked.submission import Submission


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Withdraws a record."""

    name: str
    etag: str = ""


Change = Submission | Withdrawal


@dataclass(frozen=True, slots=True)
class Sender:
    """What the sender of a write may write, and as whom it sees; None for all and everything."""

    rights: WriteRights | None = None
    viewer: Viewer | None = None


@dataclass(frozen=True, slots=True)
class Write:
    """Changes that are answered together, in one transaction.

    A ResolverError among the changes stands for a record that was refused before; it is answered in
    its place. `request_key` with its `digest` makes a repeat give the first answer: `r:{uuid}` for a
    request id, `s:{stream}:{sequence}:{first}/{size}` for the part of a stream's message from its record
    `first` on, of so many records at most. `atomic`: the first error fails the whole. `validate_only`: nothing is kept.
    A `judgement` and a `keeping`, and a `step` of a plan or of a staged source, are carried out alone; a
    `registration`, a change of an operation (`operating`) and a word on a model (`vetting`) beside others; with any of
    them there are no changes. `streamed`: it is of a stream. `rights` are those of its sender, which is answered what
    it sees as `viewer`; with None, which plain text has, everything is allowed, and seen. `asked` goes into the audit
    log with what became of the write. A `note` is an entry for that log, and then there is nothing else.
    """

    changes: tuple[Change | ResolverError, ...]
    request_key: str = ""
    digest: bytes = b""
    atomic: bool = False
    validate_only: bool = False
    judgement: Judgement | None = None
    step: Step | SourceStep | None = None
    registration: Registration | None = None
    keeping: Keeping | None = None
    operating: Operating | None = None
    vetting: Vetting | None = None
    streamed: bool = False
    rights: WriteRights | None = None
    viewer: Viewer | None = None
    asked: Asked | None = None
    note: AuditEntry | None = None

    def by(self, rights: WriteRights | None, viewer: Viewer | None = None) -> Write:
        """The write with the rights and the sight of its sender, whose request keys are apart from those of others."""
        key = f"{rights.caller} {self.request_key}" if rights and self.request_key else self.request_key
        return replace(self, rights=rights, viewer=viewer, request_key=key)

    @property
    def sender(self) -> Sender:
        """Who sends it."""
        return Sender(self.rights, self.viewer)

    @property
    def size(self) -> int:
        """How much of a batch or of the queue it takes, in changes."""
        return max(1, len(self.changes))

    def reused(self) -> InvalidInput:
        """The error of a request key that comes again with another content."""
        if self.streamed:
            violation = FieldViolation("sequence", "was sent before with another content", ErrorReason.SEQUENCE_REUSED)
        else:
            violation = FieldViolation("request_id", "was used for another request", ErrorReason.REQUEST_ID_REUSED)
        return InvalidInput((violation,))


def rounds(changes: tuple[Change | ResolverError, ...]) -> Iterator[list[tuple[int, Change]]]:
    """Cuts changes, with their places, into runs in which no record comes twice."""
    run: list[tuple[int, Change]] = []
    names: set[str] = set()
    for place, change in enumerate(changes):
        if isinstance(change, ResolverError):
            continue
        if change.name in names:
            yield run
            run, names = [], set()
        run.append((place, change))
        names.add(change.name)
    if run:
        yield run
