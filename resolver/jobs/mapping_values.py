"""A mapping's values: a template over columns, and what may be done to its text.

"{given_name} {surname}"                                   columns joined
{value: "{sex}", map: {m: MALE, f: FEMALE}}                texts exchanged
{value: "{citizenship}", split: ";", map: {Iraq: IRQ}}     several values in one column
{value: "{dob}", formats: ["%d.%m.%Y", "%Y"]}              a date
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from resolver.jobs.mapping_choices import Choices

_COLUMN = re.compile(r"\{([^{}]+)\}")
_SPACE = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_DAY = re.compile(r"%[dj]")
_MONTH = re.compile(r"%[mbB]")
DEFAULT_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")


class Otherwise(Enum):
    """What happens to a text that its map or its formats do not have."""

    REJECT = "reject"
    ABSENT = "absent"
    KEEP = "keep"


class RowRejected(Exception):
    """A row does not yield a record; `field` is the mapping's key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"{key}: {message}")
        self.field = key
        self.message = message


@dataclass(frozen=True, slots=True)
class Template:
    """A text with columns in braces. An absent column contributes nothing; separators left at the ends go."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the template names."""
        return tuple(_COLUMN.findall(self.text))

    def fill(self, row: Row) -> str:
        """The text for a row; empty when the template names columns and all of them are absent."""
        if not self.columns:
            return self.text
        if not any(row.text(column) for column in self.columns):
            return ""
        filled = _COLUMN.sub(lambda found: row.text(found.group(1)), self.text)
        return _SPACE.sub(" ", filled).strip(" ,;/")


@dataclass(frozen=True, slots=True)
class Row:
    """A row's values with the texts that stand for nothing."""

    values: Mapping[str, Any]
    nulls: frozenset[str]

    def text(self, column: str) -> str:
        """The trimmed text of a column, or of a dotted path into nested values; empty when absent."""
        value = self.values[column] if column in self.values else _walk(self.values, column)
        if value is None:
            return ""
        text = _SPACE.sub(" ", str(value)).strip(" ")
        return "" if text in self.nulls else text


def _walk(values: object, path: str) -> object:
    for part in path.split("."):
        if not isinstance(values, Mapping):
            return None
        values = values.get(part)
    return values


@dataclass(frozen=True, slots=True)
class Value:
    """A text, or several where `split` is set."""

    key: str
    template: Template
    map: Mapping[str, str] = field(default_factory=dict)
    otherwise: Otherwise = Otherwise.KEEP
    split: str = ""
    choices: Choices | None = None

    def texts(self, row: Row) -> list[str]:
        """The texts that a row states, mapped, without absent ones and without repeats."""
        whole = self.template.fill(row)
        parts = whole.split(self.split) if self.split else [whole]
        mapped = (self._mapped(part.strip()) for part in parts if part.strip() and part.strip() not in row.nulls)
        return list(dict.fromkeys(text for text in mapped if text))

    def text(self, row: Row) -> str:
        """The first text; empty when absent."""
        return next(iter(self.texts(row)), "")

    def _mapped(self, text: str) -> str:
        mapped = self.map.get(text.casefold())
        if mapped is None and self.map and self.otherwise is not Otherwise.KEEP:
            return self._refused("the value is not in the map")
        chosen = text if mapped is None else mapped
        if not self.choices or not chosen:
            return chosen
        name = chosen.upper().removeprefix(self.choices.prefix)
        if name not in self.choices.names:
            return self._refused("the value is none of " + ", ".join(sorted(self.choices.names)))
        return self.choices.prefix + name

    def _refused(self, message: str) -> str:
        if self.otherwise is Otherwise.ABSENT:
            return ""
        raise RowRejected(self.key, message)


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date, read by the first format that fits; a format without a day or a month gives a partial date."""

    key: str
    template: Template
    formats: tuple[str, ...] = DEFAULT_FORMATS
    otherwise: Otherwise = Otherwise.REJECT

    def date(self, row: Row) -> tuple[dict[str, int], str] | None:
        """The date in the form of `google.type.Date` and the text that it was read from; None when absent."""
        text = self.template.fill(row)
        if not text:
            return None
        for pattern in self.formats:
            try:
                day = datetime.strptime(text, pattern)  # noqa: DTZ007 - a birth date has no time zone
            except ValueError:
                continue
            return _partial(day, pattern), text
        if self.otherwise is Otherwise.REJECT:
            raise RowRejected(self.key, f"the date does not exist or has none of the formats {', '.join(self.formats)}")
        return None


def _partial(day: datetime, pattern: str) -> dict[str, int]:
    if _DAY.search(pattern):
        return {"year": day.year, "month": day.month, "day": day.day}
    if _MONTH.search(pattern):
        return {"year": day.year, "month": day.month}
    return {"year": day.year}
