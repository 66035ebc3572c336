"""Two servers over stores of one origin, called over mutual TLS by the same callers; tests set their clocks."""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from unittest import mock

import grpc

from resolver.cli.development_authority import DevelopmentAuthority
from resolver.engine.engine import Engine, open_engine
from resolver.rpc import limits
from resolver.rpc.certificates import CertificateFiles, Certificates
from resolver.store import database
from tests.access.examples import live_access
from tests.conftest import serving
from tests.noninterference.moves import OWNERS

BEGINNING = datetime(2026, 3, 2, 8)  # noqa: DTZ001 - times are UTC without zone
RULES = f"""
grants:
  - {{caller: "ftf://*/*/desk", roles: [CONTRIBUTOR, READER, SCREENER, REVIEWER], purposes: ["*"]}}
sources:
{
    "".join(
        f'''  - {{owner: {owner}, sources: ["{owner.lower().replace("/", "-")}-*"]}}
'''
        for owner in OWNERS
    )
}"""
ROLES = ("CONTRIBUTOR", "READER", "SCREENER", "REVIEWER")


@dataclass
class Clock:
    """Stands where it was put."""

    now: datetime = BEGINNING

    def __call__(self):
        return self.now


@dataclass(frozen=True)
class World:
    """A server, its clock, and a channel for the desk of each owner."""

    engine: Engine
    clock: Clock
    channels: dict[str, grpc.Channel] = field(repr=False)

    def at(self, moment):
        """Puts the clock to so many minutes after the beginning."""
        self.clock.now = BEGINNING + timedelta(minutes=moment)


@cache
def authority():
    """One for all worlds."""
    return DevelopmentAuthority(datetime.now(UTC))


@cache
def credentials(owner):
    """What the desk of an owner shows."""
    bearer = authority().client(f"ftf://{owner}/desk")
    return grpc.ssl_channel_credentials(authority().certificate, bearer.key, bearer.certificate)


@cache
def server_files(folder):
    """The server's certificate in files."""
    issued = authority().server(["localhost", "127.0.0.1"])
    files = CertificateFiles(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    files.certificate.write_bytes(issued.certificate)
    files.key.write_bytes(issued.key)
    files.client_authority.write_bytes(authority().certificate)
    return files


SEED = SimpleNamespace(randbits=lambda bits: 7, token_hex=lambda size: "5a" * size)
"""Both stores have one number and one secret, by which they name what is in them."""


@contextmanager
def world(folder):
    """A server on an empty store in memory; its certificate is in a folder."""
    with ExitStack() as stack:
        clock = Clock()
        with mock.patch.object(database, "secrets", SEED):
            engine = open_engine(None, clock=clock)
        stack.callback(engine.close)
        certificates = Certificates(server_files(folder))
        # Heartbeats come with time, and here nobody waits for one.
        served = stack.enter_context(
            serving(engine, certificates=certificates, access=live_access(RULES), heartbeat=limits.HEARTBEAT)
        )
        channels = {
            owner: stack.enter_context(grpc.secure_channel(served.address, credentials(owner))) for owner in OWNERS
        }
        yield World(engine, clock, channels)


@contextmanager
def two_worlds(folder):
    """Two of them."""
    with world(folder) as first, world(folder) as second:
        yield first, second
