"""How the ports are opened."""

from __future__ import annotations

from typing import Final

import grpc

from resolver.rpc import limits
from resolver.rpc.certificates import Certificates

OPTIONS: Final = (
    # A second server on the same port has to fail: sharing it would take half of the connections without a word.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", limits.MESSAGE_BYTES),
    ("grpc.max_send_message_length", limits.MESSAGE_BYTES),
    # Feeds and streams idle behind national gateways, which forget connections on which nothing moves.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
)


class BindError(Exception):
    """An address cannot be listened on."""


def bind(server: grpc.Server | grpc.aio.Server, address: str, certificates: Certificates | None) -> str:
    """Opens `host:port` for a server and returns it with the port that was taken; without certificates in plain text.

    Raises:
        BindError: the address is taken or not of this machine.
    """
    host, _, _ = address.rpartition(":")
    try:
        if certificates is None:
            port = server.add_insecure_port(address)
        else:
            port = server.add_secure_port(address, certificates.credentials())
    except RuntimeError:
        raise BindError(f"cannot listen on {address}: it is taken, or not an address of this machine") from None
    return f"{host}:{port}"
