"""What records state, as the rows of the three tables that hold it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from resolver.linkage.columns import comparable_table
from resolver.linkage.term_frequencies import TermFrequencies
from resolver.store import row_schemas
from resolver.store.arrow import arrow_table
from resolver.store.content import Content
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.facts_rows import facts_row

ContentTables: TypeAlias = tuple[pa.Table, pa.Table, pa.Table]
"""Comparable columns, facts and blocking keys."""


def content_tables(content: Mapping[int, Content], frequencies: TermFrequencies) -> ContentTables:
    """Comparable columns, facts and blocking keys of numbered records."""
    records = [item.comparable for item in content.values()]
    facts = [facts_row(number, item.facts) for number, item in content.items()]
    return (
        comparable_table(list(content), records, frequencies),
        arrow_table(FACTS, facts),
        # Sixty to a record: as rows they would be most of what is made and thrown away for it.
        pa.table(
            [
                list(chain.from_iterable(item.keys for item in content.values())),
                np.repeat(list(content), [len(item.keys) for item in content.values()]),
                list(chain.from_iterable(item.families for item in content.values())),
            ],
            schema=row_schemas.KEYS,
        ),
    )
