"""What a store will be resolved with next, made ready beside what it is resolved with now.

Pairs always, and what records state where the term frequencies or the standardiser differ: in tables of the store
(`staged_...`) that nothing reads, and in memory as the writer reads it. To take over is then a matter of names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import pyarrow as pa

from resolver.linkage.columns import SCHEMA as CONTENT
from resolver.store import row_schemas
from resolver.store.configuration import Configuration
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.resident_rows import as_keys, by_columns, places_of
from resolver.store.resident_table import ResidentTable

TABLES: Final[Mapping[str, str]] = {
    "comparable": "comparable",
    "facts": "facts",
    "keys": "blocking_keys",
    "pairs": "pairs",
}
"""The tables of the store that may be staged, by the names of the writer's statements."""


class Staging:
    """Filled by one thread, and then, while that waits, changed and taken over by the writer's."""

    def __init__(self, configuration: Configuration, *, with_content: bool) -> None:
        self.configuration = configuration
        self.content = ResidentTable(CONTENT, ("record_number", "key")) if with_content else None
        self.facts = ResidentTable(FACTS, ("record_number",)) if with_content else None
        self.pairs = ResidentTable(row_schemas.PAIRS, ("record_number", "other_number"))

    @property
    def tables(self) -> tuple[str, ...]:
        """What of `TABLES` is staged."""
        return tuple(TABLES) if self.content is not None else ("pairs",)

    def add_content(self, content: pa.Table, facts: pa.Table, keys: pa.Table) -> None:
        """Enters what can be compared of records, what the rules read, and the blocking keys."""
        if self.content is not None and self.facts is not None:
            self.facts.insert(facts, by_columns(facts, ("record_number",)))
            blocking = places_of(content["record_number"].to_numpy(), keys)
            self.content.insert(content, {**by_columns(content, ("record_number",)), "key": blocking})

    def add_pairs(self, pairs: pa.Table) -> None:
        """Enters pairs, both ways."""
        self.pairs.insert(pairs, by_columns(pairs, ("record_number", "other_number")))

    def remove(self, numbers: Collection[int]) -> set[int]:
        """Takes records out, and their pairs; returns the other ends of these."""
        keys = as_keys(numbers)
        for table in (self.content, self.facts):
            if table is not None:
                table.remove(table.slots("record_number", keys))
        ends = {row[1] for row in self.pairs.rows("record_number", keys)}
        for side in ("record_number", "other_number"):
            self.pairs.remove(self.pairs.slots(side, keys))
        return ends - set(numbers)

    def commit(self) -> None:
        """Keeps what was changed."""
        for table in (self.content, self.facts, self.pairs):
            if table is not None:
                table.commit()

    def rollback(self) -> None:
        """Takes back what was changed since the last commit."""
        for table in (self.content, self.facts, self.pairs):
            if table is not None:
                table.rollback()
