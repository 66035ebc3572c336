"""Backups: a copy of a store and, once that is whole and durable, a manifest that says what it is.

A restored store keeps its number. What was decided after the copy was made is not in it, and clients who followed that
notice: their cursors lie beyond its feed, or bear the mark of another decision (see `rpc/cursors.py`).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb

from resolver.domain.errors import BackupRefused, ErrorReason, StoreError
from resolver.store.attaching import connect
from resolver.store.copying import copy_store, make_durable
from resolver.store.database import OlderStore, examine, open_database
from resolver.store.faults import storage_faults
from resolver.store.keys import StoreKey
from resolver.store.log_file import log_of, logs_of

BACKUP_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Backup:
    """What a manifest says: `decisions` is the last place in the feed, `bytes` and `sha256` are the file's.

    `create_time` is UTC.
    """

    file: str
    decisions: int
    create_time: str
    encrypted: bool
    bytes: int
    sha256: str
    format: int = _FORMAT


def manifest_of(folder: Path, name: str) -> Path:
    """Where the manifest of a backup is."""
    return folder / f"{name}.json"


def make_backup(
    cursor: duckdb.DuckDBPyConnection,
    key: StoreKey | None,
    folder: Path,
    name: str,
    now: datetime,
    given_up: Callable[[], bool] = lambda: False,
) -> Backup:
    """Copies an open store into `{folder}/{name}.duckdb` and describes it in `{name}.json`. Failed, it leaves nothing.

    Raises:
        BackupRefused: there is a backup of that name, the folder cannot be written, or the copy was given up.
        StorageFull: there is no room.
    """
    file, manifest = folder / f"{name}.duckdb", manifest_of(folder, name)
    if file.exists() or manifest.exists():
        raise BackupRefused(ErrorReason.BACKUP_EXISTS, f"backup backups/{name} exists")
    unfinished = folder / f"{name}.unfinished"
    unfinished.unlink(missing_ok=True)
    try:
        decisions = copy_store(cursor, unfinished, key, given_up)
        unfinished.rename(file)
        size, digest = file.stat().st_size, _digest(file)
        backup = Backup(file.name, decisions, now.isoformat(), key is not None, size, digest)
        with storage_faults():
            unfinished.write_text(json.dumps(asdict(backup), indent=2) + "\n", encoding="utf-8")
            make_durable(unfinished)
        unfinished.rename(manifest)
        make_durable(manifest)
    except BaseException as error:
        for left in (unfinished, file, manifest):
            left.unlink(missing_ok=True)
        if isinstance(error, StoreError):
            words = "no file can be written in the folder for backups"
            raise BackupRefused(ErrorReason.BACKUP_NOT_CONFIGURED, words) from error
        raise
    return backup


def backup_stopped(path: Path, key: StoreKey | None, folder: Path, name: str, now: datetime) -> Backup:
    """The same of a store that no server has open. It is checked first, unless it is of an older version.

    Raises:
        StoreError: the store cannot be opened, or is not whole.
    """
    with suppress(OlderStore):
        refuse_broken(path, key)
    connection = connect(path, key, read_only=True)
    try:
        return make_backup(connection, key, folder, name, now)
    finally:
        connection.close()


def restore(manifest: Path, path: Path, key: StoreKey | None, *, replace: bool = False) -> tuple[Backup, Path | None]:
    """Verifies a backup and puts it at `path`. A store that is there is kept under another name, if `replace` is set.

    A backup of an older version is brought up to this one. Gives what the manifest says, and where the store is that
    was replaced. Nothing is changed before everything is verified.

    Raises:
        StoreError: the backup is not what its manifest says or not whole; or there is a store, or it is in use.
    """
    backup = read_manifest(manifest)
    file = manifest.with_name(backup.file)
    if not replace and (path.exists() or log_of(path).exists()):
        raise StoreError(f"{path.name} exists; say so if it shall be replaced")
    if not file.exists():
        raise StoreError(f"{file.name} does not exist")
    unfinished = path.with_name(f"{path.name}.restoring")
    try:
        shutil.copyfile(file, unfinished)
        if unfinished.stat().st_size != backup.bytes or _digest(unfinished) != backup.sha256:
            raise StoreError(f"{file.name} is not what {manifest.name} says; nothing was restored")
        open_database(unfinished, key).connection.close()
        refuse_broken(unfinished, key)
        make_durable(unfinished)
        kept = _set_aside(path) if replace else None
        unfinished.rename(path)
        make_durable(path)
    except OSError as error:
        raise StoreError(f"{path.name} cannot be restored: {error.strerror}") from error
    finally:
        for left in (unfinished, log_of(unfinished)):
            left.unlink(missing_ok=True)
    return backup, kept


def read_manifest(manifest: Path) -> Backup:
    """What a manifest says.

    Raises:
        StoreError: it is missing, or no manifest.
    """
    try:
        backup = Backup(**json.loads(manifest.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise StoreError(f"{manifest.name} does not exist") from None
    except (OSError, TypeError, ValueError):
        raise StoreError(f"{manifest.name} is not the manifest of a backup") from None
    if backup.format != _FORMAT or backup.file != f"{manifest.stem}.duckdb":
        raise StoreError(f"{manifest.name} is not the manifest of a backup, or of a newer version")
    return backup


def refuse_broken(path: Path, key: StoreKey | None) -> None:
    """Raises StoreError for a store that is not whole, or cannot be read."""
    broken = [each.invariant.words for each in examine(path, key) if each.breaches]
    if broken:
        raise StoreError(f"{path.name} is not whole: {'; '.join(broken)}")


def _set_aside(path: Path) -> Path | None:
    """Renames a store that nobody has open, with its log; gives its new place, None where nothing was."""
    if not path.exists() and not log_of(path).exists():
        return None
    places = (path.with_name(f"{path.name}.replaced-{number}") for number in range(1, 10_000))
    kept = next(place for place in places if not place.exists() and not log_of(place).exists())
    if path.exists():
        with path.open("r+b") as file:
            try:
                # DuckDB holds the same lock for as long as it has the file open.
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreError(f"{path.name} is in use by another process") from None
            # Before its log: a store without one would open, without what was committed last.
            path.rename(kept)
    for log, place in zip(logs_of(path), logs_of(kept), strict=True):
        if log.exists():
            log.rename(place)
    return kept


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
