"""`BackupService`: copies of the store, made while it serves."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from threading import Lock

import grpc

from ftf.resolution.v1 import backup_service_pb2 as pb
from ftf.resolution.v1 import backup_service_pb2_grpc as pb_grpc
from resolver.domain.errors import BackupRefused, ErrorReason, FieldViolation, InvalidInput
from resolver.domain.feed import BEGINNING
from resolver.rpc.backend import Backend
from resolver.rpc.cursors import encode_cursor_for_all
from resolver.store.backups import BACKUP_ID, Backup

_log = logging.getLogger(__name__)


class BackupService(pb_grpc.BackupServiceServicer):
    """Makes one copy at a time."""

    def __init__(self, backend: Backend, folder: Path | None) -> None:
        """Takes the folder for copies; None refuses to make any."""
        self._backend = backend
        self._folder = folder
        self._turn = Lock()

    async def CreateBackup(
        self, request: pb.CreateBackupRequest, context: grpc.aio.ServicerContext[pb.CreateBackupRequest, pb.Backup]
    ) -> pb.Backup:
        """Copies the store into the folder."""
        if not BACKUP_ID.fullmatch(request.backup_id):
            raise InvalidInput((FieldViolation("backup_id", "must be 1 to 63 characters of a-z, 0-9 and -"),))
        if self._folder is None:
            words = "this service was started without a folder for backups"
            raise BackupRefused(ErrorReason.BACKUP_NOT_CONFIGURED, words)
        backup = await self._backend.run(self._make, self._folder, request.backup_id)
        message = _message(request.backup_id, backup)
        place = await self._backend.read(self._backend.reader.feed.place, backup.decisions)
        message.cursor = encode_cursor_for_all(place or BEGINNING, self._backend.view_of(context))
        return message

    def _make(self, folder: Path, name: str) -> Backup:
        if not self._turn.acquire(blocking=False):
            raise BackupRefused(ErrorReason.BACKUP_RUNNING, "another backup is being made")
        try:
            backup = self._backend.engine.backup(folder, name, self._backend.stopping.is_set)
        finally:
            self._turn.release()
        # Whoever asked may have given up meanwhile.
        _log.info("backup %s: %d decisions, %d bytes", name, backup.decisions, backup.bytes)
        return backup


def _message(name: str, backup: Backup) -> pb.Backup:
    message = pb.Backup(
        name=f"backups/{name}",
        decisions=backup.decisions,
        size_bytes=backup.bytes,
        sha256=bytes.fromhex(backup.sha256),
        encrypted=backup.encrypted,
    )
    message.create_time.FromDatetime(datetime.fromisoformat(backup.create_time))
    return message
