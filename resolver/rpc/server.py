"""Assembles the server: services, interceptors, health on its own port, reflection."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

import grpc
from google.longrunning import operations_pb2, operations_pb2_grpc
from grpc_reflection.v1alpha import reflection

from ftf.resolution.v1 import (
    audit_service_pb2,
    audit_service_pb2_grpc,
    backup_service_pb2,
    backup_service_pb2_grpc,
    consumer_service_pb2,
    consumer_service_pb2_grpc,
    decision_service_pb2,
    decision_service_pb2_grpc,
    explanation_service_pb2,
    explanation_service_pb2_grpc,
    identity_service_pb2,
    identity_service_pb2_grpc,
    model_service_pb2,
    model_service_pb2_grpc,
    record_service_pb2,
    record_service_pb2_grpc,
    reresolution_service_pb2,
    reresolution_service_pb2_grpc,
    resolution_service_pb2,
    resolution_service_pb2_grpc,
    retention_service_pb2,
    retention_service_pb2_grpc,
    review_service_pb2,
    review_service_pb2_grpc,
    verdict_service_pb2,
    verdict_service_pb2_grpc,
)
from resolver.access.live import LiveAccess
from resolver.engine.engine import Engine
from resolver.jobs.operations import Handler, OperationRunner
from resolver.jobs.plan_control import PLAN_MEMORY
from resolver.jobs.reresolution import Reresolver
from resolver.linkage.model_library import ModelLibrary
from resolver.rpc import limits
from resolver.rpc.audit_log import AuditService
from resolver.rpc.backend import Backend
from resolver.rpc.backups import BackupService
from resolver.rpc.calls import CallWatcher
from resolver.rpc.certificates import Certificates
from resolver.rpc.consumers import ConsumerService
from resolver.rpc.convert import payload_to_domain
from resolver.rpc.decisions import DecisionService
from resolver.rpc.explanations import ExplanationService
from resolver.rpc.health import Health
from resolver.rpc.identities import IdentityService
from resolver.rpc.interceptors.access import AccessInterceptor
from resolver.rpc.interceptors.audit import AuditInterceptor
from resolver.rpc.interceptors.caller import CallerInterceptor
from resolver.rpc.interceptors.chain import Chain
from resolver.rpc.interceptors.deadline import DeadlineInterceptor
from resolver.rpc.interceptors.decoding import DecodingInterceptor
from resolver.rpc.interceptors.errors import ErrorInterceptor
from resolver.rpc.interceptors.flood import FloodInterceptor
from resolver.rpc.interceptors.purpose import PurposeInterceptor
from resolver.rpc.interceptors.watching import WatchInterceptor
from resolver.rpc.listening import OPTIONS, bind
from resolver.rpc.model_handlers import NO_FOLDERS, ModelFolders, model_handlers
from resolver.rpc.models import ModelService
from resolver.rpc.operation_desk import OperationDesk
from resolver.rpc.operations import OperationsService
from resolver.rpc.plan_handlers import plan_handlers, put_back_unattended
from resolver.rpc.records import RecordService
from resolver.rpc.reresolution import ReresolutionService
from resolver.rpc.resolution import ResolutionService
from resolver.rpc.retention import RetentionService
from resolver.rpc.reviews import ReviewService
from resolver.rpc.verdicts import VerdictService

SERVICES: Final = tuple(
    module.DESCRIPTOR.services_by_name[name].full_name
    for module, name in (
        (resolution_service_pb2, "ResolutionService"),
        (record_service_pb2, "RecordService"),
        (identity_service_pb2, "IdentityService"),
        (explanation_service_pb2, "ExplanationService"),
        (verdict_service_pb2, "VerdictService"),
        (review_service_pb2, "ReviewService"),
        (decision_service_pb2, "DecisionService"),
        (consumer_service_pb2, "ConsumerService"),
        (backup_service_pb2, "BackupService"),
        (audit_service_pb2, "AuditService"),
        (model_service_pb2, "ModelService"),
        (reresolution_service_pb2, "ReresolutionService"),
        (retention_service_pb2, "RetentionService"),
        (operations_pb2, "Operations"),
    )
)


class Server:
    """A running server. It belongs to the event loop that started it."""

    def __init__(
        self, backend: Backend, runner: OperationRunner, calls: grpc.aio.Server, address: str, health: Health
    ) -> None:
        self._backend = backend
        self._runner = runner
        self._calls = calls
        self._health = health
        self._hurried = asyncio.Event()
        self.address = address
        self.health_address = health.address

    async def stop(self, grace: float) -> None:
        """Tells health, ends the feeds and operations, and calls within `grace` seconds. The engine stays open."""
        self._health.leave()
        self._backend.stopping.set()
        grace_is_over = asyncio.create_task(self._calls.stop(grace))
        hurried = asyncio.create_task(self._hurried.wait())
        await asyncio.wait({grace_is_over, hurried}, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        await self._calls.stop(None)
        await grace_is_over
        await asyncio.to_thread(self._runner.close)
        await asyncio.to_thread(self._backend.threads.shutdown)
        self._health.stop()

    def hurry(self) -> None:
        """Ends a stop that is under way: calls that still run are cancelled."""
        self._hurried.set()


class _Services:
    """Takes what generated code adds to a server, but does not have gRPC ask for the calls of each method apart.

    It would wait for all methods anew with every call that comes: a twelfth of the event loop's time in a flood.
    """

    def __init__(self, server: grpc.aio.Server) -> None:
        self.add_generic_rpc_handlers = server.add_generic_rpc_handlers

    def add_registered_method_handlers(self, service_name: str, method_handlers: Mapping[str, object]) -> None:
        """Leaves them: they are among the generic ones already."""


async def start_server(
    engine: Engine,
    address: str,
    health_address: str,
    *,
    certificates: Certificates | None = None,
    access: LiveAccess | None = None,
    heartbeat: float = limits.HEARTBEAT,
    watchers: Sequence[CallWatcher] = (),
    backups: Path | None = None,
    models: ModelFolders = NO_FOLDERS,
    operations: Mapping[str, Handler] | None = None,
    plan_memory: str = PLAN_MEMORY,
) -> Server:
    """Serves an engine.

    Args:
        engine: Stays the caller's, who closes it after the server's stop.
        address: `host:port`; port 0 takes any free one.
        health_address: The same for health.
        certificates: For mutual TLS on both ports; None: plain text.
        access: What callers may do, over mutual TLS; None denies everything. Plain text has no callers and no rules.
        heartbeat: Seconds without a decision after which a feed sends a heartbeat.
        watchers: Told of every call.
        backups: The folder for copies of the store; None refuses to make any.
        models: The folders for models and for the data that they are trained on.
        operations: What works on long-running operations, by their kinds, besides what the services do themselves.
        plan_memory: What joining and scoring for a plan may take before it is spilled beside the store, such as `4GB`.

    Raises:
        BindError: an address is taken or not of this machine.
    """
    rules = None if certificates is None else access or LiveAccess()
    backend = Backend(engine, rules)
    library = ModelLibrary(models.models)
    reresolver = Reresolver(engine, payload_to_domain, memory=plan_memory)
    handlers = {**model_handlers(engine, library, models), **plan_handlers(engine, library, reresolver)}
    runner = OperationRunner(engine, {**handlers, **(operations or {})})
    desk = OperationDesk(backend, runner)
    calls = grpc.aio.server(
        interceptors=(
            Chain(
                (
                    WatchInterceptor(watchers),
                    ErrorInterceptor(),
                    FloodInterceptor(),
                    AuditInterceptor(backend),
                    CallerInterceptor(),
                    PurposeInterceptor(),
                    AccessInterceptor(rules),
                    DeadlineInterceptor(limits.UNARY_DEADLINE),
                    DecodingInterceptor(),
                )
            ),
        ),
        options=OPTIONS,
        maximum_concurrent_rpcs=limits.CONCURRENT_CALLS,
    )
    services = cast("grpc.aio.Server", _Services(calls))
    resolution_service_pb2_grpc.add_ResolutionServiceServicer_to_server(ResolutionService(backend), services)
    record_service_pb2_grpc.add_RecordServiceServicer_to_server(RecordService(backend), services)
    identity_service_pb2_grpc.add_IdentityServiceServicer_to_server(IdentityService(backend), services)
    explanation_service_pb2_grpc.add_ExplanationServiceServicer_to_server(ExplanationService(backend), services)
    verdict_service_pb2_grpc.add_VerdictServiceServicer_to_server(VerdictService(backend), services)
    review_service_pb2_grpc.add_ReviewServiceServicer_to_server(ReviewService(backend), services)
    decision_service_pb2_grpc.add_DecisionServiceServicer_to_server(DecisionService(backend, heartbeat), services)
    consumer_service_pb2_grpc.add_ConsumerServiceServicer_to_server(ConsumerService(backend), services)
    backup_service_pb2_grpc.add_BackupServiceServicer_to_server(BackupService(backend, backups), services)
    audit_service_pb2_grpc.add_AuditServiceServicer_to_server(AuditService(backend), services)
    model_service_pb2_grpc.add_ModelServiceServicer_to_server(ModelService(backend, library, models, desk), services)
    reresolution = ReresolutionService(backend, library, reresolver, desk)
    reresolution_service_pb2_grpc.add_ReresolutionServiceServicer_to_server(reresolution, services)
    retention_service_pb2_grpc.add_RetentionServiceServicer_to_server(RetentionService(backend), services)
    operations_pb2_grpc.add_OperationsServicer_to_server(OperationsService(backend, runner, desk), services)
    reflection.enable_server_reflection((*SERVICES, reflection.SERVICE_NAME), calls)
    bound = bind(calls, address, certificates)
    health_service = Health(health_address, SERVICES, certificates)
    await asyncio.to_thread(put_back_unattended, engine, reresolver)
    await calls.start()
    health_service.serve()
    await asyncio.to_thread(runner.start)
    # A store that has failed answers nothing any more: whoever asks for health must send no more calls here.
    engine.failed.add_done_callback(lambda _: health_service.leave())
    return Server(backend, runner, calls, bound, health_service)
