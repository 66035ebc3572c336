"""The quality that the README states, on data that nothing was tuned on."""

import pytest

from resolver.cli.child_server import child_server
from resolver.cli.demo_febrl import import_febrl4, write_febrl4
from resolver.cli.evaluate import evaluate_service
from resolver.cli.import_run import ImportPlan, ImportRun
from resolver.jobs.truth import read_truth
from resolver.synthetic.generator import generate_records
from resolver.synthetic.writer import write_files

HELD_OUT_SEED = 404


def nothing(_):
    """Progress that nobody watches."""


@pytest.mark.slow
def test_made_up_records_of_a_seed_that_nothing_saw_before(tmp_path):
    records, truth = tmp_path / "records.jsonl", tmp_path / "truth.csv"
    for _ in write_files(generate_records(HELD_OUT_SEED, 6_000), records, truth):
        pass
    with child_server(tmp_path, "made-up", "test") as connection:
        ImportRun(connection, ImportPlan(records)).run(nothing)
        found = evaluate_service(connection, read_truth(truth), hidden=True)
    assert found.pairs.precision >= 0.995
    assert found.pairs.recall >= 0.83


@pytest.mark.slow
def test_febrl4(tmp_path):
    truth = write_febrl4(tmp_path / "febrl4.csv")
    with child_server(tmp_path, "febrl4", "test") as connection:
        summary, found = import_febrl4(connection, tmp_path / "febrl4.csv", truth, nothing)
    assert summary.rejected == 3, "three records of FEBRL4 have no name"
    assert found.pairs.f1 >= 0.95
