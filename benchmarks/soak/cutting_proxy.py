"""A way to the server that can be cut: its clients vanish without a word, as behind a broken line."""

from __future__ import annotations

import asyncio


class CuttingProxy:
    """Forwards connections on a loopback port to a server, until they are cut."""

    def __init__(self, server: str) -> None:
        self._host, _, port = server.rpartition(":")
        self._port = int(port)
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_cut = False

    async def start(self) -> str:
        """Begins to listen, and returns the address."""
        self._listener = await asyncio.start_server(self._accept, self._host, 0)
        return f"{self._host}:{self._listener.sockets[0].getsockname()[1]}"

    async def cut(self) -> None:
        """Breaks all connections, with what is under way in them, and listens no more."""
        self._is_cut = True
        self._listener.close()
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection(self._host, self._port)
        if self._is_cut:
            writer.transport.abort()
            onward_writer.transport.abort()
            return
        self._writers |= {writer, onward_writer}
        for source, sink in ((reader, onward_writer), (onward_reader, writer)):
            self._tasks.add(asyncio.create_task(_pump(source, sink)))


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            sink.write(data)
            await sink.drain()
    except ConnectionError:
        return
