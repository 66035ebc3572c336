"""The writing side of the store: what the engine does within one transaction. One writer, one thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from resolver.domain.decision import Decision
from resolver.domain.errors import Overloaded, StorageFull
from resolver.domain.handling import Viewer
from resolver.domain.retention import Kept
from resolver.identity.names import IdentityNames
from resolver.identity.partition import Pair
from resolver.linkage.compared_pairs import make_ready
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer
from resolver.stopwatch import Phase, Stopwatch
from resolver.store import row_schemas, statements
from resolver.store.around import Around
from resolver.store.arrow import arrow_table
from resolver.store.audiences import Audiences
from resolver.store.audit_rows import AuditRows
from resolver.store.content import Content
from resolver.store.content_tables import content_tables
from resolver.store.decided_rows import DecidedRows
from resolver.store.decision_rows import decision_from_text
from resolver.store.faults import has_failed, storage_faults
from resolver.store.feed_rows import CommittedDecision
from resolver.store.guards import Guards
from resolver.store.markings import Markings
from resolver.store.planned import Planned
from resolver.store.purging import Purged, PurgeRows
from resolver.store.recent_content import RecentContent, move_all
from resolver.store.resident import KnownRecord, Resident
from resolver.store.retention_rows import RETENTION, RetentionRows, row_from_kept
from resolver.store.staging import Staging
from resolver.store.streams import STREAMS
from resolver.store.told_before import Tellings
from resolver.store.version_rows import AcceptedVersion, records_table, versions_table


class Writer:
    """Statements of the one writer on its own connection, and the tables in memory that it reads."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        model: Model,
        review_weight: float,
        names: IdentityNames,
        stopwatch: Stopwatch,
    ) -> None:
        self._connection = connection
        self._stopwatch = stopwatch
        self._model = model
        self._names = names
        self.guards = Guards(connection)
        self.markings = Markings(connection, self.guards)
        self._audiences = Audiences(connection, self.guards)
        self._tellings = Tellings(connection, self._audiences)
        self._resident = Resident(connection, self.guards, self._tellings.fellows)
        # What the writer runs is small, and handing it to another thread costs as much as doing it.
        connection.execute("SET threads = 1")
        score = {"score": _score(model, review_weight)}
        make_ready()
        self._planned = Planned(connection, STREAMS, statements.ENTERING, score, statements.LOOKING)
        self._recent = RecentContent(connection, self._planned)
        self.around = Around(self._resident, self.guards, self._tellings)
        self.retention = RetentionRows(connection)
        self.audit = AuditRows(connection, self._planned)
        self._altered = False
        self._decided = DecidedRows(self._planned, self._resident, self._audiences)
        self._purges = PurgeRows(connection, lambda which, rows: self._planned.run(which, {"redacted": rows}))

    def take_over(self, staging: Staging) -> None:
        """Decides with what was staged from now on; what the store keeps of it is committed."""
        self._model = staging.configuration.model
        self._planned.prepare("score", _score(self._model, staging.configuration.policy.review_weight))
        self._resident.take_over(staging)

    def settle(self, *, settling: bool) -> None:
        """Learns whether identities may hold records that no pair links; see `Resident.fellows`."""
        self._resident.settling = settling

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """One transaction: committed at the end of the block, or undone after an error or with `keep` false.

        Raises:
            StorageFull: the disk is full; undone.
            StoreFailed: nothing can be done with the store any more.
        """
        with storage_faults():
            self._connection.begin()
            try:
                yield
            except BaseException as error:
                # A store that has failed cannot undo anything either; it does so when it is opened anew.
                if not has_failed(error):
                    self._undo()
                raise
            if keep:
                self._commit()
            else:
                self._undo()

    def counters(self) -> tuple[int, int, datetime]:
        """The highest record number, decision sequence and commit time; the lowest there are in a new store."""
        number, sequence, time = self._connection.execute(statements.COUNTERS).fetchall()[0]
        return number, sequence, time or datetime.min  # noqa: DTZ901 - times are UTC without zone

    def known_records(self, names: Collection[str]) -> dict[str, KnownRecord]:
        """The records among `names` that were accepted before, withdrawn ones included."""
        return self._resident.known_records(names)

    def identities(self, numbers: Collection[int]) -> dict[int, int]:
        """The identities that present records are in now."""
        return self._resident.identities(numbers)

    def names(self, numbers: Collection[int]) -> dict[int, str]:
        """The names of records."""
        return self._resident.names(numbers)

    def answers(self, request_keys: Collection[str]) -> dict[str, tuple[bytes, str]]:
        """Digest and first answer of those requests that were made before."""
        known = self._resident.known_requests(request_keys)
        if not known:
            return {}
        wanted = arrow_table(row_schemas.TEXT_BATCH, [(key,) for key in known])
        return {
            key: (bytes(digest), body) for key, digest, body in self._planned.run("answers", {"wanted_names": wanted})
        }

    def decisions(self, sequences: Collection[int], viewer: Viewer | None) -> dict[int, Decision]:
        """Decisions by their sequences, as a viewer is told them; those of which it is told nothing are left out."""
        wanted = {"wanted": _numbered(sequences)}
        rows = self._planned.run("decisions", wanted)
        if viewer is not None:
            rows += self._planned.run("told_decisions", wanted)
        return {
            sequence: decision_from_text(sequence, time, text)
            for sequence, time, text, audience in rows
            if viewer is None or self._audiences.audience(audience).includes(viewer)
        }

    def replace_content(self, replaced: Collection[int], content: Mapping[int, Content]) -> list[Pair]:
        """Takes the old comparable content of records out, puts new content in, and scores its candidates.

        Returns the pairs at or above the review threshold in which a record of `content` takes part.
        They are not written: `write_pairs` does that.
        """
        if replaced:
            wanted = {"wanted": _numbered(replaced)}
            for table in ("recent", "comparable", "facts", "keys", "pairs"):
                self._planned.run(f"remove_{table}", wanted)
            self._resident.remove_content(replaced)
        if not content:
            return []
        tables = content_tables(content, self._model.frequencies)
        self._recent.enter(tables)
        return self._scored(self._resident.add_content(*tables), len(content))

    def score_apart(self, content: Mapping[int, Content]) -> list[Pair]:
        """Scores the candidates of content that is not stored; also those between two of it. Changes nothing."""
        try:
            candidates = self._resident.add_content(*content_tables(content, self._model.frequencies))
        finally:
            self._resident.rollback()
        return self._scored(candidates, len(content))

    def write_pairs(self, pairs: Iterable[Pair]) -> None:
        """Adds pairs in both directions."""
        rows = [
            (*numbers, pair.weight, pair.identifying, pair.cell)
            for pair in pairs
            for numbers in ((pair.left, pair.right), (pair.right, pair.left))
        ]
        table = arrow_table(row_schemas.PAIRS, rows)
        self._planned.insert("pairs", table)
        self._resident.write_pairs(table)

    def write_versions(self, versions: Sequence[AcceptedVersion]) -> None:
        """Enters new records, moves known ones on to their new version, and keeps every version's payload."""
        guards = [self.guards.number(item.record.guard) for item in versions]
        table = records_table(versions, self._names, guards)
        # To look for what is to be replaced costs more than to enter a row.
        entering = all(item.record.version == 1 for item in versions)
        self._planned.run("insert_records" if entering else "replace_records", {"new_records": table})
        self._resident.write_records(table)
        self._planned.insert("versions", versions_table(versions, guards))
        for item in versions:
            if item.marking is not None:
                self.markings.state(item.record.name, item.record.guard, item.marking)

    def write_retention(self, kept: Sequence[Kept], *, replacing: bool) -> None:
        """Writes down how long records are kept; `replacing` what is written of them already."""
        if replacing:
            self._planned.run("remove_retention", {"wanted": _numbered(each.number for each in kept)})
        self._planned.insert("retention", arrow_table(RETENTION, [row_from_kept(each) for each in kept]))

    def purge(self, records: Sequence[Purged]) -> None:
        """Takes records out for good, here and in memory; they are in no identity any more, and have no content."""
        requests = self._purges.purge(records)
        self._resident.purge([each.number for each in records], requests)
        self.markings.purge(each.name for each in records)

    def erase(self) -> None:
        """Lets the tables in memory forget what was taken out of them. Only between two transactions."""
        self._resident.erase()

    def write_decisions(self, decisions: Sequence[CommittedDecision]) -> None:
        """Appends decisions to the feed and carries out what they tell."""
        self._decided.write(decisions)

    def verdicts_on(self, left: int, right: int) -> int:
        """How many verdicts were ever given on two records, the older first."""
        return int(self._connection.execute(statements.VERDICTS_ON, [left, right]).fetchall()[0][0])

    def write_verdicts(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Enters verdicts, or replaces those of their numbers; rows as in `row_schemas.VERDICTS`."""
        table = arrow_table(row_schemas.VERDICTS, rows)
        self._planned.run("remove_verdicts", {"new_verdicts": table})
        self._planned.insert("verdicts", table)
        self._resident.write_verdicts(table)

    def claim_task(self, pair: Collection[int], examiner: str, until: datetime) -> None:
        """Writes down who works on the open task that a pair of records is compared for.

        Who is told of that task in another way sees the claim as well.
        """
        for claim in statements.CLAIM_TASK:
            self._connection.execute(claim, [examiner, until, min(pair), max(pair)])

    def write_answers(self, answers: Sequence[tuple[str, bytes, str, datetime]]) -> None:
        """Keeps the first answers of requests: key, digest, text, time."""
        table = arrow_table(row_schemas.ANSWERS, answers)
        self._planned.insert("answers", table)
        self._resident.write_answers(table)

    def forget_answers(self, before: datetime) -> None:
        """Drops answers that are older than the promised time."""
        self._connection.execute(statements.FORGET_ANSWERS, [before])
        self._resident.forget_answers(before)

    def checkpoint(self) -> None:
        """Moves what waits into the tables of content, where there is room for it, and writes the log into the file.

        Raises:
            StoreFailed: it could not; what was committed is in the log.
        """
        with suppress(StorageFull, Overloaded):
            move_all(self._connection)
        with storage_faults():
            self._connection.execute("CHECKPOINT")

    def look_up(self, statement: str, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
        """The rows that one of the statements gives for numbered records."""
        return self._planned.run(statement, {"wanted": _numbered(numbers)})

    def stage(self, name: str, rows: pa.Table) -> None:
        """Adds rows to a staged table; nothing for an empty table."""
        if rows.num_rows:
            self._planned.run(f"stage_{name}", {f"new_{name}": rows})

    def drop_recent_content(self) -> None:
        """Drops the content that waits to be moved, where tables that have the content of all take over."""
        self._recent.drop()

    def alter(self, statement: str) -> None:
        """Makes, drops or renames a table of the store."""
        self._altered = True
        self._connection.execute(statement)

    def _scored(self, candidates: pa.Table, records: int) -> list[Pair]:
        """The pairs that are kept of candidates."""
        rows = self._planned.run("score", {"candidates": candidates}) if candidates.num_rows else []
        self._stopwatch.scored(records, candidates.num_rows, len(rows))
        return [Pair(*row) for row in rows]

    def _commit(self) -> None:
        self.markings.publish()
        try:
            with self._stopwatch.phase(Phase.COMMIT):
                self._connection.commit()
        except BaseException:
            # DuckDB has undone what it could not commit.
            self._forget()
            raise
        self._resident.commit()
        self._recent.commit()
        self.guards.commit()
        self.markings.commit()
        self._audiences.commit()
        self._plan_anew()

    def _undo(self) -> None:
        self._forget()
        self._connection.rollback()
        self._plan_anew()

    def _plan_anew(self) -> None:
        if self._altered:
            self._altered = False
            self._planned.plan_anew()

    def _forget(self) -> None:
        """Takes back in memory what was not committed."""
        self._resident.rollback()
        self._recent.rollback()
        self.guards.rollback()
        self.markings.rollback()
        self._audiences.rollback()


def _score(model: Model, review_weight: float) -> str:
    scorer = compile_scorer(model, "candidates")
    return statements.scored_pairs(scorer.sql, review_weight)


def _numbered(numbers: Iterable[int]) -> pa.Table:
    return arrow_table(row_schemas.NUMBERS, [(number,) for number in numbers])
