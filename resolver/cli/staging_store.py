"""Staging in a store that no server has open, by its operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from ftf.resolution.v1.reresolution_service_pb2 import StagedSource
from resolver.cli.load_reading import RecordReading
from resolver.cli.staging_file import StagingFile
from resolver.domain.audit import Asked
from resolver.domain.errors import ResolverError, StoreError
from resolver.domain.owner import Owner
from resolver.engine.asked.source_steps import DropSource
from resolver.engine.asked.submission import Submission
from resolver.engine.engine import Engine, open_engine
from resolver.jobs import readers
from resolver.jobs.plan_checks import staged_source
from resolver.jobs.plan_control import Steps
from resolver.jobs.rejects import Reject
from resolver.jobs.staging_source import stage
from resolver.jobs.taking_over import in_pieces
from resolver.rpc.plan_messages import staged_to_message
from resolver.store.keys import StoreKey

_ROWS_AT_ONCE = 500


def stage_in_store(
    database: Path,
    key: StoreKey | None,
    staging: StagingFile,
    owner: Owner | None,
    asked: Asked,
    advance: Callable[[int], None],
) -> tuple[StagedSource, list[Reject]]:
    """Stages a file; returns the source, and the rows that cannot be staged. `owner` is whose records are by default.

    Raises:
        ClickException: the store cannot be used, the file is damaged, or no row could be staged; nothing is.
    """
    rejects: list[Reject] = []
    reading = RecordReading(staging.mapping, owner)

    def submissions() -> Iterator[Submission]:
        for rows in in_pieces(readers.rows(staging.path), _ROWS_AT_ONCE):
            stated = reading(rows)
            rejects.extend(stated.rejects)
            yield from (each for _, each in stated.submissions)
            advance(rows[-1].line)

    with _opened(database, key) as engine:
        number = stage(Steps(engine), submissions(), asked)
        if not number:
            raise click.ClickException("no row states a record that can be staged")
        return staged_to_message(staged_source(engine, number)), rejects


def staged_in_store(database: Path, key: StoreKey | None) -> list[StagedSource]:
    """The staged sources of which something is left. Raises ClickException as above."""
    with _opened(database, key) as engine:
        return list(map(staged_to_message, engine.reader.staged.sources(0, 2**31)))


def drop_in_store(database: Path, key: StoreKey | None, number: int, asked: Asked) -> StagedSource:
    """Drops what waits of a source; returns it as it was. Raises ClickException as above."""
    with _opened(database, key) as engine:
        source = staged_source(engine, number)
        Steps(engine).take(DropSource(number), asked)
        return staged_to_message(source)


@contextmanager
def _opened(database: Path, key: StoreKey | None) -> Iterator[Engine]:
    try:
        with closing(open_engine(database, policy=None, key=key)) as engine:
            yield engine
    except (StoreError, readers.UnreadableFile) as error:
        raise click.ClickException(str(error)) from None
    except ResolverError as error:
        raise click.ClickException(error.message) from None
