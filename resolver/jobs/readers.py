"""Files become numbered rows. A line that cannot be read is a row with a problem, so that it never stops the rest."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_CHUNK = 1 << 20
_PARQUET_BATCH = 4096


class FileFormat(Enum):
    """What a file of records is written in."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


_BY_SUFFIX = {
    ".jsonl": FileFormat.JSONL,
    ".ndjson": FileFormat.JSONL,
    ".json": FileFormat.JSONL,
    ".csv": FileFormat.CSV,
    ".parquet": FileFormat.PARQUET,
}


class UnreadableFile(Exception):
    """The file as a whole cannot be read: it has no header, is not Parquet, or its format is not known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line (from 1; in Parquet the row's number) and either its values or what is wrong with it."""

    line: int
    values: Mapping[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file's SHA-256 digest, its size in bytes, and about how many rows it has."""

    digest: str
    size: int
    rows: int


def format_of(path: Path) -> FileFormat:
    """The format that a file's name tells; `UnreadableFile` when it tells none."""
    try:
        return _BY_SUFFIX[path.suffix.lower()]
    except KeyError:
        known = ", ".join(_BY_SUFFIX)
        raise UnreadableFile(f"{path.name}: the format is not known; a name ends in one of {known}") from None


def facts(path: Path) -> FileFacts:
    """Reads the file once. Line feeds count as rows, so quoted ones in CSV make `rows` an upper bound."""
    digest, size, lines = hashlib.sha256(), 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            lines += chunk.count(b"\n")
    if format_of(path) is FileFormat.PARQUET:
        lines = _parquet(path).metadata.num_rows
    return FileFacts(digest.hexdigest(), size, lines)


def columns(path: Path) -> tuple[str, ...] | None:
    """The columns that a file's header names; None for JSON lines, which have no header."""
    match format_of(path):
        case FileFormat.CSV:
            with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                return tuple(_header(path, csv.reader(file)))
        case FileFormat.PARQUET:
            return tuple(_parquet(path).schema_arrow.names)
        case FileFormat.JSONL:
            return None


def without_text(path: Path) -> frozenset[str]:
    """The columns of a Parquet file whose values are no single text, number, date or truth value."""
    if format_of(path) is not FileFormat.PARQUET:
        return frozenset()
    return frozenset(field.name for field in _parquet(path).schema_arrow if _has_no_text(field.type))


def _has_no_text(kind: pa.DataType) -> bool:
    binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    return bool(binary or pa.types.is_nested(kind))


def rows(path: Path, after: int = 0) -> Iterator[Row]:
    """Every row whose line is greater than `after`, in order. Blank lines are no rows."""
    match format_of(path):
        case FileFormat.JSONL:
            return _jsonl(path, after)
        case FileFormat.CSV:
            return _csv(path, after)
        case FileFormat.PARQUET:
            return _parquet_rows(path, after)


def _jsonl(path: Path, after: int) -> Iterator[Row]:
    with path.open("rb") as file:
        for line, raw in enumerate(file, start=1):
            if line > after and raw.strip():
                yield _json_row(line, raw.removeprefix(b"\xef\xbb\xbf") if line == 1 else raw)


def _json_row(line: int, raw: bytes) -> Row:
    try:
        values = json.loads(raw)
    except UnicodeDecodeError:
        return Row(line, {}, "is not UTF-8")
    except json.JSONDecodeError as error:
        return Row(line, {}, f"is not JSON: {error.msg} at column {error.colno}")
    except (RecursionError, ValueError):
        return Row(line, {}, "is not JSON that can be read: it is too deep or has too long a number")
    return Row(line, values) if isinstance(values, dict) else Row(line, {}, "is not a JSON object")


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = next(reader)
    except (StopIteration, csv.Error):
        raise UnreadableFile(f"{path.name}: has no header") from None
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFile(f"{path.name}: the header names a column twice: {', '.join(twice)}")
    return header


def _csv(path: Path, after: int) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file)
        header = _header(path, reader)
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, {}, f"is not CSV: {error}")
                continue
            if fields and line > after:
                yield _csv_row(line, header, fields)


def _csv_row(line: int, header: list[str], fields: list[str]) -> Row:
    if len(fields) != len(header):
        return Row(line, {}, f"has {len(fields)} fields, the header has {len(header)}")
    if any("\udc80" <= letter <= "\udcff" for field in fields for letter in field):
        return Row(line, {}, "is not UTF-8")
    return Row(line, dict(zip(header, fields, strict=True)))


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(f"{path.name}: is not Parquet ({error})") from None


def _parquet_rows(path: Path, after: int) -> Iterator[Row]:
    line, batches = 0, _parquet(path).iter_batches(batch_size=_PARQUET_BATCH)
    while True:
        try:
            batch = next(batches, None)
        except (OSError, ValueError) as error:
            raise UnreadableFile(f"{path.name}: is damaged after row {line:,} ({error})") from None
        if batch is None:
            return
        if line + batch.num_rows > after:
            for offset, values in enumerate(batch.to_pylist(), start=1):
                if line + offset > after:
                    yield Row(line + offset, values)
        line += batch.num_rows
