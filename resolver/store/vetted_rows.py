"""Rows of what is said of models: read with the queries of a reader, or by the writer on its own connection."""

from __future__ import annotations

from typing import Final

import duckdb

from resolver.domain.vetted import Approval, Trial
from resolver.store.sight import Rows

_APPROVALS: Final = """
SELECT model, digest, examiner, caller, reason, approve_time FROM model_approvals WHERE digest = ?
ORDER BY approve_time, examiner
"""
_TRIALS: Final = """
SELECT model, digest, operation, evaluate_time, body FROM model_evaluations WHERE digest = ?
ORDER BY evaluate_time DESC, operation
"""
_WRITE_APPROVAL: Final = "INSERT INTO model_approvals VALUES (?, ?, ?, ?, ?, ?)"
_WRITE_TRIAL: Final = "INSERT INTO model_evaluations VALUES (?, ?, ?, ?, ?)"


class VettedModels:
    """What is said of the model with a digest."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def approvals(self, digest: bytes) -> list[Approval]:
        """Who approves of it, in order."""
        return [Approval(row[0], bytes(row[1]), *row[2:]) for row in self._rows(_APPROVALS, [digest])]

    def trials(self, digest: bytes) -> list[Trial]:
        """What was found when it was tried out, the newest first."""
        return [Trial(row[0], bytes(row[1]), *row[2:]) for row in self._rows(_TRIALS, [digest])]


class VettedRows(VettedModels):
    """The same within the writer's transaction, and what adds to it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(lambda query, parameters: connection.execute(query, parameters).fetchall())
        self._connection = connection

    def write_approval(self, approval: Approval) -> None:
        """Enters an approval."""
        row = [approval.model, approval.digest, approval.examiner, approval.caller, approval.reason]
        self._connection.execute(_WRITE_APPROVAL, [*row, approval.approve_time])

    def write_trial(self, trial: Trial) -> None:
        """Enters what a trial found."""
        row = [trial.model, trial.digest, trial.operation, trial.evaluate_time, trial.body]
        self._connection.execute(_WRITE_TRIAL, row)
