"""Requests to store records, as the engine's writes."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from ftf.resolution.v1 import record_pb2
from ftf.resolution.v1 import reresolution_service_pb2 as reresolution_pb
from ftf.resolution.v1 import resolution_service_pb2 as pb
from resolver.access.rights import WriteRights
from resolver.domain.errors import InvalidInput
from resolver.domain.owner import Owner
from resolver.engine.asked.source_steps import StageRecords
from resolver.engine.asked.submission import Submission
from resolver.engine.asked.writes import Withdrawal, Write
from resolver.rpc import limits
from resolver.rpc.convert import record_payload, record_to_domain
from resolver.rpc.repeatable import check_request_id, digest_of, request_key_of
from resolver.rpc.resource_names import is_record_name, record_name_violation, staged_source_number
from resolver.rpc.validate import validate_record
from resolver.rpc.validate_text import check_text
from resolver.rpc.violations import Violations


def single_write(request: pb.ResolveRecordRequest, rights: WriteRights | None) -> Write:
    """The write of one record. Its owner is filled in where it states none, here and below.

    Raises:
        InvalidInput: with every wrong field.
    """
    stated = _fill_owner(request.record, _own(rights))
    violations = Violations()
    violations.extend(validate_record(request.record, "record"))
    check_request_id(violations, request.request_id)
    violations.raise_any()
    return Write(
        (submission(request.record, owner_stated=stated),),
        request_key=request_key_of(request),
        digest=digest_of(request),
        atomic=True,
        validate_only=request.validate_only,
    )


def batch_write(request: pb.BatchResolveRecordsRequest, rights: WriteRights | None) -> Write:
    """The write of a batch, all or nothing.

    Raises:
        InvalidInput: with the wrong fields of all its requests.
    """
    stated = [_fill_owner(single.record, _own(rights)) for single in request.requests]
    violations = Violations()
    count = len(request.requests)
    if not count:
        violations.add("requests", "must not be empty")
    check_request_id(violations, request.request_id)
    named: set[str] = set()
    for path, single in violations.entries("requests", request.requests, limits.BATCH_RECORDS):
        violations.extend(validate_record(single.record, f"{path}.record"))
        if single.record.name in named:
            violations.add(f"{path}.record.name", "is named before in this batch")
        named.add(single.record.name)
        for field in ("validate_only", "request_id"):
            if getattr(single, field):
                violations.add(f"{path}.{field}", "must not be set within a batch")
    violations.raise_any()
    return Write(
        tuple(
            submission(single.record, owner_stated=said) for single, said in zip(request.requests, stated, strict=True)
        ),
        request_key=request_key_of(request),
        digest=digest_of(request),
        atomic=True,
        validate_only=request.validate_only,
    )


def staging_write(request: reresolution_pb.StageRecordsRequest, rights: WriteRights | None) -> Write:
    """The write that stages records, all or none.

    Raises:
        InvalidInput: with the wrong fields of all its records.
    """
    number = staged_source_number("staged_source", request.staged_source) if request.staged_source else 0
    stated = [_fill_owner(record, _own(rights)) for record in request.records]
    violations = Violations()
    if not request.records and not (number and request.whole):
        violations.add("records", "must not be empty")
    named: set[str] = set()
    for path, record in violations.entries("records", request.records, limits.BATCH_RECORDS):
        violations.extend(validate_record(record, path))
        if record.name in named:
            violations.add(f"{path}.name", "is named before in this request")
        named.add(record.name)
        if record.etag:
            violations.add(f"{path}.etag", "must not be set")
    violations.raise_any()
    staged = [submission(record, owner_stated=said) for record, said in zip(request.records, stated, strict=True)]
    return Write((), step=StageRecords(number, staged, request.whole))


def withdrawal_write(request: pb.WithdrawRecordRequest) -> Write:
    """The write that withdraws a record.

    Raises:
        InvalidInput: with every wrong field.
    """
    violations = Violations()
    if not is_record_name(request.name):
        violations.extend([record_name_violation("name")])
    check_text(violations, "etag", request.etag, limits.ETAG)
    check_request_id(violations, request.request_id)
    violations.raise_any()
    return Write(
        (Withdrawal(request.name, request.etag),),
        request_key=request_key_of(request),
        digest=digest_of(request),
        atomic=True,
        validate_only=request.validate_only,
    )


def stream_writes(stream_id: str, request: pb.ResolveRecordsRequest, rights: WriteRights | None) -> Iterator[Write]:
    """The writes of one message of a stream, each made when it is asked for.

    Wrong records stand in them as their errors, beside their good neighbours. A long message is cut, always at the same
    places: each part is a transaction of its own if need be, so that others do not wait for the whole, and a repeat
    finds the first answer of each part. What another version cut at other places is no first answer of these.
    """
    stated = [_fill_owner(record, _own(rights)) for record in request.records]
    size = limits.STREAM_PART
    key, digest = f"s:{stream_id.lower()}:{request.sequence}", _stream_digest(request)
    for start in range(0, len(request.records), size):
        changes = tuple(
            _submission_or_error(request.records[place], f"records[{place}]", owner_stated=stated[place])
            for place in range(start, min(start + size, len(request.records)))
        )
        yield Write(changes, request_key=f"{key}:{start}/{size}", digest=digest, streamed=True)


def submission(record: record_pb2.Record, *, owner_stated: bool) -> Submission:
    """A valid record as the engine takes it."""
    return Submission(record_to_domain(record), record_payload(record), record.etag, owner_stated=owner_stated)


def submission_or_error(record: record_pb2.Record, own: Owner | None, path: str) -> Submission | InvalidInput:
    """A record as the engine takes it, or all that is wrong with it; `own` is whose it is where it does not say."""
    return _submission_or_error(record, path, owner_stated=_fill_owner(record, own))


def _submission_or_error(record: record_pb2.Record, path: str, *, owner_stated: bool) -> Submission | InvalidInput:
    violations = validate_record(record, path)
    return InvalidInput(tuple(violations)) if violations else submission(record, owner_stated=owner_stated)


def _own(rights: WriteRights | None) -> Owner | None:
    return None if rights is None else rights.own


def _fill_owner(record: record_pb2.Record, own: Owner | None) -> bool:
    """Makes a caller the owner of a record that does not say of whom else it is; whether it says whose it is."""
    if own is None:
        return True
    owner = record.owner
    stated = bool(owner.country and owner.authority)
    if owner.country in ("", own.country) and owner.authority in ("", own.authority):
        owner.country, owner.authority = own.country, own.authority
    return stated


def _stream_digest(request: pb.ResolveRecordsRequest) -> bytes:
    # The stream's id may be empty in one sending and set in the next, when that is the first of its call.
    copy = pb.ResolveRecordsRequest()
    copy.CopyFrom(request)
    copy.stream_id = ""
    return sha256(copy.SerializeToString(deterministic=True)).digest()
