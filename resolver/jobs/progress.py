"""How far an import has come, kept beside its input so that a broken one continues where it stopped."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Progress:
    """What was acknowledged of a file.

    A message's content follows from the file, the mapping, the batch size and the line after which it begins;
    with `stream_id` and `sequence` a repeat is therefore the same message, and the server doubles nothing.
    """

    stream_id: str
    file_digest: str
    file_size: int
    mapping_digest: str
    batch_size: int
    sequence: int = 0
    line: int = 0
    rejects_size: int = 0
    accepted: int = 0
    rejected: int = 0
    last_record: str = ""

    def continues(self, other: Progress) -> bool:
        """Whether both are about the same file, read in the same way."""
        return all(
            getattr(self, name) == getattr(other, name)
            for name in ("file_digest", "file_size", "mapping_digest", "batch_size")
        )


def beside(path: Path, suffix: str) -> Path:
    """The side file of `path`, such as `records.csv.progress.json`."""
    return path.with_name(path.name + suffix)


def load(path: Path) -> Progress | None:
    """The progress in a side file; None where there is none that can be read."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Progress(**{field.name: stored[field.name] for field in fields(Progress)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(path: Path, progress: Progress) -> None:
    """Replaces the side file in one step, so that a break leaves the old one or the new one."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(asdict(progress), indent=2) + "\n", encoding="utf-8")
    os.replace(fresh, path)
