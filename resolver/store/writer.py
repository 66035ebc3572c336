"""The writing side of the store: what the engine does within one transaction. One writer, one thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from resolver.domain.audit import Head, WrittenEntry
from resolver.domain.decision import Decision
from resolver.domain.handling import Guard, Viewer, is_seen
from resolver.domain.retention import Kept
from resolver.identity.names import IdentityNames
from resolver.identity.neighbourhood import Neighbourhood
from resolver.identity.partition import Pair
from resolver.identity.telling import Teller
from resolver.identity.visible_part import Surroundings, visible_part
from resolver.linkage.columns import SCHEMA as COMPARABLE
from resolver.linkage.model import Model
from resolver.linkage.scorer import compile_scorer
from resolver.stopwatch import Phase, Stopwatch
from resolver.store import decided, row_schemas, statements, tellings
from resolver.store.arrow import arrow_table
from resolver.store.audiences import Audiences
from resolver.store.audit_rows import audit_head, audit_table
from resolver.store.content import Content
from resolver.store.content_tables import content_tables
from resolver.store.decision_rows import decision_from_text
from resolver.store.facts_rows import SCHEMA as FACTS
from resolver.store.faults import has_failed, storage_faults
from resolver.store.feed_rows import MARKS, CommittedDecision, concerned_by, marks
from resolver.store.guards import Guards
from resolver.store.loading import load, load_verdicts
from resolver.store.markings import Markings
from resolver.store.planned import Planned
from resolver.store.purging import REDACTED, Purged, PurgeRows
from resolver.store.remembered import Remembered
from resolver.store.resident import KnownRecord, Resident
from resolver.store.resident_rows import CANDIDATES, MEMBERSHIPS, TASKS
from resolver.store.retention_rows import RETENTION, RetentionRows, row_from_kept
from resolver.store.staging import Staging
from resolver.store.told_before import Tellings
from resolver.store.version_rows import AcceptedVersion, records_table, versions_table

_STREAMS = {
    "wanted": row_schemas.NUMBERS,
    "wanted_names": row_schemas.TEXT_BATCH,
    "new_comparable": COMPARABLE,
    "new_facts": FACTS,
    "new_keys": row_schemas.KEYS,
    "new_pairs": row_schemas.PAIRS,
    "new_records": row_schemas.RECORDS,
    "new_versions": row_schemas.VERSIONS,
    "new_decisions": row_schemas.DECISIONS,
    "new_identities": row_schemas.IDENTITIES,
    "new_memberships": row_schemas.MEMBERSHIPS,
    "new_tasks": row_schemas.TASKS,
    "new_answers": row_schemas.ANSWERS,
    "new_verdicts": row_schemas.VERDICTS,
    "new_marks": MARKS,
    "new_audit": row_schemas.AUDIT,
    "new_retention": RETENTION,
    "redacted": REDACTED,
    "ended": row_schemas.ENDED,
    "ended_tasks": row_schemas.ENDED_TASKS,
    "candidates": CANDIDATES,
    **{f"new_{name}": schema for name, schema in tellings.SCHEMAS.items()},
}


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
        self._planned = Planned(connection, _STREAMS, statements.ENTERING | score, statements.LOOKING)
        self.retention = RetentionRows(connection)
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

    def load(
        self, neighbourhood: Neighbourhood, seeds: Collection[int], loaded: set[int], beside: Collection[int] = ()
    ) -> None:
        """Adds the seeds' components to a neighbourhood; see `loading.load`."""
        load(self._resident, neighbourhood, seeds, loaded, beside)

    def load_ends(self, neighbourhood: Neighbourhood, loaded: set[int]) -> None:
        """Adds the components of what the pairs in a neighbourhood lead to, where somebody may not see all of them.

        What an audience is told of an identity follows from the whole of the component that it lies in.
        """
        if self.guarded:
            load(self._resident, neighbourhood, neighbourhood.facts.keys() - loaded, loaded)

    @property
    def guarded(self) -> bool:
        """Whether there may be records that not everybody sees."""
        return len(self.guards) > 0

    def guards_of(self, numbers: Collection[int]) -> dict[int, Guard]:
        """The guards of those of the records that have one, withdrawn ones included."""
        return self._resident.guarded(numbers) if self.guarded else {}

    def teller(self, neighbourhood: Neighbourhood, further: Iterable[int] = ()) -> Teller:
        """Who changes a neighbourhood and tells of it; `further` are records of the changes that it does not have."""
        guards = self.guards_around(neighbourhood, further)
        before = self._tellings.of(neighbourhood.facts) if guards and self._resident.settling else None
        return Teller(neighbourhood, guards, before)

    def hidden_from(self, viewer: Viewer | None, neighbourhood: Neighbourhood) -> set[int]:
        """The records around a neighbourhood that a viewer does not see."""
        if viewer is None:
            return set()
        return {number for number, guard in self.guards_around(neighbourhood).items() if not is_seen(guard, viewer)}

    def seen(
        self, neighbourhood: Neighbourhood, around: Surroundings, hidden: Set[int], viewer: Viewer | None
    ) -> Neighbourhood:
        """What a viewer, from whom some records are hidden, sees of a part of a neighbourhood."""
        if viewer is None or not self._resident.settling:
            return visible_part(neighbourhood, around, hidden)
        return visible_part(neighbourhood, around, hidden, self._tellings.of(around.records)(viewer))

    def guards_around(self, neighbourhood: Neighbourhood, further: Iterable[int] = ()) -> dict[int, Guard]:
        """The guards of what is in a neighbourhood, the withdrawn records that verdicts are about included."""
        if not self.guarded:
            return {}
        judged = {end for verdict in neighbourhood.verdicts.values() for end in verdict.pair}
        return self.guards_of(judged.union(neighbourhood.facts, further))

    def remembered(self) -> Remembered:
        """What `loading.load` reads of the store as it is now; for many neighbourhoods that overlap."""
        return Remembered(self._resident)

    def load_verdicts(self, neighbourhood: Neighbourhood, numbers: Collection[int]) -> set[int]:
        """Adds the verdicts that stand on records; returns the other records that they are about."""
        return load_verdicts(self._resident, neighbourhood, numbers)

    def replace_content(self, replaced: Collection[int], content: Mapping[int, Content]) -> list[Pair]:
        """Takes the old comparable content of records out, puts new content in, and scores its candidates.

        Returns the pairs at or above the review threshold in which a record of `content` takes part.
        They are not written: `write_pairs` does that.
        """
        if replaced:
            wanted = {"wanted": _numbered(replaced)}
            for table in ("comparable", "facts", "keys", "pairs"):
                self._planned.run(f"remove_{table}", wanted)
            self._resident.remove_content(replaced)
        if not content:
            return []
        tables = content_tables(content, self._model.frequencies)
        for name, rows in zip(("comparable", "facts", "keys"), tables, strict=True):
            self._insert(name, rows)
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
        self._insert("pairs", table)
        self._resident.write_pairs(table)

    def write_versions(self, versions: Sequence[AcceptedVersion]) -> None:
        """Enters new records, moves known ones on to their new version, and keeps every version's payload."""
        guards = [self.guards.number(item.record.guard) for item in versions]
        table = records_table(versions, self._names, guards)
        # To look for what is to be replaced costs more than to enter a row.
        entering = all(item.record.version == 1 for item in versions)
        self._planned.run("insert_records" if entering else "replace_records", {"new_records": table})
        self._resident.write_records(table)
        self._insert("versions", versions_table(versions, guards))
        for item in versions:
            if item.marking is not None:
                self.markings.state(item.record.name, item.record.guard, item.marking)

    def write_retention(self, kept: Sequence[Kept], *, replacing: bool) -> None:
        """Writes down how long records are kept; `replacing` what is written of them already."""
        if replacing:
            self._planned.run("remove_retention", {"wanted": _numbered(each.number for each in kept)})
        self._insert("retention", arrow_table(RETENTION, [row_from_kept(each) for each in kept]))

    def purge(self, records: Sequence[Purged]) -> None:
        """Takes records out for good, here and in memory; they are in no identity any more, and have no content."""
        requests = self._purges.purge(records)
        self._resident.purge([each.number for each in records], requests)
        self.markings.purge(each.name for each in records)

    def erase(self) -> None:
        """Lets the tables in memory forget what was taken out of them. Only between two transactions."""
        self._resident.erase()

    def write_decisions(self, decisions: Sequence[CommittedDecision]) -> None:
        """Appends decisions to the feed and carries out what they tell: memberships and review tasks.

        What others are told instead is written beside, for whoever reads as one of them.
        """
        told = [each for item in decisions for each in item.told]
        self._audiences.enter([*(item.audience for item in decisions), *(each.audience for each in told)])
        audiences = {item.sequence: self._audiences.number(item.audience) for item in decisions}
        self._insert("decisions", decided.feed_table(decisions, audiences))
        self._insert("identities", decided.identities_table(decisions, audiences))
        touched = set().union(*(item.outcome.touched for item in decisions))
        concerned = concerned_by(decisions, self._resident.members(touched))
        self._write_memberships(decisions, audiences)
        owners = self._resident.owners(set().union(*concerned, *(each.concerned for each in told)))
        self._insert("marks", marks(decisions, concerned, owners, audiences))
        self._write_tasks(decisions, audiences)
        for name, rows in tellings.tables(told, owners, self._audiences.number).items():
            self._insert(name, rows)

    def verdicts_on(self, left: int, right: int) -> int:
        """How many verdicts were ever given on two records, the older first."""
        return int(self._connection.execute(statements.VERDICTS_ON, [left, right]).fetchall()[0][0])

    def write_verdicts(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Enters verdicts, or replaces those of their numbers; rows as in `row_schemas.VERDICTS`."""
        table = arrow_table(row_schemas.VERDICTS, rows)
        self._planned.run("remove_verdicts", {"new_verdicts": table})
        self._insert("verdicts", table)
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
        self._insert("answers", table)
        self._resident.write_answers(table)

    def forget_answers(self, before: datetime) -> None:
        """Drops answers that are older than the promised time."""
        self._connection.execute(statements.FORGET_ANSWERS, [before])
        self._resident.forget_answers(before)

    def audit_head(self) -> tuple[Head, datetime]:
        """How far the audit log has come, and when its last entry was written; the lowest there are in a new store."""
        return audit_head(self._connection)

    def write_audit(self, entries: Sequence[WrittenEntry]) -> None:
        """Appends entries to the audit log."""
        self._insert("audit", audit_table(entries))

    def audit_before(self, time: datetime) -> Head | None:
        """The last entry of the audit log that was written before a time."""
        rows = self._connection.execute(statements.AUDIT_BEFORE, [time]).fetchall()
        return Head(rows[0][0], bytes(rows[0][1])) if rows else None

    def remove_audit(self, through: int) -> None:
        """Removes the entries of the audit log up to a number."""
        self._connection.execute(statements.REMOVE_AUDIT, [through])

    def checkpoint(self) -> None:
        """Writes the log into the file.

        Raises:
            StoreFailed: it could not; what was committed is in the log.
        """
        with storage_faults():
            self._connection.execute("CHECKPOINT")

    def _write_memberships(self, decisions: Sequence[CommittedDecision], audiences: decided.Numbers) -> None:
        moved = decided.memberships(decisions, audiences)
        if moved.closed.num_rows:
            self._planned.run("close_memberships", {"ended": moved.closed})
        self._insert("memberships", moved.opened)
        self._resident.move(moved.closed["record_number"].to_pylist(), arrow_table(MEMBERSHIPS, moved.current))

    def _write_tasks(self, decisions: Sequence[CommittedDecision], audiences: decided.Numbers) -> None:
        tasks = decided.tasks(decisions, audiences)
        if tasks.closed.num_rows:
            self._planned.run("close_tasks", {"ended_tasks": tasks.closed})
        self._insert("tasks", tasks.opened)
        raised = arrow_table(TASKS, [row[: len(TASKS)] for row in tasks.current])
        keys = (tasks.closed[name].to_pylist() for name in ("identity_low", "identity_high"))
        self._resident.replace_tasks(set(zip(*keys, strict=True)), raised)

    def _insert(self, name: str, rows: pa.Table) -> None:
        """Inserts rows; nothing for an empty table."""
        if rows.num_rows:
            self._planned.run(f"insert_{name}", {f"new_{name}": rows})

    def look_up(self, statement: str, numbers: Iterable[int]) -> list[tuple[Any, ...]]:
        """The rows that one of the statements gives for numbered records."""
        return self._planned.run(statement, {"wanted": _numbered(numbers)})

    def stage(self, name: str, rows: pa.Table) -> None:
        """Adds rows to a staged table; nothing for an empty table."""
        if rows.num_rows:
            self._planned.run(f"stage_{name}", {f"new_{name}": rows})

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
        self.guards.commit()
        self.markings.commit()
        self._audiences.commit()

    def _undo(self) -> None:
        self._forget()
        self._connection.rollback()

    def _forget(self) -> None:
        """Takes back in memory what was not committed."""
        self._resident.rollback()
        self.guards.rollback()
        self.markings.rollback()
        self._audiences.rollback()


def _score(model: Model, review_weight: float) -> str:
    scorer = compile_scorer(model, "SELECT * FROM candidates")
    return statements.scored_pairs(scorer.sql, review_weight)


def _numbered(numbers: Iterable[int]) -> pa.Table:
    return arrow_table(row_schemas.NUMBERS, [(number,) for number in numbers])
