"""How DuckDB opens a store, with or without a key. Every error is told in words that hold neither SQL nor a key."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import duckdb

from resolver.domain.errors import StoreError
from resolver.store.faults import NO_ROOM
from resolver.store.keys import StoreKey

STORE: Final = "store"
"""The name of the store within DuckDB."""
_ROWS_AT_ONCE: Final = 8_192
_CRYPTO: Final = f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
"""DuckDB writes encrypted files with the OpenSSL of this extension, whose wheel keeps it here."""


def connect(path: Path | None, key: StoreKey | None = None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the store at `path`, or to a new one in memory; temporary files are encrypted as it is.

    Raises:
        StoreError: the file is damaged, in use, of another key, or there is no room. It is left as it was.
    """
    connection = duckdb.connect(":memory:")
    try:
        if path is not None:
            connection.execute(f"SET temp_directory = {quoted(f'{path}.tmp')}")
        if key is not None:
            _load_crypto(connection)
            connection.execute("SET temp_file_encryption = true")
        attach(connection, path, key, STORE, read_only=read_only)
        use(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def scratch_beside(path: Path | None, key: StoreKey | None, memory: str) -> duckdb.DuckDBPyConnection:
    """A database in memory for work on what the store at `path` holds, which others may have open.

    It takes at most `memory`, such as `4GB`. More is spilled beside the store, encrypted if that is; what a process
    that was killed left there goes. Work on a store in memory is not spilled: nothing of that is to be on a disk.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET memory_limit = ?", [memory])
        spilled = "" if path is None else f"{path}.plan.tmp"
        if spilled:
            shutil.rmtree(spilled, ignore_errors=True)
        connection.execute(f"SET temp_directory = {quoted(spilled)}")
        if key is not None:
            _load_crypto(connection)
            connection.execute("SET temp_file_encryption = true")
        for_all_threads(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def for_all_threads(connection: duckdb.DuckDBPyConnection) -> None:
    """Has tables that are made from now on, in memory, read by all threads of a connection.

    DuckDB reads a table by one thread for each row group, which has 122,880 rows: candidates of a smaller holding would
    be found, and its pairs weighed, by one thread, however many there are.
    """
    connection.execute(f"ATTACH ':memory:' AS work (ROW_GROUP_SIZE {_ROWS_AT_ONCE:d}); USE work")


def use(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes the store the one whose tables need no prefix. A cursor does not take that over from its connection."""
    connection.execute(f"USE {STORE}")


def attach(
    connection: duckdb.DuckDBPyConnection,
    path: Path | None,
    key: StoreKey | None,
    name: str,
    *,
    read_only: bool = False,
) -> None:
    """Opens a file beside those that a connection has; made when absent.

    Raises:
        StoreError: as for `connect`.
    """
    options = ["TYPE duckdb"]
    options += ["READ_ONLY"] if read_only else []
    options += [f"ENCRYPTION_KEY '{key.text}'"] if key is not None else []
    place = quoted(":memory:" if path is None else str(path))
    with _told_as_store_errors("the store" if path is None else path.name):
        connection.execute(f"ATTACH {place} AS {name} ({', '.join(options)})")


def quoted(text: str) -> str:
    """A text as SQL writes it, for statements that take no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _load_crypto(connection: duckdb.DuckDBPyConnection) -> None:
    with as_file(files("duckdb_extension_httpfs") / _CRYPTO) as extension:
        connection.execute(f"LOAD {quoted(str(extension))}")


_SAID_AS: Final = (
    ("Could not set lock", "is in use by another process"),
    ("already attached", "is in use by another process"),
    ("without a key", "is encrypted, and no key was given; it was left as it is"),
    ("Wrong encryption key", "is encrypted with another key; it was left as it is"),
    ("is not encrypted", "is not encrypted, but a key was given; it was left as it is"),
    ("WAL file", "has a damaged log beside it; both were left as they are"),
    *((words, "cannot be opened: there is no room on its disk") for words in NO_ROOM),
)
_DAMAGED: Final = "is damaged or not a store of this service, and was left as it is"


@contextmanager
def _told_as_store_errors(name: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        text = str(error)
        words = next((words for sign, words in _SAID_AS if sign in text), _DAMAGED)
        # DuckDB may quote the statement, which has the key.
        raise StoreError(f"{name} {words}") from None
