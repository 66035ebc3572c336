"""Rows become messages of a stream. The same rows after the same line always become the same messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format

from ftf.resolution.v1.record_pb2 import Record
from ftf_client.sender import MAXIMUM_BYTES
from resolver.jobs.mapping_values import RowRejected
from resolver.jobs.readers import Row
from resolver.jobs.rejects import Reject
from resolver.rpc.json_messages import message_of


@dataclass(frozen=True, slots=True)
class Batch:
    """One message: its records with their lines, and the rejects among the rows up to `last_line`."""

    sequence: int
    records: tuple[Record, ...]
    lines: tuple[int, ...]
    rejects: tuple[Reject, ...]
    last_line: int


def batches(
    rows: Iterable[Row],
    to_json: Callable[[Mapping[str, Any]], dict[str, Any]],
    size: int,
    first_sequence: int,
    maximum_bytes: int = MAXIMUM_BYTES,
) -> Iterator[Batch]:
    """Messages within both limits. Only the last may be without records: the rejects at the end."""
    sequence, weight, line = first_sequence, 0, 0
    records: list[tuple[int, Record]] = []
    rejects: list[Reject] = []
    for row in rows:
        line = row.line
        found = record_of(row, to_json, maximum_bytes)
        if isinstance(found, Reject):
            rejects.append(found)
            continue
        bytes_ = found.ByteSize()
        if records and weight + bytes_ > maximum_bytes:
            yield _batch(sequence, records, rejects)
            # Rejects after the last record are told with the next message, which a resumed import begins with.
            rejects = [each for each in rejects if each.line > records[-1][0]]
            sequence, weight, records = sequence + 1, 0, []
        records.append((row.line, found))
        weight += bytes_
        if len(records) == size:
            yield _batch(sequence, records, rejects)
            sequence, weight, records, rejects = sequence + 1, 0, [], []
    if records:
        yield _batch(sequence, records, rejects)
        sequence, rejects = sequence + 1, [each for each in rejects if each.line > records[-1][0]]
    if rejects:
        yield Batch(sequence, (), (), tuple(rejects), line)


def _batch(sequence: int, records: list[tuple[int, Record]], rejects: list[Reject]) -> Batch:
    last = records[-1][0]
    return Batch(
        sequence,
        tuple(record for _, record in records),
        tuple(line for line, _ in records),
        tuple(each for each in rejects if each.line < last),
        last,
    )


def record_of(
    row: Row, to_json: Callable[[Mapping[str, Any]], dict[str, Any]], maximum_bytes: int = MAXIMUM_BYTES
) -> Record | Reject:
    """The record that a row states, or why it states none."""
    if row.problem:
        return Reject(row.line, "UNREADABLE", "", row.problem)
    try:
        record = message_of(to_json(row.values), Record)
    except RowRejected as error:
        return Reject(row.line, "MAPPING", error.field, error.message)
    except UnicodeEncodeError:
        return Reject(row.line, "TEXT_NOT_ALLOWED", "", "has a lone surrogate")
    except (json_format.ParseError, ValueError, TypeError, RecursionError) as error:
        return Reject(row.line, "UNREADABLE", "", f"is not a record: {error}")
    if record.ByteSize() > maximum_bytes:
        return Reject(row.line, "LIMIT_EXCEEDED", "", f"is larger than {maximum_bytes:,} bytes", record.name)
    return record
