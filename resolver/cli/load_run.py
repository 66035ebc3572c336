"""One load from beginning to end: files into a store that is new, or as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from resolver.cli.foreign_rows import mapping_for
from resolver.cli.load_reading import RecordReading
from resolver.cli.load_watch import LoadWatch
from resolver.domain.audit import Asked
from resolver.domain.decision import Decision
from resolver.domain.errors import ResolverError
from resolver.domain.owner import Owner
from resolver.engine.asked.submission import Submission
from resolver.engine.engine import made_with, open_engine
from resolver.identity.policy import Policy
from resolver.jobs import readers
from resolver.jobs.load import Entered, Load
from resolver.jobs.load_repeats import repeat
from resolver.jobs.load_rows import RowPreparer
from resolver.jobs.progress import beside
from resolver.jobs.rejects import Reject, reject_lines, rejected
from resolver.linkage.model import Model
from resolver.store.database import bind, open_database
from resolver.store.keys import StoreKey
from resolver.store.new_store import new_store


class NothingToLoad(Exception):
    """No row of the files states a record that could be stored."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """What to load and how. `mapping` is the text of a mapping file; None: the rows are records already.

    `owner` is whose records are that do not say whose they are, `memory` what DuckDB may take, `asked` what the audit
    log says of the load.
    """

    files: tuple[Path, ...]
    database: Path
    mapping: str | None
    owner: Owner | None
    policy: Policy
    key: StoreKey | None
    memory: str
    asked: Asked


@dataclass(slots=True)
class Summary:
    """What a load did. `records` are new ones, `repeated` rows that state one of them again.

    `kinds` counts decisions, and `findings` what is flawed in stored records, by kind.
    """

    database: str
    records: int = 0
    repeated: int = 0
    rejected: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    rejects_files: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The summary in the form that machines read; `seconds` are by phase."""
        return {
            "database": self.database,
            "records": self.records,
            "repeated": self.repeated,
            "rejected": self.rejected,
            "kinds": dict(self.kinds),
            "findings": dict(self.findings),
            "seconds": {phase: round(seconds, 3) for phase, seconds in self.seconds.items()},
            "rejects_files": self.rejects_files,
        }


class _Source:
    """A file, how its rows are read, and where its rejects are listed."""

    def __init__(self, path: Path, reading: RecordReading) -> None:
        self.path, self.reading = path, reading
        self.entered = Entered()
        self.rejected: Counter[str] = Counter()
        self.rejects_path = beside(path, ".rejects.jsonl")

    def reject(self, rejects: Iterable[Reject]) -> None:
        """Lists rows that are not stored."""
        some = sorted(rejects, key=lambda each: each.line)
        if some:
            with self.rejects_path.open("ab" if self.rejected else "wb") as file:
                file.write(reject_lines(some))
            self.rejected.update(each.reason for each in some)

    def repeats(self) -> Iterator[tuple[int, Submission]]:
        """What the rows state whose records were stated before, with their lines."""
        lines = frozenset(self.entered.repeats)
        for row in readers.rows(self.path):
            if row.line in lines:
                yield from self.reading([row]).submissions


class LoadRun:
    """A load that is ready: the files are readable, and the mapping fits each."""

    def __init__(self, plan: LoadPlan, model: Model) -> None:
        """Raises `UnreadableFile` or `SectionInvalid`."""
        self._plan, self._model = plan, model
        readings = [RecordReading(mapping_for(path, plan.mapping), plan.owner) for path in plan.files]
        self._sources = [_Source(path, reading) for path, reading in zip(plan.files, readings, strict=True)]

    def run(self, watch: LoadWatch) -> Summary:
        """Loads; at the end the store is whole and durable in its place.

        Raises:
            StoreError: the store holds records, is in use, or cannot be made.
            StorageFull, StoreFailed: there is no room.
            UnreadableFile: a file is damaged in the middle.
            NothingToLoad: no row could be stored.
            BrokenProcessPool: a process that prepares rows was ended.
        """
        plan, summary = self._plan, Summary(self._plan.database.name)
        with new_store(plan.database, plan.key) as unfinished:
            for source in self._sources:
                source.rejects_path.unlink(missing_ok=True)
            database = open_database(unfinished, plan.key)
            with closing(database.connection):
                bind(database, made_with(self._model, plan.policy))
                now = datetime.now(UTC).replace(tzinfo=None)
                load = Load(database, self._model, plan.policy, plan.memory, now)
                self._enter(load, now, watch)
                if not load.records:
                    raise NothingToLoad("no row states a record that can be stored; the rejects say why")
                load.find_pairs(watch)
                summary.kinds = load.decide(plan.asked, watch)
                load.note_rejects(plan.asked, sum((source.rejected for source in self._sources), Counter()))
                summary.records = load.records
            summary.repeated = sum(len(source.entered.repeats) for source in self._sources)
            if summary.repeated:
                watch.begin("correcting", summary.repeated)
                self._repeat(unfinished, summary, watch)
            watch.begin("checking")
        for source in self._sources:
            summary.rejected += source.rejected.total()
            summary.findings.update(source.entered.findings)
        summary.rejects_files = [str(source.rejects_path) for source in self._sources if source.rejected]
        return summary

    def _enter(self, load: Load, now: datetime, watch: LoadWatch) -> None:
        watch.begin("standardising", sum(readers.facts(source.path).rows for source in self._sources))
        done = 0
        for source in self._sources:
            with closing(RowPreparer(self._model.frequencies, load.names, source.reading, now)) as preparer:
                for looked_at, rejects in load.enter(preparer.prepared(readers.rows(source.path)), source.entered):
                    source.reject(rejects)
                    done += looked_at
                    watch.advance(done)

    def _repeat(self, unfinished: Path, summary: Summary, watch: LoadWatch) -> None:
        plan, done = self._plan, 0
        with closing(open_engine(unfinished, model=self._model, policy=plan.policy, key=plan.key)) as engine:
            for source in self._sources:
                for line, submission, answer in repeat(engine, source.repeats(), plan.asked):
                    if isinstance(answer, ResolverError):
                        source.reject([rejected(line, submission.name, answer)])
                    elif isinstance(answer, Decision):
                        summary.kinds[answer.kind.name] += 1
                        source.entered.findings.update(each.kind.name for each in answer.findings)
                    done += 1
                    watch.advance(done)
