"""The quality that the README states, on data that nothing was tuned on; for FEBRL4 the test of the demo says so."""

import pytest

from resolver.cli.child_server import child_server
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
