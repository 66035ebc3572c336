"""A place that DuckDB reads a table of the call from, bound once under a name.

DuckDB takes a stream of Arrow's C interface as it is; around any other Arrow object it builds a scanner of Arrow's
dataset library for each run, with threads of its own, which takes four times as long as to enter a row. A stream is
spent when it was read, and the name is bound to where it stands: so each run puts the next one into the same place.

Source: the Arrow C stream interface, https://arrow.apache.org/docs/format/CStreamInterface.html, and its capsules,
https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html.
"""

from __future__ import annotations

import ctypes
from typing import Final

import pyarrow as pa

_CAPSULE_NAME: Final = b"arrow_array_stream"
_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)


class _ArrayStream(ctypes.Structure):
    """`struct ArrowArrayStream`. `release` is null where there is no stream, or it was taken."""

    _fields_ = tuple(
        (name, ctypes.c_void_p) for name in ("get_schema", "get_next", "get_last_error", "release", "private_data")
    )
    release: int | None


class CallStream:
    """Gives, to each statement that reads `capsule`, the table that stands there, once; without one, an empty one."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._empty = schema.empty_table()
        self._stream = _ArrayStream()
        self._place = ctypes.addressof(self._stream)
        self.capsule: object = _new_capsule(self._place, _CAPSULE_NAME, None)
        """What DuckDB registers. It must not outlive this object."""
        self.clear()

    def show(self, table: pa.Table) -> None:
        """Puts a table there. Columns are taken by their places.

        Raises:
            ArrowInvalid: they are of other types.
        """
        self._put(pa.Table.from_batches(table.to_batches(), self._schema))

    def clear(self) -> None:
        """Puts an empty table there."""
        self._put(self._empty)

    def _put(self, table: pa.Table) -> None:
        if self._stream.release:
            # Taken, and let go: what nobody has read.
            pa.RecordBatchReader._import_from_c(self._place)
        table.to_reader()._export_to_c(self._place)
