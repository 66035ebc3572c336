"""Keys of encrypted stores: texts that DuckDB derives its AES-256 key from. They appear in no message and no log."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from resolver.domain.errors import StoreError

_KEY: Final = re.compile(r"[A-Za-z0-9+/=_-]{32,256}")
_OPEN_TO_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


@dataclass(frozen=True, slots=True)
class StoreKey:
    """A key of 32 to 256 letters, digits and `+/=_-`, such as `openssl rand -base64 32` writes."""

    text: str = field(repr=False)

    def __post_init__(self) -> None:
        # The alphabet has no quote, so that the key can stand in DuckDB's ATTACH, which takes no parameters.
        if not _KEY.fullmatch(self.text):
            raise StoreError("a key must have 32 to 256 letters, digits, or characters of +/=_-")


def read_key(path: Path) -> StoreKey:
    """The key in the first and only line of a file.

    Raises:
        StoreError: the file is missing, open to others than its owner and readers of its group, or holds no key.
    """
    try:
        mode = path.stat().st_mode
        if mode & _OPEN_TO_OTHERS:
            raise StoreError(f"the key file {path.name} is open to others; make it its owner's alone: chmod 600")
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise StoreError(f"the key file {path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StoreError(f"the key file {path.name} does not hold a key") from None
    return StoreKey(text.strip())
