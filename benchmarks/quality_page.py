"""The figures of quality as a page for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.made_up import SetFigures
from benchmarks.markdown import MET, table
from benchmarks.quality_asked import asked_figures, title_of
from benchmarks.quality_figures import TRAINING_SEED, TUNING, Quality, all_seeds
from resolver.jobs.evaluation import GroupFigures, PairFigures

_SHOWN_NATIONALITIES = 12


def page(found: Quality) -> str:
    """The page in Markdown: first what is asked, then a section for each measurement."""
    lines = [
        "# How good",
        "",
        *_stamp(found),
        "",
        *table(
            ("what", "asked", "measured", "met", "measured on", "what that set was used for"),
            (
                (each.what, each.asked, each.measured, MET[each.met], each.measured_on, each.used_for)
                for each in asked_figures(found)
            ),
        ),
        *_several_seeds(found),
        *_set(found.ordinary),
        *_set(found.held_out),
        *_blocking(found),
        *_febrl(found),
        *_tokens(found),
        *_standardising(found),
        *_ecm(found),
        *_parity(found),
    ]
    return "\n".join(lines) + "\n"


def _stamp(found: Quality) -> Iterator[str]:
    stamp = found.stamp
    yield (
        f"Measured by `make quality` on {stamp.time} at commit {stamp.commit} with {found.model}: {stamp.cores} cores, "
        f"{stamp.machine}, Python {stamp.python}. Other work may have shared the cores, which timings show and "
        "nothing else."
    )
    yield ""
    yield (
        f"The model was trained on seed {TRAINING_SEED}; levels, keys, thresholds and rules were chosen on seeds"
        f" {TUNING}; made-up records here are of seed {found.ordinary.seed} where nothing else is said. Nobody reads"
        " what was missed on a seed that is reported on."
    )


def _several_seeds(found: Quality) -> Iterator[str]:
    yield from ("", "## Ordinary world, seed by seed", "")
    yield (
        f"{found.ordinary.evaluation.records:,} records each. A dozen wrong unions of groups make most of the wrong"
        " pairs of a set, so one set alone says little of precision."
    )
    yield ""
    rows = ((each.seed, each.evaluation) for each in all_seeds(found))
    head = ("seed", "precision", "recall", "F1", "true pairs", "merged or in review", "wrong pairs", "in identities")
    yield from table(
        head,
        (
            (
                *_shares(str(seed), each.pairs),
                f"{each.recall_with_review:.4f}",
                f"{each.over_merged_pairs:,}",
                f"{each.over_merged_identities:,}",
            )
            for seed, each in rows
        ),
    )


def _set(found: SetFigures) -> Iterator[str]:
    evaluation = found.evaluation
    yield from ("", f"## {title_of(found).capitalize()}", "")
    yield (
        f"{evaluation.persons:,} persons in {evaluation.identities:,} identities; {evaluation.review_tasks:,} "
        f"review tasks. Over-merges: {evaluation.over_merged_identities:,} identities of more than one person, "
        f"{evaluation.over_merged_pairs:,} pairs. Under-merges: {evaluation.under_merged_persons:,} persons in more "
        f"than one identity, {evaluation.under_merged_pairs:,} pairs, of which {evaluation.true_pairs_in_review:,} "
        "are in review."
    )
    yield ""
    cubed = evaluation.cubed
    rows = [
        _shares("all pairs", evaluation.pairs),
        ("B-cubed", f"{cubed.precision:.4f}", f"{cubed.recall:.4f}", f"{cubed.f1:.4f}", ""),
        _shares(f"without the {found.minors:,} records that state a minor", found.adults),
    ]
    if found.new_people is not None:
        rows.append(_shares("with a record of a held-out owner or nationality", found.new_people.pairs))
    yield from table(("", "precision", "recall", "F1", "true pairs"), rows)
    yield from _groups("script", evaluation.by_script, len(evaluation.by_script))
    yield from _groups("nationality", evaluation.by_nationality, _SHOWN_NATIONALITIES)
    yield from _groups("name band", evaluation.by_name_band, len(evaluation.by_name_band))
    yield from ("", "Hard negatives: pairs of different persons that look alike, and how many were merged.", "")
    yield from table(
        ("kind", "pairs", "merged"), ((each.kind, f"{each.pairs:,}", f"{each.merged:,}") for each in found.hard)
    )


def _groups(kind: str, groups: Sequence[GroupFigures], shown: int) -> Iterator[str]:
    """Groups with the lowest recall first; a pair belongs to a group when one of its records does."""
    by_recall = sorted(groups, key=lambda each: (each.pairs.recall, each.group))[:shown]
    only = f" (the {shown} of lowest recall, of {len(groups)})" if shown < len(groups) else ""
    yield from ("", f"By {kind}{only}:", "")
    yield from table(
        (kind, "precision", "recall", "F1", "true pairs"), (_shares(each.group, each.pairs) for each in by_recall)
    )


def _blocking(found: Quality) -> Iterator[str]:
    sets, holding = (found.ordinary, found.held_out), found.holding
    yield from ("", "## Blocking", "")
    for each in sets:
        blocking = each.blocking
        yield (
            f"- {title_of(each)}: {blocking.found:,} of {blocking.true_pairs:,} true pairs are candidates "
            f"({blocking.recall:.4f}), at {blocking.candidates_a_record:.1f} candidates a record."
        )
    yield (
        f"- {holding.records:,} records of seed {holding.seed}: {holding.keys:.1f} keys a record. Candidates of "
        f"{holding.sampled:,} records drawn at random, among all: mean {holding.mean:.1f}, median {holding.median:g}, "
        f"99th percentile {holding.percentile_99:.0f}, most {holding.most:,}. Measured in {holding.seconds:,.0f} s."
    )
    yield from (
        "",
        "A candidate of a record is another one that shares a key with it, earlier or later. By family of keys: the "
        f"share of true pairs that it finds ({title_of(found.ordinary)}) and the candidates that it brings a record at "
        f"{holding.records:,} records; alone: that no other family brings.",
        "",
    )
    true_pairs = max(found.ordinary.blocking.true_pairs, 1)
    rows = zip(found.ordinary.blocking.families, holding.families, strict=True)
    yield from table(
        ("family", "true pairs", "alone", "candidates a record", "alone"),
        (
            (
                pairs.family,
                f"{pairs.true_pairs / true_pairs:.4f}",
                f"{pairs.true_pairs_alone / true_pairs:.4f}",
                f"{candidates.mean:.2f}",
                f"{candidates.mean_alone:.2f}",
            )
            for pairs, candidates in rows
        ),
    )


def _febrl(found: Quality) -> Iterator[str]:
    yield from ("", "## FEBRL, through the service", "")
    rows = (
        (
            f"FEBRL{each.number}",
            f"{each.evaluation.records:,}",
            *_shares("", each.evaluation.pairs)[1:4],
            f"{each.evaluation.recall_with_review:.4f}",
            f"{each.evaluation.over_merged_identities:,}",
            f"{each.evaluation.review_tasks:,}",
            f"{each.refused:,}",
            each.used_for,
        )
        for each in found.febrl
    )
    head = ("set", "records", "precision", "recall", "F1", "merged or in review", "over-merged identities")
    yield from table((*head, "review tasks", "refused records", "what the set was used for"), rows)


def _tokens(found: Quality) -> Iterator[str]:
    yield from ("", "## Single name tokens across scripts", "")
    if found.tokens is None:
        yield "The rows of spellings are not there; nothing was measured."
        return
    yield (
        "A likeness of form, skeleton and sound, which the comparison of names does not use; beside it the share of "
        "rows whose skeletons are equal. Only the report halves are figures of quality."
    )
    yield ""
    yield from table(("rows", "share"), ((name, f"{value:.4f}") for name, value in found.tokens.items()))


def _standardising(found: Quality) -> Iterator[str]:
    figures = found.standardising
    yield from ("", "## Standardising", "")
    yield (
        f"Milliseconds a record, {figures.records:,} records of seed {figures.seed}, on one core, in a fresh process"
        f" that is set up as those that make records ready: medians of {figures.runs} such processes."
    )
    yield ""
    rows = (
        (name, f"{cost.mean:.3f}", f"{cost.median:.3f}", f"{cost.percentile_99:.3f}")
        for name, cost in (("comparable columns", figures.standardising), ("findings", figures.findings))
    )
    yield from table(("", "mean", "median", "99th percentile"), rows)


def _ecm(found: Quality) -> Iterator[str]:
    yield from ("", "## Another toolkit", "")
    counts = "the same" if found.check["counts"]["agrees"] else "other"
    yield (
        f"recordlinkage counts {counts} right, missed and false links. Its expectation/conditional maximisation on the "
        f"{found.check['candidate_pairs']:,} candidate pairs of {title_of(found.ordinary)}:"
    )
    yield ""
    share = found.ordinary.blocking.found / max(found.ordinary.blocking.candidates, 1)
    everything = {"precision": share, "recall": 1.0, "f1": 2 * share / (1 + share)}
    rows = (
        (name, *(f"{figures[share]:.4f}" for share in ("precision", "recall", "f1")))
        for name, figures in (
            ("our match weights at even odds", found.check["match_weights"]),
            ("ECM", found.check["ecm"]),
            ("every candidate taken for a match", everything),
        )
    )
    yield from table(("of candidate pairs", "precision", "recall", "F1"), rows)


def _parity(found: Quality) -> Iterator[str]:
    parity, apart = found.parity, found.parity.differences
    yield from ("", "## Service and batch run", "")
    yield (
        f"{parity.records:,} records of seed {parity.seed}, one by one through the service "
        f"({parity.records_per_second:,.0f} a second, {parity.refused:,} refused) and at once in a batch run, with "
        f"{parity.policy}. The largest difference of two match weights is {apart.largest_difference:g} bits."
    )
    yield ""
    yield from table(
        ("", "service", "batch run", "apart"),
        (
            (
                "blocking keys",
                *_both(apart.keys.service, apart.keys.batch),
                f"{apart.records_with_other_keys:,} records",
            ),
            ("pairs kept", *_both(apart.pairs.service, apart.pairs.batch), f"{apart.other_pairs:,}"),
            ("of these with another weight", "", "", f"{apart.other_weights:,}"),
            ("identities", *_both(apart.identities.service, apart.identities.batch), f"{apart.other_identities:,}"),
        ),
    )


def _both(service: int, batch: int) -> tuple[str, str]:
    return f"{service:,}", f"{batch:,}"


def _shares(title: str, pairs: PairFigures) -> tuple[str, str, str, str, str]:
    return title, f"{pairs.precision:.4f}", f"{pairs.recall:.4f}", f"{pairs.f1:.4f}", f"{pairs.true:,}"
