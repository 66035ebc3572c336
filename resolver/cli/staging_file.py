"""A file of records that is to be staged, and what becomes of its rows that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from resolver.cli.foreign_rows import mapping_for
from resolver.jobs import readers
from resolver.jobs.mapping import Mapping
from resolver.jobs.progress import beside
from resolver.jobs.rejects import Reject, reject_lines
from resolver.sections import SectionInvalid


@dataclass(frozen=True, slots=True)
class StagingFile:
    """A readable file, the mapping that fits it, None for rows that are records already, and about how many rows."""

    path: Path
    mapping: Mapping | None
    rows: int

    @classmethod
    def at(cls, path: Path, mapping: Path | None) -> StagingFile:
        """Looks at a file and its mapping. Raises ClickException where one is wrong."""
        try:
            text = None if mapping is None else mapping.read_text(encoding="utf-8")
            return cls(path, mapping_for(path, text), readers.facts(path).rows)
        except SectionInvalid as error:
            raise click.ClickException(f"{mapping}: {error}") from None
        except readers.UnreadableFile as error:
            raise click.ClickException(str(error)) from None


def write_rejects(path: Path, rejects: Sequence[Reject]) -> Path:
    """Lists rows that are not staged beside their file; returns where."""
    listed = beside(path, ".rejects.jsonl")
    if rejects:
        listed.write_bytes(reject_lines(sorted(rejects, key=lambda each: each.line)))
    else:
        listed.unlink(missing_ok=True)
    return listed
