"""What a disk or a memory that is full, or a store that has failed, means to a caller.

DuckDB undoes a commit whose log does not fit on the disk, and goes on. After a checkpoint that does not fit it refuses
everything until it is opened anew; a commit whose answer is lost that way may be durable. A statement for which its
memory does not suffice fails alone, and its transaction is undone.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from resolver.domain.errors import ErrorReason, Overloaded, StorageFull, StoreFailed

NO_ROOM: Final = ("No space left on device", "File too large", "Disk quota exceeded")
"""How the system's errors ENOSPC, EFBIG and EDQUOT read; DuckDB gives no number."""
_FULL: Final = "there is no room on the disk"
_NO_MEMORY: Final = "the store has not enough memory for it now"


@contextmanager
def storage_faults() -> Iterator[None]:
    """Lets faults of the disk within the block be told by their reasons.

    Raises:
        StorageFull: nothing of the transaction was stored; it may be repeated when there is room.
        Overloaded: DuckDB may not take the memory that it needs; nothing was stored.
        StoreFailed: the store can be neither read nor written until it is opened anew.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise StorageFull(ErrorReason.STORAGE_FULL, _FULL) from error
        raise
    except duckdb.Error as error:
        if has_failed(error):
            raise StoreFailed(ErrorReason.STORE_FAILED, "the store failed, and the service stops") from error
        if any(words in str(error) for words in NO_ROOM):
            raise StorageFull(ErrorReason.STORAGE_FULL, _FULL) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise Overloaded(ErrorReason.OVERLOADED, _NO_MEMORY) from error
        raise


def has_failed(error: BaseException) -> bool:
    """Whether DuckDB refuses everything from now on, the undoing of the transaction included."""
    return isinstance(error, duckdb.FatalException) or (
        isinstance(error, duckdb.Error) and "has been invalidated" in str(error)
    )
