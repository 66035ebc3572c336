"""The access file that a server goes by: read at its start, and again when it is told to."""

from __future__ import annotations

import logging
from pathlib import Path

from resolver.access.file import parse
from resolver.access.rules import Access
from resolver.sections import SectionInvalid

_log = logging.getLogger(__name__)


class AccessFileError(Exception):
    """An access file cannot be used; names the file, and the key that is wrong."""


def read_access(path: Path) -> Access:
    """The rules of a file.

    Raises:
        AccessFileError: it cannot be read, or is wrong.
    """
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AccessFileError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise AccessFileError(f"{path} is not UTF-8") from None
    except SectionInvalid as error:
        raise AccessFileError(f"{path}: {error}") from None


class LiveAccess:
    """The rules as they are at the moment: `current` is another value after a change."""

    def __init__(self, path: Path | None = None) -> None:
        """Reads a file; without one everything is denied.

        Raises:
            AccessFileError: the file cannot be used.
        """
        self._path = path
        self.current = Access() if path is None else read_access(path)

    def reload(self) -> None:
        """Reads the file again. One that cannot be used leaves the old rules in use, and the log says so."""
        if self._path is None:
            return
        try:
            self.current = read_access(self._path)
        except AccessFileError as error:
            _log.error("the access file was changed and cannot be used; the old rules stay: %s", error)
            return
        _log.info("the access file was read again: %d grants", len(self.current.grants))
