"""Stages records as a source: in bounded steps, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from resolver.domain.audit import Asked
from resolver.engine.asked.source_steps import DropSource, StageRecords
from resolver.engine.asked.submission import Submission
from resolver.jobs.plan_control import Steps
from resolver.jobs.taking_over import in_pieces

_RECORDS_AT_ONCE: Final = 500


def stage(steps: Steps, records: Iterable[Submission], asked: Asked | None = None) -> int:
    """Stages records, and returns the number of the source, 0 for none; of several with one name the last counts.

    What is broken off is dropped; after a kill it is left unfinished, and can be dropped. `asked` goes into the audit
    log.

    Raises:
        ResolverError: the store failed or is full.
    """
    source = 0
    try:
        for piece in in_pieces(records, _RECORDS_AT_ONCE):
            source = steps.take(StageRecords(source, list({each.name: each for each in piece}.values()))).source
        if not source:
            return 0
        return steps.take(StageRecords(source, (), whole=True), asked).source
    except BaseException:
        if source:
            steps.take(DropSource(source))
        raise
