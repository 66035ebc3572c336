"""The peers, what each is given and cannot do, and how they are measured."""

from __future__ import annotations

import csv
import json
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.environments import FOLDER, PeerFailed, environment, run
from benchmarks.peers.inputs import inputs
from benchmarks.peers.telling import Told
from benchmarks.performance.holdings import CACHE, ROOT, Holding, Progress
from resolver.jobs.evaluation import PairFigures, evaluate
from resolver.jobs.truth import TrueRecord, read_truth

OURS = "this project, batch run"


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool: what its figures are about, and what it does not do."""

    name: str
    environment: str | None
    script: str
    given: str
    cannot: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeerFigures:
    """How a peer did on the records of a holding; medians of `runs`.

    `steps` are seconds from the file to the result, `each` milliseconds of a single small thing. `problem` says why
    there are no figures. `pairs` are those of the groups or, without groups, of the pairs found.
    """

    peer: Peer
    records: int
    runs: int
    version: str
    steps: Mapping[str, float]
    each: Mapping[str, float]
    cpu_seconds: float
    peak_mib: float
    pairs: PairFigures | None
    problem: str

    @property
    def seconds(self) -> float:
        """Seconds from the file to the result."""
        return sum(self.steps.values())


OUR_BATCH = Peer(
    name=OURS,
    environment=None,
    script="with_ours.py",
    given="the records as they arrive: every name, script, birth, document",
    cannot="writes nothing down; the service does, with receipts, and ends in the same groups",
)
SPLINK = Peer(
    name="Splink, `predict` and clustering",
    environment="splink",
    script="with_splink.py",
    given="our standardised columns, blocking keys and model, which it had no part in making",
    cannot="no rules between records, no store: a new record needs `predict_between` and no cluster is updated",
)
FLAT = (
    Peer(
        name="recordlinkage, ECM",
        environment="recordlinkage",
        script="with_recordlinkage.py",
        given="a flat table in Latin letters; no labels",
        cannot="pairs alone, no groups; no new record without comparing anew",
    ),
    Peer(
        name="dedupe",
        environment="dedupe",
        script="with_dedupe.py",
        given="a flat table in Latin letters; the truth's answers to the 100 pairs that it asks about",
        cannot="needs labels; groups are made anew for every new record",
    ),
    *(
        Peer(
            name=f"goldenmatch, {title}",
            environment="goldenmatch",
            script="with_goldenmatch.py",
            given="a flat table in Latin letters; no labels",
            cannot=cannot,
            arguments=(use,),
        )
        for title, use, cannot in (
            (
                "without configuration",
                "zero",
                "warns itself of low precision with what it chose; its identities are another part, not measured",
            ),
            ("columns named", "named", "one value a field; its identities are another part, not measured"),
        )
    ),
)


def peer_figures(peer: Peer, of: Holding, runs: int, limit: float, progress: Progress) -> PeerFigures:
    """Runs a peer on a holding; `limit` seconds for each run."""
    folder = inputs(of, progress)
    progress(f"peers: {peer.name} on {of.records:,} records")
    told: list[Told] = []
    pairs: PairFigures | None = None
    problem = ""
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        python = Path(sys.executable) if peer.environment is None else environment(peer.environment)
        variables = {"PYTHONPATH": str(ROOT)} if peer.environment is None else {"PYTHONPATH": ""}
        for _ in range(runs):
            with tempfile.TemporaryDirectory(dir=CACHE) as name:
                run([str(python), str(FOLDER / peer.script), str(folder), name, *peer.arguments], limit, variables)
                told.append(json.loads((Path(name) / "told.json").read_text(encoding="utf-8")))
                pairs = _judged(Path(name), read_truth(of.truth))
    except PeerFailed as error:
        problem = str(error)
    return PeerFigures(
        peer=peer,
        records=of.records,
        runs=len(told),
        version=told[0]["version"] if told else "",
        steps=_medians([each["seconds"] for each in told]),
        each=_medians([{name: _middle(taken) for name, taken in each["each"].items()} for each in told]),
        cpu_seconds=round(statistics.median(each["cpu_seconds"] for each in told), 1) if told else 0.0,
        peak_mib=round(max((each["peak_mib"] for each in told), default=0.0)),
        pairs=pairs,
        problem=problem,
    )


def _middle(seconds: Sequence[float]) -> float:
    """The median in milliseconds."""
    return round(1000 * statistics.median(seconds), 1)


def _medians(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(run[name] for run in runs), 3) for name in (runs[0] if runs else ())}


def _judged(folder: Path, truth: Sequence[TrueRecord]) -> PairFigures:
    """The pairs that a peer found, by groups or one by one, against the truth."""
    groups = folder / "groups.csv"
    if groups.exists():
        found = dict(_rows(groups))
        alone = {each.record: f"alone {each.record}" for each in truth}
        return evaluate(truth, {**alone, **found}).pairs
    person = {each.record: each.person for each in truth}
    pairs = {(min(pair), max(pair)) for pair in _rows(folder / "pairs.csv")}
    return PairFigures(
        true=evaluate(truth, {each.record: each.person for each in truth}).pairs.true,
        merged=len(pairs),
        right=sum(person[left] == person[right] for left, right in pairs),
    )


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [(one, other) for one, other in rows]
