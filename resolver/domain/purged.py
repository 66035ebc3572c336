"""What stands for a record that was purged: a keyed digest of its name.

    purgedRecords/{HMAC-SHA-256(key, name of the record), hexadecimal}

Whoever has the key and a name can tell whether that record was purged. Without the key a digest tells nothing: names of
records can be guessed, such as numbers that rise. Named consumers of the feed are given the key, so that they find what
they have to delete.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from typing import Final

PURGED: Final = "purgedRecords/"
_PURPOSE: Final = b"purged records"


def purge_key(store_key: bytes) -> bytes:
    """The key of digests, 32 bytes, that follows from a secret of the store."""
    return hmac.digest(store_key, _PURPOSE, sha256)


def purged_name(key: bytes, record: str) -> str:
    """What stands for a record by its name, `sources/{source}/records/{record}`."""
    return PURGED + hmac.digest(key, record.encode(), sha256).hex()
