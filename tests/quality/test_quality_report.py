"""The report of quality on small numbers: all that is asked has its line, and what would be wrong would be seen."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hard_negatives import hard_pairs
from benchmarks.made_up import domain_record, made_up_set
from benchmarks.parity import differences
from resolver.cli.child_server import child_server
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.identity.policy import STANDARD
from resolver.jobs.batch import resolve_batch
from resolver.jobs.corpus import corpus_of
from resolver.linkage.model import shipped_model
from resolver.synthetic.generator import generate_records
from resolver.synthetic.writer import write_files

ROOT = Path(__file__).parents[2]
SMALL = ("--records", "300", "--holding", "1000", "--parity-records", "300", "--febrl-records", "60")
SEED = 404
ASKED = {
    "automatic merges: pairwise precision": ("at least 0.999", 3),
    "automatic merges: pairwise recall": ("at least 0.93", 3),
    "true pairs merged or sent to review": ("at least 0.985", 3),
    "blocking: true pairs that become candidates": ("at least 0.99", 2),
    "blocking: candidates a record at 1,000 records": ("at most 40 at 450,000", 1),
    "the worst script's recall, against that of all pairs": ("at most 0.05 below", 2),
    "the worst nationality's recall, against that of all pairs": ("at most 0.05 below", 2),
    "FEBRL4: pairwise F1": ("at least 0.99", 1),
    "single name tokens, Arabic: recall at 1 % false positives": ("at least 0.95", 1),
    "single name tokens, Russian: recall at 1 % false positives": ("at least 0.97", 1),
    "standardising: milliseconds a record, median": ("at most 0.25", 1),
}
"""What the design asks, and of how many sets."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks.quality", *SMALL, "--output", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (folder / "quality.md").read_text(encoding="utf-8").strip()
    return folder


@pytest.fixture(scope="module")
def measured(results: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((results / "quality.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("what", ASKED)
def test_what_is_asked_has_a_line_with_its_set_and_the_use_of_that_set(
    measured: dict[str, Any], results: Path, what: str
) -> None:
    asked, sets = ASKED[what]
    rows = [row for row in measured["asked"] if row["what"] == what]
    assert [row["asked"] for row in rows] == [asked] * sets
    assert len({row["measured_on"] for row in rows}) == sets
    assert all(row["used_for"] for row in rows)
    page = (results / "quality.md").read_text(encoding="utf-8")
    assert all(f"| {what} | {asked} | {row['measured']} |" in page for row in rows)


def test_figures_are_of_the_report_seed_and_of_both_worlds(measured: dict[str, Any]) -> None:
    sets = measured["ordinary"], measured["held_out"]
    assert [(each["seed"], each["world"], each["evaluation"]["records"]) for each in sets] == [
        (303, "ordinary", 300),
        (303, "held-out", 300),
    ]
    assert measured["ordinary"]["new_people"] is None
    assert measured["held_out"]["new_people"]["pairs"]["true"] > 0


def test_every_set_is_judged_by_script_nationality_name_and_kind_of_hard_pair(measured: dict[str, Any]) -> None:
    for each in (measured["ordinary"], measured["held_out"]):
        evaluation = each["evaluation"]
        assert {"Latn", "Arab"} <= {group["group"] for group in evaluation["by_script"]}
        assert evaluation["by_nationality"]
        assert {group["group"] for group in evaluation["by_name_band"]} == {"rare", "uncommon", "common", "very common"}
        assert sum(hard["merged"] for hard in each["hard"]) >= evaluation["over_merged_pairs"]
        assert each["adults"]["true"] <= evaluation["pairs"]["true"]


def test_pairs_of_several_seeds_are_counted_together(measured: dict[str, Any]) -> None:
    sets = [measured["ordinary"], *measured["others"]]
    assert len({each["seed"] for each in sets}) == len(sets) == 6
    pairs = [each["evaluation"]["pairs"] for each in sets]
    right, merged = (sum(each[count] for each in pairs) for count in ("right", "merged"))
    precision = next(row for row in measured["asked"] if row["what"] == "automatic merges: pairwise precision")
    assert precision["measured"] == f"{right / merged:.4f}"


def test_candidates_that_blocking_finds_are_told_by_family(measured: dict[str, Any]) -> None:
    blocking = measured["ordinary"]["blocking"]
    assert 0 < blocking["found"] <= blocking["true_pairs"] == measured["ordinary"]["evaluation"]["pairs"]["true"]
    families = [family["family"] for family in blocking["families"]]
    assert families == [family["family"] for family in measured["holding"]["families"]]
    assert max(family["mean"] for family in measured["holding"]["families"]) <= measured["holding"]["mean"]


def test_febrl_is_there_with_what_each_set_was_used_for(measured: dict[str, Any]) -> None:
    assert [each["number"] for each in measured["febrl"]] == [1, 2, 3, 4]
    assert [each["used_for"] for each in measured["febrl"] if "not held out" in each["used_for"]] == [
        measured["febrl"][3]["used_for"]
    ]
    assert all(each["evaluation"]["pairs"]["true"] > 0 for each in measured["febrl"])


def test_another_toolkit_counts_the_same_links(measured: dict[str, Any]) -> None:
    assert measured["check"]["counts"]["agrees"]


def test_the_service_ends_where_the_batch_run_ends(measured: dict[str, Any]) -> None:
    differences = measured["parity"]["differences"]
    assert differences["keys"]["service"] > 0
    assert differences["pairs"]["service"] > 0
    assert measured["parity"]["equal"], differences


def test_who_merges_everybody_merges_every_hard_pair() -> None:
    made = made_up_set("test", SEED, 1_000, shipped_model())
    all_in_one = hard_pairs(made.generated, made.corpus, dict.fromkeys(made.corpus.names, "one"))
    all_alone = hard_pairs(made.generated, made.corpus, {name: name for name in made.corpus.names})
    assert [each.merged for each in all_in_one] == [each.pairs for each in all_in_one]
    assert [each.pairs for each in all_alone] == [each.pairs for each in all_in_one]
    assert not any(each.merged for each in all_alone)
    pairs = {each.kind: each.pairs for each in all_alone}
    assert pairs["brothers and sisters"] > pairs["twins"] > 0
    assert pairs["father and son"] > 0


def test_a_batch_run_that_ends_otherwise_than_the_service_is_noticed(tmp_path: Path) -> None:
    lines = tmp_path / "records.jsonl"
    made = list(write_files(generate_records(SEED, 200), lines, tmp_path / "truth.csv"))
    with child_server(tmp_path, "store", "test") as connection:
        ImportRun(connection, ImportPlan(lines)).run(lambda _: None)
    corpus = corpus_of(map(domain_record, made), None)
    batch = resolve_batch(corpus.names, corpus.records, shipped_model(), STANDARD)
    store = tmp_path / "store.duckdb"
    assert differences(store, batch).none

    heavier = replace(batch.pairs[0], weight=batch.pairs[0].weight + 0.001)
    assert differences(store, replace(batch, pairs=(heavier, *batch.pairs[1:]))).other_weights == 1
    assert differences(store, replace(batch, pairs=batch.pairs[1:])).other_pairs == 1
    alone = tuple((number,) for number in range(len(batch.names)))
    assert differences(store, replace(batch, groups=alone)).other_identities > 0
    batch.connection.execute("DELETE FROM blocking_keys WHERE record_number = 7")
    assert differences(store, batch).records_with_other_keys == 1
