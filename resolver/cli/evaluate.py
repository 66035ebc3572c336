"""`resolver evaluate`: the service's identities against a truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ftf_client import Client
from resolver.cli.options import Target, service_options
from resolver.cli.output import out, print_json, progress_bar
from resolver.cli.reading import all_decisions, all_identities, open_reviews
from resolver.cli.record_lines import read_records
from resolver.jobs.corpus import corpus_of
from resolver.jobs.evaluation import Evaluation, GroupFigures
from resolver.jobs.evaluation import evaluate as evaluate_identities
from resolver.jobs.evaluation_json import as_json as evaluation_json
from resolver.jobs.name_bands import name_bands
from resolver.jobs.truth import TrueRecord, TruthInvalid, read_truth
from resolver.linkage.model import shipped_model

_SHOWN_GROUPS = 10


@click.command()
@click.argument("truth", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--minimum-pairs",
    type=click.IntRange(min=1),
    default=30,
    show_default=True,
    help="Groups with fewer true pairs are left out.",
)
@click.option(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The records of the truth, one JSON message a line: figures by how common a name is, too.",
)
@service_options
def evaluate(
    truth: Path,
    minimum_pairs: int,
    records: Path | None,
    target: Target,
) -> None:
    """Compare the service's identities with TRUTH, a CSV `record,person[,owner_country,nationality,scripts]`.

    A pair belongs to a script, a nationality or a band of names when at least one of its records does. The bands are
    quarters of the records, from the rarest to the commonest names by the frequencies of the shipped model.
    """
    try:
        known = read_truth(truth)
    except TruthInvalid as error:
        raise click.ClickException(str(error)) from None
    if records is not None:
        known = with_name_bands(known, records)
    with target.connect() as connection:
        found = evaluate_service(connection, known, minimum_pairs, hidden=target.as_json)
    if target.as_json:
        print_json(evaluation_json(found))
    else:
        print_evaluation(out(), found)


def with_name_bands(truth: Sequence[TrueRecord], records: Path) -> list[TrueRecord]:
    """The truth with the band of each record's name; records that the file lacks have none."""
    corpus = corpus_of(read_records(records), None)
    band_of = dict(zip(corpus.names, name_bands(corpus.records, shipped_model().frequencies), strict=True))
    return [replace(each, name_band=band_of.get(each.record, "")) for each in truth]


def evaluate_service(
    connection: Client, truth: Sequence[TrueRecord], minimum_pairs: int = 30, *, hidden: bool = False
) -> Evaluation:
    """Reads all identities and the feed, and judges them."""
    with progress_bar("identities", None, hidden=hidden) as advance:
        identity_of = {
            record: identity.name
            for identity in all_identities(connection, advance=advance)
            for record in identity.records
        }
    with progress_bar("decisions", None, hidden=hidden) as advance:
        reviews = open_reviews(all_decisions(connection, advance))
    return evaluate_identities(truth, identity_of, reviews, minimum_pairs)


def print_evaluation(console: Console, found: Evaluation, *, groups: bool = True) -> None:
    """Prints the figures, worst groups first."""
    console.print(f"{found.records:,} records of {found.persons:,} persons in {found.identities:,} identities")
    if found.records_without_identity:
        console.print(f"{found.records_without_identity:,} records have no identity; they count as standing alone")
    table = _table("", "precision", "recall", "F1")
    for title, each in (("pairs", found.pairs), ("B-cubed", found.cubed)):
        table.add_row(title, *(f"{share:.4f}" for share in (each.precision, each.recall, each.f1)))
    console.print(table)
    console.print(
        f"over-merges   {found.over_merged_identities:,} identities with several persons, "
        f"{found.over_merged_pairs:,} false pairs\n"
        f"under-merges  {found.under_merged_persons:,} persons in several identities, "
        f"{found.under_merged_pairs:,} missed pairs\n"
        f"review        {found.review_tasks:,} open tasks with {found.true_pairs_in_review:,} of the missed pairs; "
        f"{found.recall_with_review:.4f} of true pairs are merged or in review"
    )
    if groups:
        every = (("script", found.by_script), ("nationality", found.by_nationality), ("name", found.by_name_band))
        for title, figures in every:
            if figures:
                console.print(_group_table(title, figures))


def _group_table(title: str, figures: Sequence[GroupFigures]) -> Table:
    more = f", the worst {_SHOWN_GROUPS} of {len(figures)}" if len(figures) > _SHOWN_GROUPS else ""
    table = _table(title, "precision", "recall", "F1", "B-cubed F1", "true pairs", "records")
    table.title, table.title_justify = f"by {title}{more}", "left"
    for each in figures[:_SHOWN_GROUPS]:
        shares = (each.pairs.precision, each.pairs.recall, each.pairs.f1, each.cubed.f1)
        table.add_row(each.group, *(f"{share:.4f}" for share in shares), f"{each.pairs.true:,}", f"{each.records:,}")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(show_edge=False, pad_edge=False)
    table.add_column(first)
    for title in others:
        table.add_column(title, justify="right")
    return table
