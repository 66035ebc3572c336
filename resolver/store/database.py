"""Opening a store: a new one, one of this version, or an older one that is migrated. Never a damaged or newer one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import Final

import duckdb

from resolver.domain.errors import StoreError
from resolver.store.attaching import STORE, connect, scratch_beside, use
from resolver.store.gate import Gate
from resolver.store.invariants import THOROUGH, Checked, check
from resolver.store.keys import StoreKey
from resolver.store.log_file import log_of, settle_log, unended

STORE_MEMORY: Final = 1024
"""MiB that DuckDB may hold of a store's file, unless told otherwise."""
_CHECKPOINT_THRESHOLD = "512MB"
_FOREIGN_OBJECTS = f"""
SELECT (SELECT count(*) FROM duckdb_tables() WHERE database_name = '{STORE}')
  + (SELECT count(*) FROM duckdb_views() WHERE NOT internal AND database_name = '{STORE}')
  + (SELECT count(*) FROM duckdb_sequences() WHERE database_name = '{STORE}')
  + (SELECT count(*) FROM duckdb_schemas() WHERE NOT internal AND database_name = '{STORE}')
"""  # noqa: S608 - a name of this service


@dataclass(frozen=True, slots=True)
class Database:
    """An open store. `store_id` tells cursors of different stores apart; `naming_key` makes identity names.

    `numbered` is the last record number whose identity is named by it; see `identity.names`.
    `path` is None in memory. Who reads does so within `gate.shared()`, who copies the whole store holds `copying`: so
    the file can be exchanged.
    """

    connection: duckdb.DuckDBPyConnection
    store_id: int
    naming_key: bytes
    numbered: int
    key: StoreKey | None = None
    path: Path | None = None
    gate: Gate = field(default_factory=Gate)
    copying: Lock = field(default_factory=Lock)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Another connection to the store, for another thread."""
        cursor = self.connection.cursor()
        use(cursor)
        return cursor

    def scratch(self, memory: str) -> duckdb.DuckDBPyConnection:
        """A database of its own for work on what is in the store; see `attaching.scratch_beside`."""
        return scratch_beside(self.path, self.key, memory)


class OlderStore(StoreError):
    """The store is of an older version, for which this one has no words to check it; serving brings it up."""


def open_database(path: Path | None, key: StoreKey | None = None) -> Database:
    """Opens the store at `path`, or one in memory for None; with a key, encrypted.

    Raises:
        StoreError: the file is damaged, not a store, in use, of another key or newer. It is left as it was.
    """
    migrations = _migrations()
    if path is not None and not path.absolute().parent.is_dir():
        raise StoreError(f"the folder of {path.name} does not exist")
    if path is not None and not path.exists() and log_of(path).exists():
        # DuckDB would take it for a leftover, and drop what it holds.
        raise StoreError(f"{log_of(path).name} is the log of a store, but {path.name} is missing")
    if path is not None and path.exists():
        settle_log(path)
        _refuse_unusable(path, key, len(migrations))
    connection = connect(path, key)
    connection.execute(f"SET checkpoint_threshold = '{_CHECKPOINT_THRESHOLD}'")
    connection.execute("SET TimeZone = 'UTC'")
    version = _schema_version(connection)
    for number, migration in enumerate(migrations[version:], start=version + 1):
        connection.begin()
        connection.execute(migration)
        connection.execute("INSERT OR REPLACE INTO settings VALUES ('schema_version', ?)", [str(number)])
        if version == 0 and number == 1:
            connection.execute(
                "INSERT INTO settings VALUES ('store_id', ?), ('naming_key', ?)",
                [str(secrets.randbits(32)), secrets.token_hex(32)],
            )
        connection.commit()
    return Database(
        connection,
        int(_setting(connection, "store_id")),
        bytes.fromhex(_setting(connection, "naming_key")),
        int(_setting(connection, "numbered")),
        key,
        path,
    )


def limit_memory(database: Database, mebibytes: int) -> None:
    """Bounds what DuckDB holds: blocks of the file, rows that no checkpoint has written, and what queries need.

    What does not fit is read again, or spilled beside the file.
    """
    database.connection.execute(f"SET memory_limit = '{mebibytes:d}MiB'")


STANDARDISER: Final = "standardiser"
BRING_UP: Final = "See with `resolver reresolve --plan` what would change, and bring it to this version with --apply"
"""What to do with a store that this version would resolve otherwise."""


def bind(database: Database, made_with: Mapping[str, str]) -> None:
    """Writes down what a new store's weights are made with, or compares it with an older one's.

    Raises:
        StoreError: the store was resolved with something else; its weights must not be mixed with others.
    """
    connection = database.connection
    for name, value in made_with.items():
        rows = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchall()
        if not rows:
            connection.execute("INSERT INTO settings VALUES (?, ?)", [name, value])
        elif rows[0][0] != value:
            connection.close()
            raise StoreError(
                f"the store was resolved with another {name}, {rows[0][0]}; this service has {value}."
                f" {'' if name == STANDARDISER else 'Serve it with the --holding that it began with. '}{BRING_UP}"
            )


def examine(path: Path, key: StoreKey | None = None) -> tuple[Checked, ...]:
    """Every invariant of the store at `path`, with how often it is broken. The file is only read.

    Raises:
        StoreError: the file is damaged, not a store, in use, of another key or of a newer version.
        OlderStore: it is of an older version.
    """
    if not path.exists():
        raise StoreError(f"{path.name} does not exist")
    unended(path)
    connection = connect(path, key, read_only=True)
    try:
        known = len(_migrations())
        _refuse_foreign(connection, path.name, known)
        _read_everything(connection)
        version = _schema_version(connection)
        if version < known:
            raise OlderStore(f"{path.name} is of an older version (schema {version}); `resolver serve` brings it up")
        return check(connection, THOROUGH)
    except (duckdb.Error, IndexError, ValueError) as error:
        raise StoreError(f"{path.name} is damaged or not a store of this service") from error
    finally:
        connection.close()


def _migrations() -> list[str]:
    """What leads from each version of the schema to the next: the scripts that begin with the number of the latter."""
    folder = files("resolver.store.migrations")
    scripts = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name)
    steps = groupby(scripts, key=lambda item: item.name.partition("_")[0])
    return ["".join(script.read_text(encoding="utf-8") for script in step) for _, step in steps]


def _refuse_unusable(path: Path, key: StoreKey | None, known: int) -> None:
    """Looks at the file without writing to it."""
    # DuckDB keeps a log beside the file until it is closed in order.
    crashed = log_of(path).exists()
    connection = connect(path, key, read_only=True)
    try:
        _refuse_foreign(connection, path.name, known)
        _read_everything(connection)
        if crashed and _schema_version(connection) == known:
            _refuse_broken(connection, path.name)
    except (duckdb.Error, IndexError, ValueError) as error:
        raise StoreError(f"{path.name} is damaged or not a store of this service, and was left as it is") from error
    finally:
        connection.close()


def _refuse_foreign(connection: duckdb.DuckDBPyConnection, name: str, known: int) -> None:
    version = _schema_version(connection)
    if version > known:
        raise StoreError(f"{name} was written by a newer version of this service (schema {version}, known {known})")
    if version == 0 and connection.execute(_FOREIGN_OBJECTS).fetchall() != [(0,)]:
        raise StoreError(f"{name} is a DuckDB database, but not a store of this service")


def _refuse_broken(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    broken = [each for each in check(connection) if each.breaches]
    if broken:
        what = "; ".join(f"{each.invariant.words} (not so: {', '.join(each.examples)})" for each in broken)
        raise StoreError(f"{name} is not whole after a crash, and was left as it is: {what}")


def _read_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Reads every block once: DuckDB finds a damaged one only when it is read, and by then may have written others."""
    for (table,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    ).fetchall():
        connection.table(table).aggregate("bit_xor(hash(COLUMNS(*)))").fetchall()


def _schema_version(connection: duckdb.DuckDBPyConnection) -> int:
    exists = connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'settings'").fetchall()
    return int(_setting(connection, "schema_version")) if exists else 0


def _setting(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    rows = connection.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchall()
    return str(rows[0][0])
