"""The report of a training: what was trained on what, Splink's charts, and where the model goes wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log2

import pyarrow as pa

from resolver.identity.policy import Policy
from resolver.jobs.batch import BatchResult, Progress, resolve_batch
from resolver.jobs.corpus import Corpus
from resolver.jobs.evaluation import Evaluation, GroupFigures, evaluate
from resolver.jobs.name_bands import name_bands
from resolver.jobs.report_page import Figure, Section, Table, page
from resolver.jobs.truth import TrueRecord
from resolver.jobs.worst_pairs import WorstPair, worst_pairs
from resolver.linkage.columns import comparable_table
from resolver.linkage.model import Model
from resolver.linkage.report_charts import ModelCharts, Waterfall, accuracy_charts
from resolver.linkage.training import Trained
from resolver.store.arrow import registered

WORST = 10
"""Pairs of each kind that a report shows."""
_MOST_GROUPS = 12
_NOTE = (
    "The waterfall charts and the charts of frequent values print what records state. Where the records are real, this "
    "file holds personal data: keep it as the records are kept, and do not pass it on with the model."
)
_JUDGED = """
WITH compared AS (
  SELECT s.left_number, s.right_number, s.match_weight, l.person = r.person AS same
  FROM scored s JOIN persons l ON l.record_number = s.left_number JOIN persons r ON r.record_number = s.right_number
), true_pairs AS (
  SELECT l.record_number AS left_number, r.record_number AS right_number
  FROM persons l JOIN persons r ON l.person = r.person AND l.record_number < r.record_number
)
SELECT match_weight, same::DOUBLE AS clerical_match_score, true AS found_by_blocking_rules FROM compared
UNION ALL
SELECT -999.0, 1.0, false FROM true_pairs ANTI JOIN compared USING (left_number, right_number)
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A resolved file, the persons of its records by number, and whether the model was trained on this very file."""

    batch: BatchResult
    persons: tuple[str, ...]
    evaluation: Evaluation
    own: bool


def judge(corpus: Corpus, model: Model, policy: Policy, progress: Progress, *, own: bool) -> Judgement:
    """Resolves a corpus whose persons are known with a model, and judges the outcome, by bands of names too."""
    if corpus.persons is None:
        raise ValueError("only a corpus with persons can be judged")
    batch = resolve_batch(corpus.names, corpus.records, model, policy, progress)
    bands = name_bands(corpus.records, model.frequencies)
    truth = [
        TrueRecord(name, person, scripts=record.scripts, nationalities=record.nationalities, name_band=band)
        for name, person, record, band in zip(corpus.names, corpus.persons, corpus.records, bands, strict=True)
    ]
    found = evaluate(truth, batch.identity_of(), batch.open_reviews())
    return Judgement(batch, corpus.persons, found, own)


def report(model: Model, trained: Trained, corpus: Corpus, judgement: Judgement | None, day: date) -> str:
    """The report as one HTML page.

    Args:
        model: the trained model.
        trained: what training learned besides.
        corpus: what it was trained on.
        judgement: how well it does on a file with a truth, where there is one.
        day: the day of the training.
    """
    charts = ModelCharts(model, comparable_table(range(len(corpus.records)), corpus.records, model.frequencies))
    sections = [_training(model, trained), *_parameters(charts, trained)]
    if judgement is None:
        sections.append(_no_truth())
    else:
        sections += [_figures(judgement), _thresholds(judgement), *_worst(judgement, model)]
    subtitle = f"{model.name}, trained on {len(corpus.records):,} records on {day.isoformat()}"
    return page("What the model learned", subtitle, _NOTE, sections)


def _training(model: Model, trained: Trained) -> Section:
    prior = model.prior
    facts = [(name.replace("_", " "), _plain(value)) for name, value in model.description.items()]
    facts.append(("prior", f"{prior:.3g}, which is {log2(prior / (1 - prior)):.2f} bits"))
    facts += [
        (
            f"session on pairs with equal {session.block.words}",
            f"{session.pairs:,} pairs; {session.pairs_left_out:,} of common values left out",
        )
        for session in trained.sessions
    ]
    words = (
        "The prior is the probability that two random records match before anything of them is compared. "
        "Each comparison then adds its match weight, in bits: one bit more doubles the odds.",
    )
    return Section("What was trained on what", words, [Table(("what", "value"), tuple(facts), texts=2)])


def _parameters(charts: ModelCharts, trained: Trained) -> list[Section]:
    weights = Section(
        "Match weights",
        (
            "What each level of each comparison adds to the match weight of a pair. Bars to the right speak for one "
            "person, bars to the left for two. A weight is log2(m/u).",
        ),
        [Figure(charts.match_weights())],
    )
    parameters = Section(
        "m and u",
        (
            "Left, m: how often the level is seen among pairs of one person. Right, u: how often among pairs of "
            "strangers. A level weighs much where the two differ much.",
        ),
        [Figure(charts.parameters())],
    )
    sections = [weights, parameters]
    if trained.estimates is not None:
        sections.append(
            Section(
                "Estimates of m by session",
                (
                    "Each session of expectation maximisation looked at other pairs. Where their estimates of a level "
                    "lie close together they can be relied on; where they do not, the level is rare, or the pairs of a "
                    "session are peculiar. The median counts.",
                ),
                [Figure(trained.estimates)],
            )
        )
    frequencies = charts.term_frequencies()
    if frequencies:
        sections.append(
            Section(
                "Frequent and rare values",
                (
                    "To agree in a rare value says more than to agree in a common one. The charts show what the most "
                    "and the least frequent values add to the level's weight or take from it.",
                ),
                [Figure(chart, name.replace("_", " "), closed=True) for name, chart in frequencies.items()],
            )
        )
    return sections


def _no_truth() -> Section:
    words = (
        "Without a truth nobody can say how good the model is: give one for these records, or other records with one."
    )
    return Section("How good it is", (words,))


def _whose(judgement: Judgement) -> str:
    if judgement.own:
        return "These are the records that the model was trained on; on others it will do a little worse."
    return "These are not the records that the model was trained on."


def _figures(judgement: Judgement) -> Section:
    found = judgement.evaluation
    words = (
        f"{found.records:,} records of {found.persons:,} persons became {found.identities:,} identities. "
        f"{_whose(judgement)}",
        f"Over-merges, identities of several persons: {found.over_merged_identities:,}, with "
        f"{found.over_merged_pairs:,} false pairs. Under-merges, persons in several identities: "
        f"{found.under_merged_persons:,}, with {found.under_merged_pairs:,} missed pairs. Open review tasks: "
        f"{found.review_tasks:,}; {found.recall_with_review:.4f} of the true pairs are merged or in review.",
    )
    overall = Table(
        ("", "precision", "recall", "F1"),
        tuple(
            (title, *(f"{share:.4f}" for share in (each.precision, each.recall, each.f1)))
            for title, each in (("pairs", found.pairs), ("B-cubed", found.cubed))
        ),
    )
    groups = (("script", found.by_script), ("nationality", found.by_nationality), ("name", found.by_name_band))
    return Section("How good it is", words, [overall, *(_group(title, each) for title, each in groups if each)])


def _group(title: str, figures: Sequence[GroupFigures]) -> Table:
    shown = figures[:_MOST_GROUPS]
    rows = (
        (
            each.group,
            *(f"{share:.4f}" for share in (each.pairs.precision, each.pairs.recall, each.pairs.f1, each.cubed.f1)),
            f"{each.pairs.true:,}",
            f"{each.records:,}",
        )
        for each in shown
    )
    header = f"by {title}" if len(shown) == len(figures) else f"by {title}, the worst {len(shown)} of {len(figures)}"
    return Table((header, "precision", "recall", "F1", "B-cubed F1", "true pairs", "records"), tuple(rows))


def _thresholds(judgement: Judgement) -> Section:
    batch, policy = judgement.batch, judgement.batch.policy
    persons = pa.table(
        {
            "record_number": pa.array(range(len(judgement.persons)), pa.int64()),
            "person": pa.array(judgement.persons, pa.string()),
        }
    )
    records = len(judgement.persons)
    with registered(batch.connection, "persons", persons):
        selection, curve = accuracy_charts(batch.connection, f"({_JUDGED})", records * (records - 1) // 2)
    words = (
        "Precision and recall of single pairs, had the match weight alone decided at the threshold. "
        f"{_whose(judgement)} True pairs that share no blocking key count as missed. The service does more: rules "
        "refuse merges, and records join through others, so its figures are those of the section before.",
        f"{policy.name} sends pairs to review from {policy.review_weight:g} bits and merges from "
        f"{policy.merge_weight:g} bits.",
    )
    return Section("Thresholds", words, [Figure(selection), Figure(curve)])


def _worst(judgement: Judgement, model: Model) -> list[Section]:
    batch = judgement.batch
    worst = worst_pairs(batch, judgement.persons, WORST)
    every = (*worst.missed, *worst.never_compared, *worst.false)
    numbers = sorted({number for pair in every for number in (pair.left, pair.right)})
    chosen = pa.table({"record_number": pa.array(numbers, pa.int64())})
    with registered(batch.connection, "chosen_records", chosen):
        rows = batch.connection.sql("SELECT c.* FROM comparable c JOIN chosen_records USING (record_number)")
        table = rows.to_arrow_table()
    waterfalls = ModelCharts(model, table).waterfalls([(pair.left, pair.right) for pair in every])

    def figures(pairs: Iterable[WorstPair]) -> list[Figure]:
        return [_waterfall(waterfalls[pair.left, pair.right], _heading(pair, batch.names)) for pair in pairs]

    how = "Open a line to see how its weight adds up, from the prior on the left to the final score on the right."
    return [
        Section(
            "Missed although compared",
            (f"Pairs of one person that ended in two identities, the lowest weights first. {how} {_whose(judgement)}",),
            figures(worst.missed),
        ),
        Section(
            "Missed because never compared",
            (
                "Pairs of one person that ended in two identities and share no blocking key. Those that would have "
                f"weighed most come first: they are what blocking loses. {how} {_whose(judgement)}",
            ),
            figures(worst.never_compared),
        ),
        Section(
            "Strangers that weigh most",
            (
                "Pairs of two persons, the highest weights first. Some were united, an over-merge; others a rule kept "
                f"apart. {how} {_whose(judgement)}",
            ),
            figures(worst.false),
        ),
    ]


def _waterfall(waterfall: Waterfall, heading: str) -> Figure:
    rows = tuple(
        (step.comparison, step.words, step.left, step.right, f"{step.weight:+.2f}") for step in waterfall.steps
    )
    return Figure(waterfall.chart, heading, True, Table(("", "level", "left", "right", "bits"), rows, texts=4))


def _heading(pair: WorstPair, names: Sequence[str]) -> str:
    ended = "in one identity" if pair.united else "apart"
    return f"{pair.weight:+.2f} bits, {ended}: {names[pair.left]} and {names[pair.right]}"


def _plain(value: str | int | float) -> str:
    return value if isinstance(value, str) else f"{value:,g}" if isinstance(value, float) else f"{value:,}"
