"""`resolver train`: a model from a file of records, and a report of what it learned."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console

from resolver.cli.record_lines import read_records
from resolver.identity.policy import STANDARD
from resolver.jobs.corpus import Corpus, CorpusInvalid, corpus_of
from resolver.jobs.labels import LabelsInvalid, read_labels
from resolver.jobs.report import Judgement, judge, report
from resolver.jobs.training import TooFewLabels, train_model
from resolver.jobs.truth import TruthInvalid, read_truth
from resolver.linkage.model import Model, load_model
from resolver.linkage.term_frequencies import REFERENCE_HOLDING
from resolver.linkage.training import NothingToLearnFrom, Progress

REPORT = "report.html"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--records", type=_FILE, required=True, help="Records, one JSON message a line.")
@click.option("--truth", type=_FILE, help="CSV `record,person` of those records; m is then counted from it.")
@click.option(
    "--labels",
    type=_FILE,
    help="CSV `record_l,record_r,verdict` with SAME or DIFFERENT; m is then counted from the pairs that are SAME. "
    "Without labels and truth it is estimated by expectation maximisation.",
)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder in which the model's own folder is made.",
)
@click.option("--report/--no-report", "wanted", default=True, help=f"Write {REPORT} into the model's folder.")
@click.option(
    "--evaluate-records", type=_FILE, help="Other records for the report to judge the model on than those of --records."
)
@click.option("--evaluate-truth", type=_FILE, help="CSV `record,person` of --evaluate-records.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day in the model's name; today by default.")
@click.option("--sampled-pairs", type=float, default=2e7, show_default=True, help="Random pairs to sample u from.")
@click.option(
    "--other-records",
    type=float,
    default=4.0,
    show_default=True,
    help="Other records of its person that a record has on average; read off the truth where there is one.",
)
@click.option(
    "--holding",
    type=click.IntRange(min=1),
    default=REFERENCE_HOLDING,
    show_default=True,
    help="Records of the holding that the model is for. Blocking keys that too many of them would share are not made: "
    "a larger holding has fewer candidates a record, and finds fewer of the pairs that state little.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the samples.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def train(
    records: Path,
    truth: Path | None,
    labels: Path | None,
    output: Path,
    wanted: bool,
    evaluate_records: Path | None,
    evaluate_truth: Path | None,
    day: datetime | None,
    sampled_pairs: float,
    other_records: float,
    holding: int,
    seed: int,
    as_json: bool,
) -> None:
    """Train a model on records and write it, frozen, into a folder of its own, with a report."""
    if truth is not None and labels is not None:
        raise click.UsageError("give --truth or --labels, not both: m is counted from one of them")
    if (evaluate_records is None) != (evaluate_truth is None):
        raise click.UsageError("--evaluate-records and --evaluate-truth go together")
    if evaluate_records is not None and not wanted:
        raise click.UsageError("--evaluate-records is for the report, which --no-report leaves out")
    trained_on = date.today() if day is None else day.date()  # noqa: DTZ011 - a label
    with Console(stderr=True).status("reading") as status:
        corpus = _corpus(records, truth)
        other = _corpus(evaluate_records, evaluate_truth) if evaluate_records is not None else None
        try:
            verdicts = None if labels is None else read_labels(labels, corpus.places())
            folder, trained = train_model(
                corpus,
                verdicts,
                output,
                trained_on,
                other_records_of_a_person=other_records,
                sampled_pairs=sampled_pairs,
                seed=seed,
                progress=status.update,
                holding=holding,
            )
        except (LabelsInvalid, NothingToLearnFrom) as error:
            raise click.ClickException(str(error)) from None
        except TooFewLabels as error:
            raise click.ClickException(f"{labels.name if labels else ''}: {error}") from None
        result = {"model": f"models/{folder.name}", "folder": str(folder)}
        if wanted:
            model = load_model(folder)
            judgement = _judgement(corpus, other, model, status.update)
            status.update("drawing the report")
            page = report(model, trained, corpus, judgement, trained_on)
            (folder / REPORT).write_text(page, encoding="utf-8")
            result["report"] = str(folder / REPORT)
    click.echo(json.dumps(result) if as_json else f"trained {folder}")


def _corpus(records: Path, truth: Path | None) -> Corpus:
    try:
        persons = None if truth is None else {item.record: item.person for item in read_truth(truth)}
    except TruthInvalid as error:
        raise click.ClickException(str(error)) from None
    try:
        return corpus_of(read_records(records), persons)
    except CorpusInvalid as error:
        raise click.ClickException(f"{records.name}: {error}") from None


def _judgement(corpus: Corpus, other: Corpus | None, model: Model, progress: Progress) -> Judgement | None:
    if other is not None:
        return judge(other, model, STANDARD, progress, own=False)
    return judge(corpus, model, STANDARD, progress, own=True) if corpus.persons is not None else None
