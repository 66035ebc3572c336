"""`resolver demo`: from nothing to identities on made-up data, and to the reasons behind them."""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click
from rich.console import Console

from ftf.resolution.v1.decision_pb2 import Decision
from ftf.resolution.v1.resolution_service_pb2 import ResolveRecordRequest
from ftf_client import Client
from resolver.cli.child_server import child_server
from resolver.cli.demo_countries import print_scenes, two_countries
from resolver.cli.demo_febrl import import_febrl4, write_febrl4
from resolver.cli.demo_picks import cross_script_pair, splitting_correction
from resolver.cli.demo_report import bars, counts, kinds
from resolver.cli.demo_review import answered, first_tasks
from resolver.cli.evaluate import print_evaluation
from resolver.cli.explanation_table import print_pair
from resolver.cli.failures import ServiceFailed, told_in_words
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.cli.judgement_report import task_line
from resolver.cli.output import message_json, out, print_json, progress_bar
from resolver.cli.reading import all_decisions, all_identities, open_reviews
from resolver.cli.receipt import receipt_lines
from resolver.cli.words import verdict_line
from resolver.jobs import progress
from resolver.jobs.evaluation import evaluate
from resolver.jobs.evaluation_json import as_json as evaluation_json
from resolver.jobs.truth import TrueRecord, read_truth
from resolver.synthetic import generate_records
from resolver.synthetic.writer import write_files

_CASE = "demo"


@click.command()
@click.option("--records", type=click.IntRange(min=100), default=5000, show_default=True, help="How many to make up.")
@click.option("--seed", type=int, default=11, show_default=True, help="The same seed gives the same records.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def demo(records: int, seed: int, as_json: bool) -> None:
    """Show everything at work on made-up data; needs nothing and leaves nothing behind."""
    signal.signal(signal.SIGTERM, _leave)
    begun = time.monotonic()
    show = _Demo(Console(quiet=True) if as_json else out(), hidden=as_json)
    with told_in_words(), tempfile.TemporaryDirectory(prefix="resolver-demo-") as name:
        figures = show.run(Path(name), records, seed)
    figures["seconds"] = time.monotonic() - begun
    show.end(figures["seconds"])
    if as_json:
        print_json(figures)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Turns SIGTERM into an orderly exit, so that the servers end with the demo."""
    sys.exit(128 + signal.SIGTERM)


class _Demo:
    """The steps of the demo, printed to one console."""

    def __init__(self, console: Console, *, hidden: bool) -> None:
        self._console = console
        self._hidden = hidden

    def run(self, folder: Path, records: int, seed: int) -> dict[str, Any]:
        """All steps; returns their figures."""
        self._console.print(
            "Records of many countries become identities.\n"
            "All people here are made up. The servers listen on this machine only, on temporary databases, and end\n"
            "with the demo. All but one speak plain text, which has no access rules: everybody may do everything."
        )
        truth = self._generate(folder, records, seed)
        figures: dict[str, Any] = {}
        with child_server(folder, "demo", _CASE) as connection:
            figures["import"] = self._import(connection, folder)
            identity_of = self._report(connection, truth, figures)
            self._explain(connection, truth, identity_of, figures)
            self._correct(connection, figures)
            self._review(connection, truth, figures)
        self._countries(folder, figures)
        self._febrl(folder, figures)
        return figures

    def end(self, seconds: float) -> None:
        """Says how long it took and where to go on."""
        self._title(f"Done in {seconds:.0f} seconds; nothing was left behind")
        self._console.print(
            "Next: `make serve` starts a server that stays; `resolver --help` shows what to do with it."
        )

    def _generate(self, folder: Path, records: int, seed: int) -> list[TrueRecord]:
        with self._bar("making up records", records) as advance:
            generated = write_files(generate_records(seed, records), folder / "records.jsonl", folder / "truth.csv")
            for done, _ in enumerate(generated, start=1):
                advance(done)
        truth = read_truth(folder / "truth.csv")
        countries = {each.owner_country for each in truth}
        persons = {each.person for each in truth}
        self._title(f"{records:,} records of {len(persons):,} people, from {len(countries)} countries")
        bars(self._console, "records by script", counts(truth, lambda each: each.scripts))
        bars(self._console, "records by owner", counts(truth, lambda each: (each.owner_country,)))
        return truth

    def _import(self, connection: Client, folder: Path) -> dict[str, Any]:
        run = ImportRun(connection, ImportPlan(folder / "records.jsonl"))
        with self._bar("sending records", run.rows) as advance:
            summary = run.run(advance)
        self._title("Streamed in over gRPC, each message acknowledged when it was durable")
        self._console.print(
            f"{summary.accepted:,} records in {summary.seconds:.1f} s: {summary.records_per_second:,.0f} a second; "
            f"{summary.rejected:,} rejected"
        )
        kinds(self._console, summary.kinds)
        return summary.as_json()

    def _report(self, connection: Client, truth: list[TrueRecord], figures: dict[str, Any]) -> dict[str, str]:
        identities = list(all_identities(connection))
        identity_of = {record: each.name for each in identities for record in each.records}
        found = evaluate(truth, identity_of, open_reviews(all_decisions(connection)))
        self._title("The identities against the truth")
        print_evaluation(self._console, found, groups=False)
        sizes = {"1 record": 0, "2 to 3": 0, "4 to 9": 0, "10 or more": 0}
        for each in identities:
            size = len(each.records)
            sizes["1 record" if size == 1 else "2 to 3" if size < 4 else "4 to 9" if size < 10 else "10 or more"] += 1
        bars(self._console, "identities by size", sizes)
        figures["evaluation"] = evaluation_json(found)
        return identity_of

    def _explain(
        self, connection: Client, truth: list[TrueRecord], identity_of: dict[str, str], figures: dict[str, Any]
    ) -> None:
        self._title("One person in two scripts, and why")
        explained = cross_script_pair(connection, truth, identity_of)
        if explained is None:
            raise ServiceFailed("No two records without a common script are in one identity.")
        print_pair(self._console, explained)
        figures["explanation"] = message_json(explained)

    def _correct(self, connection: Client, figures: dict[str, Any]) -> None:
        self._title("A correction: the owner finds that a record is about somebody else, and its identity comes apart")
        pick = splitting_correction(connection, list(all_identities(connection, minimum_records=3)))
        if pick is None:
            raise ServiceFailed("No correction was found that makes an identity come apart.")
        receipt: Decision = connection.resolution.ResolveRecord(ResolveRecordRequest(record=pick.record))
        for line in receipt_lines(receipt):
            self._console.print(line)
        figures["correction"] = message_json(receipt)

    def _review(self, connection: Client, truth: list[TrueRecord], figures: dict[str, Any]) -> None:
        self._title("What people are asked, the most valuable answers first")
        for task in first_tasks(connection, 5):
            self._console.print(task_line(task), highlight=False, soft_wrap=True)
        self._title("One question answered: a verdict, which outranks every link")
        found = answered(connection, truth)
        if found is None:
            raise ServiceFailed("No question was found that a person could answer alone.")
        for line in (verdict_line(found.given.verdicts[0]), *receipt_lines(found.given.decision)):
            self._console.print(line)
        self._title("The verdict withdrawn: both identities are back, under the names they had")
        for line in receipt_lines(found.taken_back.decision):
            self._console.print(line)
        figures["review"] = {
            "task": message_json(found.task),
            "given": message_json(found.given),
            "taken_back": message_json(found.taken_back),
        }

    def _countries(self, folder: Path, figures: dict[str, Any]) -> None:
        self._title("Two countries over mutual TLS: what one keeps to itself changes nothing that the other is told")
        scenes = list(two_countries(folder, _CASE))
        print_scenes(self._console, scenes)
        figures["countries"] = [scene.as_json() for scene in scenes]

    def _febrl(self, folder: Path, figures: dict[str, Any]) -> None:
        table = folder / "febrl4.csv"
        truth = write_febrl4(table)
        with child_server(folder, "febrl4", _CASE) as connection, self._bar("sending FEBRL4", len(truth)) as advance:
            summary, found = import_febrl4(connection, table, truth, advance)
        self._title("FEBRL4: 10,000 records that nobody here made up, through `import --mapping`")
        self._console.print(
            f"{summary.accepted:,} records, {summary.records_per_second:,.0f} a second; "
            f"{summary.rejected:,} rejected: {_reasons(progress.beside(table, '.rejects.jsonl'))}"
        )
        print_evaluation(self._console, found, groups=False)
        figures["febrl4"] = {"import": summary.as_json(), "evaluation": evaluation_json(found)}

    def _title(self, text: str) -> None:
        self._console.print()
        self._console.print(text, style="bold")

    @contextmanager
    def _bar(self, title: str, total: int) -> Iterator[Any]:
        with progress_bar(title, total, hidden=self._hidden) as advance:
            yield advance


def _reasons(rejects: Path) -> str:
    """Why rows were rejected, each reason once."""
    lines = rejects.read_text(encoding="utf-8").splitlines() if rejects.exists() else []
    return "; ".join(sorted({json.loads(line)["message"] for line in lines}))
