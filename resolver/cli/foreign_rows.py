"""How the rows of a file become records: as they are, or by a mapping that fits the file."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from functools import partial
from pathlib import Path
from typing import Any

from resolver.jobs import mapping_file, readers
from resolver.jobs.mapping import Mapping, apply


def mapping_for(path: Path, text: str | None) -> Mapping | None:
    """The mapping of a text for a file; None: its rows are records already.

    Raises:
        SectionInvalid: the mapping is wrong, or names a column that the file does not have, or that holds no text.
        UnreadableFile: the file has columns and there is no mapping, or it cannot be read at all.
    """
    header = readers.columns(path)
    mapping = None if text is None else mapping_file.parse(text)
    if mapping and header is not None:
        mapping_file.check_columns(mapping, header, readers.without_text(path))
    if mapping is None and header is not None:
        raise readers.UnreadableFile(f"{path.name}: columns need a mapping; see docs/import-mapping.md")
    return mapping


def json_by(mapping: Mapping | None) -> Callable[[MappingType[str, Any]], dict[str, Any]]:
    """What makes a row a record in proto3 JSON form."""
    return dict if mapping is None else partial(apply, mapping)
