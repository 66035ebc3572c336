"""The port that Prometheus scrapes, by `prometheus_client`'s own server."""

from __future__ import annotations

from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

from resolver.rpc.listening import BindError


class AdminPort:
    """Serves a registry in plain text over HTTP, on threads of its own, until it is stopped."""

    def __init__(self, registry: CollectorRegistry, host: str, port: int) -> None:
        """Begins to serve; port 0 takes any free one.

        Raises:
            BindError: the address is taken or not of this machine.
        """
        served: tuple[WSGIServer, Thread]
        try:
            served = start_http_server(port, host, registry)
        except OSError:
            raise BindError(f"cannot listen on {host}:{port}: it is taken, or not an address of this machine") from None
        self._server, self._thread = served
        self.address = f"{host}:{self._server.server_port}"

    def stop(self) -> None:
        """Ends the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
