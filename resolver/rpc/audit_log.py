"""`AuditService`: shows the audit log, and checks it."""

from __future__ import annotations

from datetime import datetime

import grpc

from ftf.resolution.v1 import audit_service_pb2 as pb
from ftf.resolution.v1 import audit_service_pb2_grpc as pb_grpc
from resolver.domain.audit import Head, WrittenEntry
from resolver.domain.errors import FieldViolation, InvalidInput
from resolver.rpc import limits
from resolver.rpc.audit_rules import RULES
from resolver.rpc.backend import Backend
from resolver.rpc.moments import timestamp
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import is_reference
from resolver.rpc.validate_text import check_text
from resolver.rpc.violations import Violations
from resolver.store.audit import AuditFilter

_HASH_BYTES = 32


class AuditService(pb_grpc.AuditServiceServicer):
    """Reads the log. Nothing of it can be changed through the contract."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def ListAuditEntries(
        self,
        request: pb.ListAuditEntriesRequest,
        context: grpc.aio.ServicerContext[pb.ListAuditEntriesRequest, pb.ListAuditEntriesResponse],
    ) -> pb.ListAuditEntriesResponse:
        """Lists entries, the oldest first."""
        which = _filter(request)
        arguments = which.since, which.until, which.caller, which.method, which.reference, self._backend.store_id
        page = open_page(request.page_size, request.page_token, "ListAuditEntries", *arguments)
        log = self._backend.reader.audit
        head = await self._backend.read(log.head)
        found = await self._backend.read(log.entries, page.position, page.size + 1, which)
        messages = await self._backend.run(_messages, found)
        entries, token = close_page(page, messages, [entry.number for entry in found])
        return pb.ListAuditEntriesResponse(audit_entries=entries, next_page_token=token, head=_head(head))

    async def VerifyAudit(
        self,
        request: pb.VerifyAuditRequest,
        context: grpc.aio.ServicerContext[pb.VerifyAuditRequest, pb.VerifyAuditResponse],
    ) -> pb.VerifyAuditResponse:
        """Checks the whole log."""
        noted = None
        if request.HasField("noted_head"):
            noted = Head(request.noted_head.number, request.noted_head.hash)
            if noted.number < 0 or len(noted.hash) != _HASH_BYTES:
                raise InvalidInput((FieldViolation("noted_head", "must have a number and a hash of 32 bytes"),))
        found = await self._backend.read(self._backend.reader.audit.verify, noted)
        return pb.VerifyAuditResponse(
            holds=found.holds,
            entry_count=found.entries,
            first_number=found.first,
            head=_head(found.head),
            broken_number=found.broken or 0,
            noted_head_holds=found.noted_holds,
        )


def _filter(request: pb.ListAuditEntriesRequest) -> AuditFilter:
    violations = Violations()
    check_text(violations, "caller", request.caller, limits.CALLER)
    if request.method and request.method not in RULES:
        violations.add("method", "must be {package.Service}/{Method} of this contract")
    if request.reference and not is_reference(request.reference):
        violations.add("reference", "must be the name of a resource")
    times: list[datetime | None] = []
    for field in ("start_time", "end_time"):
        try:
            times.append(getattr(request, field).ToDatetime() if request.HasField(field) else None)
        except (ValueError, OverflowError):
            violations.add(field, "is not a time")
    violations.raise_any()
    return AuditFilter(times[0], times[1], request.caller, request.method, request.reference)


def _messages(found: list[WrittenEntry]) -> list[pb.AuditEntry]:
    return [_message(entry) for entry in found]


def _message(entry: WrittenEntry) -> pb.AuditEntry:
    content = entry.content
    message = pb.AuditEntry(
        number=entry.number,
        entry_time=timestamp(entry.time),
        caller=content["caller"],
        purpose=content["purpose"],
        case_reference=content["case_reference"],
        method=content["method"],
        inputs=content["inputs"],
        reason=content["reason"],
        results=[pb.AuditResult(kind=kind, count=count) for kind, count in content["results"].items()],
        references=content["references"],
        hash=entry.hash,
        body=entry.body,
    )
    if removed := content.get("removed"):
        message.removed_through.CopyFrom(_head(Head(removed["through"], bytes.fromhex(removed["hash"]))))
    return message


def _head(head: Head) -> pb.AuditHead:
    return pb.AuditHead(number=head.number, hash=head.hash)
