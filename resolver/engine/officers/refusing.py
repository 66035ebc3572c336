"""Why a change to a record cannot be carried out: who sends it may not, or it does not fit what is there."""

from __future__ import annotations

from resolver.access.rights import WriteRights
from resolver.domain.errors import Conflict, ErrorReason, NotFound, PermissionDenied, ResolverError
from resolver.domain.owner import Owner
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Change, Withdrawal
from resolver.store.resident import KnownRecord
from resolver.store.views import etag_of


def refusal(change: Change, before: KnownRecord | None, rights: WriteRights | None) -> ResolverError | None:
    """Why a change to a record cannot be carried out; None when it can. `before` is the record as it is known."""
    if rights is not None:
        try:
            _check_rights(change, None if before is None else before.standing.owner, rights)
        except PermissionDenied as error:
            return error
    if isinstance(change, Withdrawal) and (before is None or before.withdrawn):
        return NotFound(ErrorReason.RECORD_NOT_FOUND, f"record {change.name} does not exist")
    if change.etag and (before is None or change.etag != etag_of(before.version)):
        return Conflict(ErrorReason.ETAG_MISMATCH, f"the etag of {change.name} is not that of its current version")
    return None


def _check_rights(change: Change, owner: Owner | None, rights: WriteRights) -> None:
    if isinstance(change, Submission):
        rights.check_record(change.name, change.record.owner, owner, stated=change.owner_stated)
    else:
        rights.check_withdrawal(change.name, owner)
