"""`RetentionService`: which records are due, and keeping one longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import grpc
from google.type import date_pb2

from ftf.resolution.v1 import retention_pb2, retention_service_pb2_grpc
from ftf.resolution.v1 import retention_service_pb2 as pb
from resolver.access.patterns import ANY, OwnerPattern
from resolver.access.rights import WriteRights
from resolver.engine.asked.retention import ExtendRetention
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import is_record_name, record_name_violation
from resolver.rpc.retention_messages import due_to_message, extended_to_message
from resolver.rpc.validate_date import check_date, last_day
from resolver.rpc.validate_text import check_text
from resolver.rpc.violations import Violations

_EVERYBODY: Final = (OwnerPattern(ANY, ANY),)


class RetentionService(retention_service_pb2_grpc.RetentionServiceServicer):
    """Tells owners what is due, and takes their extensions."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def ListDueRecords(
        self,
        request: pb.ListDueRecordsRequest,
        context: grpc.aio.ServicerContext[pb.ListDueRecordsRequest, pb.ListDueRecordsResponse],
    ) -> pb.ListDueRecordsResponse:
        """Lists records that are due before long."""
        violations = Violations()
        if not 0 <= request.within_days <= limits.DUE_WITHIN:
            violations.add("within_days", f"must be from 0 to {limits.DUE_WITHIN:,}")
        violations.raise_any()
        engine = self._backend.engine
        owners = _owners(self._backend.rights_of(context))
        within = timedelta(days=request.within_days) if request.within_days else engine.retention.notice
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListDueRecords", request.within_days, owners, view)
        until = (engine.now() + within).date()
        read = self._backend.reader.retention.due
        found = await self._backend.read(read, owners, until, page.position, page.size + 1, view.viewer)
        messages = [due_to_message(each, view) for each in found]
        records, token = close_page(page, messages, [each.place for each in found])
        return pb.ListDueRecordsResponse(records=records, next_page_token=token)

    async def ExtendRetention(
        self,
        request: pb.ExtendRetentionRequest,
        context: grpc.aio.ServicerContext[pb.ExtendRetentionRequest, retention_pb2.RecordRetention],
    ) -> retention_pb2.RecordRetention:
        """Keeps a record longer."""
        violations = Violations()
        if not is_record_name(request.name):
            violations.extend([record_name_violation("name")])
        given = {field: getattr(request, field) for field in ("review_date", "expiry_date") if request.HasField(field)}
        for field, value in given.items():
            check_date(violations, field, value)
        if not given:
            violations.add("expiry_date", "either it or review_date must be given")
        check_text(violations, "reason", request.reason, limits.REASON, required=True, allowed="\n")
        violations.raise_any()
        rights = self._backend.rights_of(context)
        asked = ExtendRetention(
            request.name,
            _day(given.get("review_date")),
            _day(given.get("expiry_date")),
            request.reason,
            "" if rights is None else rights.caller,
        )
        return extended_to_message(await self._backend.extend(asked, context), self._backend.view_of(context))


def _owners(rights: WriteRights | None) -> tuple[OwnerPattern, ...]:
    """Whose records a caller writes."""
    if rights is None:
        return _EVERYBODY
    return (OwnerPattern(rights.own.country, rights.own.authority), *rights.delegated)


def _day(value: date_pb2.Date | None) -> date | None:
    return None if value is None else last_day(value)
