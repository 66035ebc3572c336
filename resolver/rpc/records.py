"""`RecordService`: gives records back as their owners sent them."""

from __future__ import annotations

import grpc

from ftf.resolution.v1 import record_pb2
from ftf.resolution.v1 import record_service_pb2 as pb
from ftf.resolution.v1 import record_service_pb2_grpc as pb_grpc
from resolver.rpc.backend import Backend
from resolver.rpc.convert import stored_to_message
from resolver.rpc.moments import moment_of
from resolver.rpc.not_found import no_record
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.resource_names import require_record_name, require_source_name
from resolver.store.views import StoredRecord


class RecordService(pb_grpc.RecordServiceServicer):
    """Reads records. A withdrawn one exists in its versions only."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def GetRecord(
        self, request: pb.GetRecordRequest, context: grpc.aio.ServicerContext[pb.GetRecordRequest, record_pb2.Record]
    ) -> record_pb2.Record:
        """Returns one record."""
        require_record_name("name", request.name)
        view = self._backend.view_of(context)
        await self._backend.require_fresh(request.at_least_as_fresh, view)
        read = self._backend.reader.record
        stored = await self._backend.read(read, request.name, moment_of(request), view.viewer)
        if stored is None or stored.withdrawn:
            raise no_record(request.name)
        return stored_to_message(stored)

    async def ListRecords(
        self,
        request: pb.ListRecordsRequest,
        context: grpc.aio.ServicerContext[pb.ListRecordsRequest, pb.ListRecordsResponse],
    ) -> pb.ListRecordsResponse:
        """Lists the records of one source in the order of their acceptance."""
        require_source_name("parent", request.parent)
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListRecords", request.parent, view)
        await self._backend.require_fresh(request.at_least_as_fresh, view)
        read = self._backend.reader.records
        found = await self._backend.read(read, request.parent, page.position, page.size + 1, view.viewer)
        messages = await self._backend.run(_messages, found)
        records, token = close_page(page, messages, [stored.handle for stored in found])
        return pb.ListRecordsResponse(records=records, next_page_token=token)

    async def ListRecordVersions(
        self,
        request: pb.ListRecordVersionsRequest,
        context: grpc.aio.ServicerContext[pb.ListRecordVersionsRequest, pb.ListRecordVersionsResponse],
    ) -> pb.ListRecordVersionsResponse:
        """Lists all versions of one record, newest first."""
        require_record_name("parent", request.parent)
        view = self._backend.view_of(context)
        page = open_page(request.page_size, request.page_token, "ListRecordVersions", request.parent, view)
        read = self._backend.reader.record_versions
        found = await self._backend.read(read, request.parent, page.position, page.size + 1, view.viewer)
        if not found and not page.position:
            raise no_record(request.parent)
        messages = [_version(stored) for stored in found]
        versions, token = close_page(page, messages, [stored.version for stored in found])
        return pb.ListRecordVersionsResponse(versions=versions, next_page_token=token)


def _messages(found: list[StoredRecord]) -> list[record_pb2.Record]:
    return [stored_to_message(stored) for stored in found]


def _version(stored: StoredRecord) -> pb.RecordVersion:
    version = pb.RecordVersion(record=stored_to_message(stored), withdrawn=stored.withdrawn)
    version.accept_time.FromDatetime(stored.update_time)
    return version
