"""Whether the service can be used."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from resolver.rpc.certificates import Certificates
from resolver.rpc.listening import OPTIONS, bind


class Health:
    """`grpc.health.v1.Health` with a port and threads of its own, so that a full server still answers it."""

    def __init__(self, address: str, services: Sequence[str], certificates: Certificates | None = None) -> None:
        """Begins to answer NOT_SERVING; without certificates in plain text.

        Raises:
            BindError: the address is taken or not of this machine.
        """
        self._services = ("", *services)
        self._servicer = health.HealthServicer(
            experimental_non_blocking=True, experimental_thread_pool=ThreadPoolExecutor(1)
        )
        self._server = grpc.server(ThreadPoolExecutor(2), options=OPTIONS)
        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, self._server)
        self.address = bind(self._server, address, certificates)
        self._set(health_pb2.HealthCheckResponse.NOT_SERVING)
        self._server.start()

    def serve(self) -> None:
        """Says SERVING from now on, of the server and of each service."""
        self._set(health_pb2.HealthCheckResponse.SERVING)

    def leave(self) -> None:
        """Says NOT_SERVING until the end."""
        self._servicer.enter_graceful_shutdown()

    def stop(self) -> None:
        """Ends the port."""
        self._server.stop(None)

    def _set(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for service in self._services:
            self._servicer.set(service, status)
