"""The markings of the records of a store, by the names of the records, kept in memory.

Whatever names a record is answered with the marking that holds now, the event of years ago as well, so it is looked up
when the answer is made, and never kept with what names the record. Only records that state one are here.

A marking stands in the row of its record, as a text: it goes with the row when the record is purged. There are few
different ones, which the columns of DuckDB and the values here share.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

import duckdb

from resolver.domain.handling import Guard, Viewer
from resolver.domain.marking import UNMARKED, Marked, Marking
from resolver.store.guards import Guards

_ALL: Final = "SELECT name, guard, marking FROM records WHERE marking <> ''"
_ROWS_AT_ONCE: Final = 10_000


class Markings:
    """Belongs to the one writer, which changes it within its transactions; any thread may look one up."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, guards: Guards) -> None:
        """Reads those of the store, whose guards are given."""
        self._marked: dict[str, Marked] = {}
        self._shared: dict[Marked, Marked] = {}
        self._changed: dict[str, Marked | None] = {}
        self._former: dict[str, Marked | None] = {}
        stated: dict[tuple[int, str], Marked] = {}
        for batch in connection.execute(_ALL).to_arrow_reader(_ROWS_AT_ONCE):
            names, *handling = (column.to_pylist() for column in batch.columns)
            for name, each in zip(names, zip(*handling, strict=True), strict=True):
                if each not in stated:
                    guard, text = each
                    stated[each] = self._share(Marked(guards.guard(guard), marking_from_text(text)))
                self._marked[name] = stated[each]

    def __len__(self) -> int:
        """How many records state one."""
        return len(self._marked)

    def shown(self, names: Iterable[str], viewer: Viewer | None) -> dict[str, Marking]:
        """The markings that hold now, of those of some records that state one and that a viewer sees. Does not block.

        Each is that of the version which the viewer was let see: both are looked up together.
        """
        marked = self._marked
        if not marked:
            return {}
        found = {}
        for name in names:
            each = marked.get(name)
            if each is not None and each.shown_to(viewer):
                found[name] = each.marking
        return found

    def state(self, name: str, guard: Guard | None, marking: Marking) -> None:
        """Notes what a new version of a record states, which stands behind a guard; a withdrawal states nothing."""
        self._changed[name] = None if marking == UNMARKED else self._share(Marked(guard, marking))

    def purge(self, names: Iterable[str]) -> None:
        """Notes that records are gone for good."""
        self._changed |= dict.fromkeys(names)
        # It may be shared by nobody now. What others share is shared again as they are written.
        self._shared.clear()

    def publish(self) -> None:
        """Lets everybody see what was noted; before the commit, so that nobody reads of a change and sees what was."""
        for name, marked in self._changed.items():
            self._former[name] = self._marked.get(name)
            self._set(name, marked)
        self._changed.clear()

    def commit(self) -> None:
        """Keeps what was published."""
        self._former.clear()

    def rollback(self) -> None:
        """Takes back what was noted, and published, since the last commit."""
        self._changed.clear()
        for name, marked in self._former.items():
            self._set(name, marked)
        self._former.clear()

    def _set(self, name: str, marked: Marked | None) -> None:
        if marked is None:
            self._marked.pop(name, None)
        else:
            self._marked[name] = marked

    def _share(self, marked: Marked) -> Marked:
        return self._shared.setdefault(marked, marked)


def marking_to_text(marking: Marking) -> str:
    """A marking as JSON; the same text for the same marking, and an empty one where nothing is stated."""
    if marking == UNMARKED:
        return ""
    stated = [
        marking.classification,
        marking.codes,
        marking.scheme,
        marking.source_code,
        marking.information_code,
    ]
    return json.dumps(stated, ensure_ascii=False, separators=(",", ":"))


def marking_from_text(text: str) -> Marking:
    """The marking of a text."""
    if not text:
        return UNMARKED
    classification, codes, *grading = json.loads(text)
    return Marking(classification, tuple(codes), *grading)
