"""How long records are kept, between the contract and the domain."""

from __future__ import annotations

from datetime import date
from typing import Final, cast

from google.type import date_pb2

from ftf.resolution.v1 import record_pb2, retention_pb2
from resolver.domain.decision import Decision
from resolver.domain.purged import PURGED
from resolver.domain.retention import Dates, DueRecord, Extended, PurgeReason, RecordClass, Stated
from resolver.rpc.marking_messages import mark
from resolver.rpc.validate_date import first_day, last_day
from resolver.rpc.view import View

_CLASSES: Final = {each.value: each for each in RecordClass}
_EFFECTIVE: Final = ("effective_review_date", "effective_expiry_date", "effective_class")


def stated_of(message: record_pb2.Record) -> Stated:
    """What the owner of a valid record states. A partial review date is its first day, an expiry its last."""
    retention = message.retention
    return Stated(
        _CLASSES.get(message.record_class, RecordClass.UNSPECIFIED),
        first_day(retention.review_date) if retention.HasField("review_date") else None,
        last_day(retention.expiry_date) if retention.HasField("expiry_date") else None,
    )


def stated_in(payload: bytes) -> Stated:
    """The same of a record as it is stored."""
    return stated_of(record_pb2.Record.FromString(payload))


def show_dates(message: record_pb2.Record, dates: Dates) -> None:
    """Fills in what the server gives of a record's retention."""
    message.retention.effective_review_date.CopyFrom(day_to_message(dates.review))
    message.retention.effective_expiry_date.CopyFrom(day_to_message(dates.expiry))
    message.retention.effective_class = _class(dates.record_class)


def clear_dates(message: record_pb2.Record) -> None:
    """Takes out what the server gives, so that a record that was read may be sent again as it is."""
    if message.HasField("retention"):
        for field in _EFFECTIVE:
            message.retention.ClearField(field)
        if not message.retention.ByteSize():
            message.ClearField("retention")


def extended_to_message(extended: Extended, view: View) -> retention_pb2.RecordRetention:
    """The receipt of an extension."""
    return _dates(extended.record, extended.dates, view)


def due_to_message(due: DueRecord, view: View) -> retention_pb2.RecordRetention:
    """A record that is due."""
    message = _dates(due.record, due.dates, view)
    message.extensions = due.extensions
    message.last_reason = due.last_reason
    if due.last_extension is not None:
        message.last_extend_time.FromDatetime(due.last_extension)
    return message


def review_due_of(decision: Decision) -> retention_pb2.ReviewDue | None:
    """What a decision tells of near dates; None for one that tells of none."""
    due = decision.due
    if due is None:
        return None
    days = day_to_message(due.review), day_to_message(due.expiry)
    return retention_pb2.ReviewDue(review_date=days[0], expiry_date=days[1], record_class=_class(due.record_class))


def purge_of(decision: Decision) -> retention_pb2.Purge | None:
    """What a decision tells of a purge; None for one that tells of none."""
    purge = decision.purge
    if purge is None:
        return None
    message = retention_pb2.Purge(
        record_digest=bytes.fromhex(decision.record.removeprefix(PURGED)),
        record_class=_class(purge.record_class),
        reason=_reason(purge.reason),
    )
    message.purge_time.FromDatetime(decision.commit_time)
    return message


def day_to_message(day: date) -> date_pb2.Date:
    """A day."""
    return date_pb2.Date(year=day.year, month=day.month, day=day.day)


def _dates(record: str, dates: Dates, view: View) -> retention_pb2.RecordRetention:
    message = retention_pb2.RecordRetention(
        record=record,
        record_class=_class(dates.record_class),
        review_date=day_to_message(dates.review),
        expiry_date=day_to_message(dates.expiry),
    )
    mark(message.record_markings, (record,), view)
    return message


def _class(given: RecordClass) -> record_pb2.RecordClass.ValueType:
    return cast("record_pb2.RecordClass.ValueType", given.value)


def _reason(reason: PurgeReason) -> retention_pb2.PurgeReason.ValueType:
    return cast("retention_pb2.PurgeReason.ValueType", reason.value)
