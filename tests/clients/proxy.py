"""A proxy that cuts connections where it is told to: after so many bytes or messages of one side."""

import asyncio
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.clients.http2 import CLIENT_PREFACE, MessageEnds

_PIECE = 1 << 16


@dataclass(frozen=True)
class Cut:
    """Where one connection ends. Messages are told apart in plain text only.

    Behind a message of the client's, only the first of the server passes, a stream's credit: else how many messages the
    client has left for the next connections would depend on who is faster.
    """

    client_messages: int | None = None
    server_messages: int | None = None
    client_bytes: int | None = None
    server_bytes: int | None = None
    silent: bool = False

    def meter(self, side: str) -> "_Meter":
        """Counts what passes from one side, `client` or `server`."""
        ends = MessageEnds(CLIENT_PREFACE if side == "client" else 0)
        if side == "server" and self.client_messages is not None:
            return _Meter(ends, 1, None, holds=True)
        return _Meter(ends, getattr(self, f"{side}_messages"), getattr(self, f"{side}_bytes"))


class _Meter:
    def __init__(self, ends, messages, size, *, holds=False):
        """`holds`: what comes behind the messages is kept back, and the connection stays."""
        self._ends, self._messages, self._bytes, self._holds = ends, messages, size, holds

    def passing(self, data: bytes) -> tuple[int, bool]:
        """How much of the data may pass, and whether the connection is cut behind it."""
        if self._bytes is not None:
            allowed = min(self._bytes, len(data))
            self._bytes -= allowed
            return allowed, self._bytes == 0
        if self._messages is not None:
            if self._holds and not self._messages:
                return 0, False
            ends = self._ends.feed(data)
            if len(ends) >= self._messages:
                allowed, self._messages = ends[self._messages - 1], 0
                return allowed, not self._holds
            self._messages -= len(ends)
        return len(data), False


class Proxy:
    """Listens on loopback and passes on to `upstream`. The n-th connection is cut as the n-th entry of `cuts` says."""

    def __init__(self, upstream: str, cuts: list[Cut]):
        self.upstream = upstream
        self.address = ""
        self.connections = 0
        self._cuts = list(cuts)
        self._loop = asyncio.new_event_loop()
        self._held: set[asyncio.StreamWriter] = set()

    @property
    def cuts_left(self) -> int:
        """How many entries no connection has taken yet."""
        return max(len(self._cuts) - self.connections, 0)

    def release(self) -> None:
        """Breaks the connections that are kept silent."""

        def close_all() -> None:
            for writer in self._held:
                writer.transport.abort()

        self._loop.call_soon_threadsafe(close_all)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        cut = self._cuts[self.connections] if self.connections < len(self._cuts) else Cut()
        self.connections += 1
        if cut.silent:
            self._held.add(writer)
            with suppress(OSError):
                while await reader.read(_PIECE):
                    pass
            return
        host, _, port = self.upstream.rpartition(":")
        try:
            server_reader, server_writer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.transport.abort()
            return
        ways = {
            asyncio.create_task(_pump(reader, server_writer, cut.meter("client"))),
            asyncio.create_task(_pump(server_reader, writer, cut.meter("server"))),
        }
        # Whichever way ends first, by a cut or by its side, ends the other with it.
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        # What was written has to leave; then the connection is closed to both.
        for each in (server_writer, writer):
            with suppress(OSError):
                each.close()

    def run(self, started: threading.Event, leave: asyncio.Event) -> None:
        """Serves in this thread until `leave` is set in its loop."""

        async def serve() -> None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            host, port = server.sockets[0].getsockname()
            self.address = f"{host}:{port}"
            started.set()
            await leave.wait()
            server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        self._loop.run_until_complete(serve())
        self._loop.close()

    def stop(self, leave: asyncio.Event) -> None:
        """Ends `run`."""
        self._loop.call_soon_threadsafe(leave.set)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, meter: _Meter) -> None:
    with suppress(OSError):
        while data := await reader.read(_PIECE):
            allowed, cut = meter.passing(data)
            writer.write(data[:allowed])
            await writer.drain()
            if cut:
                return


@contextmanager
def proxied(upstream: str, cuts: list[Cut]):
    """A proxy for the length of the block."""
    proxy, started, leave = Proxy(upstream, cuts), threading.Event(), asyncio.Event()
    thread = threading.Thread(target=proxy.run, args=(started, leave), name="proxy")
    thread.start()
    assert started.wait(30), "the proxy did not start"
    try:
        yield proxy
    finally:
        proxy.stop(leave)
        thread.join(30)
        assert not thread.is_alive(), "the proxy did not stop"
