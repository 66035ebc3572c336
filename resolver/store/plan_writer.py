"""The writing side of plans: what they say, and what takes over when one is applied; in the writer's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import duckdb
import pyarrow as pa

from resolver.domain.plan import Plan, PlanState
from resolver.identity.partition import Pair
from resolver.identity.policy import Policy
from resolver.linkage.model import ModelTexts
from resolver.standardise.record import VERSION as STANDARDISER
from resolver.store.arrow import NUMBERS, arrow_table, registered
from resolver.store.configuration import (
    CONFIGURATION,
    configuration_to_text,
    policy_from_text,
    policy_to_text,
)
from resolver.store.content import Content
from resolver.store.content_tables import content_tables
from resolver.store.guards import UNGUARDED
from resolver.store.plan_rows import PLANS, plan_from_row, plan_to_text
from resolver.store.staging import TABLES, Staging
from resolver.store.writer import Writer

_WORK: Final = pa.schema([("place", pa.int64()), ("record_number", pa.int64()), ("compare", pa.bool_())])
_CHANGES: Final = pa.schema([("plan", pa.int64()), ("place", pa.int64()), ("kind", pa.int8()), ("body", pa.string())])
_PLAN_RECORDS: Final = pa.schema([("plan", pa.int64()), ("record_number", pa.int64())])
_STRUCTURE: Final = "SELECT sql FROM duckdb_tables() WHERE database_name = current_database() AND table_name = ?"
_LEFT_OVER: Final = "SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND table_name = ?"
_DECIDED: Final = "SELECT DISTINCT record_number FROM decisions WHERE sequence > ?"
_TOUCHED: Final = """
SELECT record_number FROM decisions WHERE sequence > $1
UNION SELECT record_number FROM memberships WHERE from_decision > $1 OR until_decision > $1
UNION SELECT unnest([identity_low, identity_high, left_number, right_number]) FROM review_tasks
  WHERE raised_by > $1 OR closed_by > $1
UNION SELECT unnest([left_number, right_number]) FROM verdicts WHERE update_time >= $2
"""
_GUARDED: Final = f"SELECT number FROM records WHERE guard <> {UNGUARDED} AND NOT withdrawn"  # noqa: S608 - a constant
_OVERTAKING: Final = """
WITH planned AS (SELECT record_number FROM plan_records WHERE plan = $1),
moved AS (
  SELECT record_number FROM decisions WHERE sequence > $2 AND (body->>'$.kind') <> 'REVIEW_DUE'
  UNION ALL SELECT record_number FROM memberships WHERE from_decision > $2 OR until_decision > $2
  UNION ALL SELECT unnest([v.left_number, v.right_number]) FROM verdicts v, plans p
    WHERE p.number = $1 AND v.update_time >= (p.body->>'$.create_time')::TIMESTAMP
)
SELECT count(*) FROM moved m JOIN planned p ON p.record_number = m.record_number
"""


class PlanWriter:
    """Statements about plans on the writer's connection. Belongs to the writer's thread."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, writer: Writer) -> None:
        self._connection = connection
        self._writer = writer

    def put_plan(self, plan: Plan, policies: tuple[Policy, Policy]) -> None:
        """Enters a plan, with its policy and the former one."""
        row = (plan.number, plan.state.value, plan_to_text(plan), *map(policy_to_text, policies))
        self._connection.execute("INSERT INTO plans VALUES (?, ?, ?, ?, ?)", row)

    def renew_plan(self, plan: Plan) -> None:
        """Writes what became of a plan."""
        values = plan.state.value, plan_to_text(plan), plan.number
        self._connection.execute("UPDATE plans SET state = ?, body = ? WHERE number = ?", values)

    def plan(self, number: int) -> Plan:
        """A plan that there is."""
        return plan_from_row(self._connection.execute(f"{PLANS} WHERE number = ?", [number]).fetchall()[0])

    def former_policy(self, plan: Plan) -> Policy:
        """The policy by which identities were grouped that a plan under way has not looked at yet."""
        column = "policy" if plan.state is PlanState.ROLLING_BACK else "former_policy"
        query = f"SELECT {column} FROM plans WHERE number = ?"  # noqa: S608 - one of two columns
        return policy_from_text(self._connection.execute(query, [plan.number]).fetchall()[0][0])

    def settling(self) -> bool:
        """Whether a plan took over and has not looked at everything."""
        return self._connection.execute("SELECT count(*) FROM plan_work").fetchall() != [(0,)]

    def forget_unfinished(self) -> None:
        """Drops the changes of plans that are not there."""
        for table in ("plan_changes", "plan_records"):
            self._connection.execute(f"DELETE FROM {table} WHERE plan NOT IN (SELECT number FROM plans)")  # noqa: S608

    def add_changes(self, rows: Sequence[tuple[Any, ...]], plan: int, records: Iterable[int]) -> None:
        """Enters changes of a plan, as `plan_rows.change_row` makes them, and their records."""
        self._insert("plan_changes", arrow_table(_CHANGES, rows))
        self._insert("plan_records", arrow_table(_PLAN_RECORDS, [(plan, record) for record in records]))

    def put_model(self, texts: ModelTexts) -> None:
        """Keeps a model, unless the store has it."""
        self._connection.execute("DELETE FROM models WHERE name = ?", [texts.name])
        self._connection.execute(
            "INSERT INTO models VALUES (?, ?, ?)", [texts.name, texts.parameters, texts.frequencies]
        )

    def begin_staging(self, staging: Staging) -> None:
        """Makes the staged tables, empty."""
        self.drop_staged()
        for name in staging.tables:
            table = TABLES[name]
            ((structure,),) = self._connection.execute(_STRUCTURE, [table]).fetchall()
            self._writer.alter(structure.replace(f"CREATE TABLE {table}(", f"CREATE TABLE staged_{table}(", 1))

    def drop_staged(self) -> None:
        """Drops what was staged."""
        for table in TABLES.values():
            self._drop(f"staged_{table}")

    def stage(self, name: str, rows: pa.Table) -> None:
        """Adds rows to a staged table."""
        self._writer.stage(name, rows)

    def decided(self, since: int) -> set[int]:
        """The records that were decided about after a place."""
        return {number for (number,) in self._connection.execute(_DECIDED, [since]).fetchall()}

    def touched(self, since: int, time: datetime) -> set[int]:
        """The records whose content, identity, review tasks or verdicts may have changed after a place and its time."""
        return {number for (number,) in self._connection.execute(_TOUCHED, [since, time]).fetchall()}

    def guarded(self) -> set[int]:
        """The present records that not everybody sees."""
        return {number for (number,) in self._connection.execute(_GUARDED).fetchall()}

    def overtaken(self, plan: Plan) -> bool:
        """Whether a record of a plan's changes was changed itself, moved or judged since the plan was made."""
        return self._connection.execute(_OVERTAKING, [plan.number, plan.snapshot]).fetchall() != [(0,)]

    def present(self, numbers: Collection[int]) -> dict[int, bytes]:
        """The present ones among records, as they were sent."""
        rows = self._writer.look_up("present_payloads", numbers)
        return {number: bytes(payload) for number, payload in rows}

    def restage(self, staging: Staging, changed: Collection[int], content: dict[int, Content]) -> set[int]:
        """Takes records that changed out of what is staged, and enters those that are present, without pairs.

        Returns the other ends of the pairs that they had there.
        """
        with registered(self._connection, "changed", _numbered(changed)):
            for name in staging.tables:
                ends = ("record_number", "other_number") if name == "pairs" else ("record_number",)
                for end in ends:
                    self._connection.execute(
                        f"DELETE FROM staged_{TABLES[name]} WHERE {end} IN (SELECT record_number FROM changed)"  # noqa: S608
                    )
        found = staging.remove(changed)
        if content and staging.content is not None:
            comparable, facts, keys = content_tables(content, staging.configuration.model.frequencies)
            self.stage("comparable", comparable)
            self.stage("facts", facts)
            self.stage("keys", keys)
            staging.add_content(comparable, facts, keys)
        return found

    def take_over(self, staging: Staging) -> None:
        """Puts what is staged in force, and keeps the former pairs apart."""
        self._drop("former_pairs")
        self._writer.alter("ALTER TABLE pairs RENAME TO former_pairs")
        if staging.content is not None:
            self._writer.drop_recent_content()
        for name in staging.tables:
            table = TABLES[name]
            if name != "pairs":
                self._drop(table)
            self._writer.alter(f"ALTER TABLE staged_{table} RENAME TO {table}")
        model, policy = staging.configuration.model, staging.configuration.policy
        settings = {
            CONFIGURATION: configuration_to_text(staging.configuration),
            "model": model.name,
            "policy": policy.fingerprint(),
            "standardiser": str(STANDARDISER),
        }
        for name, value in settings.items():
            self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", [name, value])

    def put_work(self, records: Collection[int], compare: Collection[int]) -> int:
        """Writes down what has to be looked at, instead of what was, and counts it."""
        first = sorted(compare)
        rows = [
            *((number, True) for number in first),
            *((number, False) for number in sorted(set(records) - set(first))),
        ]
        self._connection.execute("DELETE FROM plan_work")
        self._insert("plan_work", arrow_table(_WORK, [(place, *row) for place, row in enumerate(rows, start=1)]))
        return len(rows)

    def work(self, after: int, limit: int) -> list[tuple[int, int, bool]]:
        """What has to be looked at after a place: its own place, the record, and whether it has to be compared.

        Places rise, and lack what was purged.
        """
        query = "SELECT place, record_number, compare FROM plan_work WHERE place > ? ORDER BY place LIMIT ?"
        return self._connection.execute(query, [after, limit]).fetchall()

    def former_pairs(self, numbers: Collection[int]) -> list[Pair]:
        """The pairs that records had before."""
        return [Pair(*row) for row in self._writer.look_up("former_pairs", numbers)]

    def finish(self) -> None:
        """Drops what was kept for looking at what a plan changes."""
        self._connection.execute("DELETE FROM plan_work")
        self._drop("former_pairs")

    def _drop(self, table: str) -> None:
        # Asked first: what the catalogue does not change is not planned anew.
        if self._connection.execute(_LEFT_OVER, [table]).fetchall() != [(0,)]:
            self._writer.alter(f"DROP TABLE {table}")

    def _insert(self, table: str, rows: pa.Table) -> None:
        if rows.num_rows:
            with registered(self._connection, "incoming", rows):
                self._connection.execute(f"INSERT INTO {table} SELECT * FROM incoming")  # noqa: S608 - a table's name


def _numbered(numbers: Iterable[int]) -> pa.Table:
    return arrow_table(NUMBERS, [(number,) for number in numbers])
