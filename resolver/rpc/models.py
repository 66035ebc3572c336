"""`ModelService`: the models that match weights are made with."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Final

import grpc
from google.longrunning import operations_pb2

from ftf.resolution.v1 import model_service_pb2 as pb
from ftf.resolution.v1 import model_service_pb2_grpc as pb_grpc
from resolver.domain.errors import Conflict, ErrorReason, Refused
from resolver.engine.asked.models import ApproveModel
from resolver.engine.asked.writes import Write
from resolver.linkage.model_library import Entry, ModelLibrary
from resolver.rpc import limits
from resolver.rpc.backend import Backend
from resolver.rpc.model_handlers import EVALUATE, TRAIN, ModelFolders, read_model
from resolver.rpc.model_messages import entry_to_message
from resolver.rpc.operation_desk import OperationDesk, caller_of_call
from resolver.rpc.paging import close_page, open_page
from resolver.rpc.repeatable import check_request_id, digest_of, request_key
from resolver.rpc.resource_names import require_model_name
from resolver.rpc.validate_text import check_text
from resolver.rpc.violations import Violations

_FILE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")


class ModelService(pb_grpc.ModelServiceServicer):
    """Lists models, has them trained and tried out, and collects who approves of them."""

    def __init__(self, backend: Backend, library: ModelLibrary, folders: ModelFolders, desk: OperationDesk) -> None:
        self._backend = backend
        self._library = library
        self._folders = folders
        self._desk = desk

    async def ListModels(
        self,
        request: pb.ListModelsRequest,
        context: grpc.aio.ServicerContext[pb.ListModelsRequest, pb.ListModelsResponse],
    ) -> pb.ListModelsResponse:
        """Lists models, newest first."""
        page = open_page(request.page_size, request.page_token, "ListModels", self._backend.store_id)
        found = await self._backend.read(self._listed, page.position, page.size + 1)
        places = range(page.position + 1, page.position + 1 + len(found))
        models, token = close_page(page, found, places)
        return pb.ListModelsResponse(models=models, next_page_token=token)

    async def GetModel(
        self, request: pb.GetModelRequest, context: grpc.aio.ServicerContext[pb.GetModelRequest, pb.Model]
    ) -> pb.Model:
        """Returns one model with the parameters of its levels."""
        require_model_name("name", request.name)
        return await self._backend.read(self._shown, request.name)

    async def TrainModel(
        self,
        request: pb.TrainModelRequest,
        context: grpc.aio.ServicerContext[pb.TrainModelRequest, operations_pb2.Operation],
    ) -> operations_pb2.Operation:
        """Begins to train a model."""
        violations = Violations()
        check_request_id(violations, request.request_id)
        if request.truth_file and request.labels_file:
            violations.add("labels_file", "must be empty with a truth_file: m is counted from one of them")
        for path in ("sampled_pairs", "other_records_of_a_person", "seed"):
            value = getattr(request, path)
            if not (isfinite(value) and value >= 0):
                violations.add(path, "must not be negative")
        given = {"records_file": request.records_file}
        for path, name in (("truth_file", request.truth_file), ("labels_file", request.labels_file)):
            given |= {path: name} if name else {}
        _check_names(violations, given)
        violations.raise_any()
        _require_writable(self._folders.require_models())
        await self._require_files(given)
        return await self._desk.begin(TRAIN, "", request, request.request_id, context)

    async def EvaluateModel(
        self,
        request: pb.EvaluateModelRequest,
        context: grpc.aio.ServicerContext[pb.EvaluateModelRequest, operations_pb2.Operation],
    ) -> operations_pb2.Operation:
        """Begins to try a model out."""
        require_model_name("name", request.name)
        violations = Violations()
        check_request_id(violations, request.request_id)
        given = {"records_file": request.records_file, "truth_file": request.truth_file}
        _check_names(violations, given)
        violations.raise_any()
        await self._backend.run(read_model, self._library, request.name)
        await self._require_files(given)
        return await self._desk.begin(EVALUATE, request.name, request, request.request_id, context)

    async def ApproveModel(
        self, request: pb.ApproveModelRequest, context: grpc.aio.ServicerContext[pb.ApproveModelRequest, pb.Model]
    ) -> pb.Model:
        """Writes down that a person approves of a model."""
        require_model_name("name", request.name)
        violations = Violations()
        check_request_id(violations, request.request_id)
        check_text(violations, "examiner", request.examiner, limits.EXAMINER, required=True)
        check_text(violations, "reason", request.reason, limits.REASON, required=True, allowed="\n\t")
        violations.raise_any()
        kept = await self._backend.run(read_model, self._library, request.name)
        if request.sha256 and request.sha256 != kept.digest:
            raise Conflict(ErrorReason.ETAG_MISMATCH, f"sha256 is not that of {request.name}")
        caller = caller_of_call(context)
        name = "" if caller is None else caller.name
        asked = ApproveModel(request.name, kept.digest, request.examiner, name, request.reason)
        key = request_key(request.request_id)
        await self._backend.write(
            Write((), request_key=key, digest=digest_of(request), atomic=True, vetting=asked), context
        )
        return await self._backend.read(self._shown, request.name)

    def _shown(self, name: str) -> pb.Model:
        kept = read_model(self._library, name)
        return entry_to_message(Entry(name, kept), self._backend.engine, levels=True)

    def _listed(self, after: int, limit: int) -> list[pb.Model]:
        entries = self._library.entries()[after : after + limit]
        return [entry_to_message(entry, self._backend.engine, levels=False) for entry in entries]

    async def _require_files(self, given: Mapping[str, str]) -> None:
        """Raises InvalidInput for files that the folder for data lacks, Refused where there is no folder."""
        data = self._folders.require_data()
        violations = Violations()
        for path, name in given.items():
            if not await self._backend.run((data / name).is_file):
                violations.add(path, "is not in the folder for data", ErrorReason.TRAINING_DATA_INVALID)
        violations.raise_any()


def _check_names(violations: Violations, given: Mapping[str, str]) -> None:
    """Notes texts that are no names of files."""
    for path, name in given.items():
        if not _FILE.fullmatch(name):
            violations.add(path, "must have 1 to 100 characters of A-Z a-z 0-9 . _ -, not beginning with a dot")


def _require_writable(folder: Path) -> None:
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Refused(ErrorReason.MODELS_NOT_CONFIGURED, "no file can be written in the folder for models")
