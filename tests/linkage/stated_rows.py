"""Comparable records that a test writes down column by column."""

import pyarrow as pa

from resolver.linkage.columns import SCHEMA


def table(records):
    """A table of `linkage.columns.SCHEMA`: the records are numbered by their places, what they do not state is NULL."""
    rows = [record | {"record_number": place} for place, record in enumerate(records)]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
