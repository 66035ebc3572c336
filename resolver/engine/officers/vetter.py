"""The vetter: writes down what people and trials say of models, within the writer's transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from resolver.domain.vetted import Approval, Trial, Vetted, check_another
from resolver.engine.asked.models import ApproveModel, NoteTrial, Vetting
from resolver.engine.officers.counters import Counters
from resolver.store.vetted_rows import VettedRows


class Vetter:
    """Holds no state of its own beyond its tools."""

    def __init__(self, rows: VettedRows, clock: Callable[[], datetime]) -> None:
        self._rows = rows
        self._clock = clock

    def carry_out(self, asked: Vetting, counters: Counters) -> Vetted:
        """Writes one thing down.

        Raises:
            Refused: SECOND_PERSON_REQUIRED, the same person approved before.
        """
        now = counters.time = max(self._clock(), counters.time)
        match asked:
            case ApproveModel():
                check_another(asked.model, asked.examiner, self._rows.approvals(asked.digest))
                self._rows.write_approval(
                    Approval(asked.model, asked.digest, asked.examiner, asked.caller, asked.reason, now)
                )
            case NoteTrial():
                if all(each.operation != asked.operation for each in self._rows.trials(asked.digest)):
                    self._rows.write_trial(Trial(asked.model, asked.digest, asked.operation, now, asked.body))
        return Vetted(asked.model)
