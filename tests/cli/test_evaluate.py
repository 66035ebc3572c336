"""The service's identities are judged against a truth file."""

import shutil

import pytest


@pytest.fixture
def loaded(run_fresh, generated, tmp_path):
    run_fresh("import", shutil.copy(generated[0], tmp_path / "records.jsonl"))
    return run_fresh, generated[1]


def test_figures_agree_with_the_export(loaded, tmp_path):
    run, truth = loaded
    found = run.json("evaluate", truth, "--minimum-pairs", "5")
    assert (found["records"], found["records_without_identity"], found["records_without_truth"]) == (300, 0, 0)
    assert 0 < found["pairwise"]["right"] <= min(found["pairwise"]["merged"], found["pairwise"]["true"])
    assert {each["group"] for each in found["by_script"]} >= {"Latn", "Arab"}
    # The truth that the service itself believes in is met perfectly.
    run("export", "--output", tmp_path / "own.csv")
    own = (tmp_path / "own.csv").read_text().replace("record,identity", "record,person")
    (tmp_path / "own.csv").write_text(own)
    perfect = run.json("evaluate", tmp_path / "own.csv")
    assert (perfect["pairwise"]["f1"], perfect["b_cubed"]["f1"]) == (1, 1)
    assert perfect["pairwise"]["merged"] == found["pairwise"]["merged"]
    assert perfect["review"]["tasks"] == found["review"]["tasks"]


def test_open_review_tasks_are_those_that_identities_report(loaded):
    run, truth = loaded
    open_tasks = {
        task["name"]
        for identity in {row.split(",")[1] for row in run("export").stdout.splitlines()[1:]}
        for task in run.json("explain", identity).get("openReviewTasks", [])
    }
    assert run.json("evaluate", truth)["review"]["tasks"] == len(open_tasks)


def test_a_reader_sees_all_figures(loaded):
    run, truth = loaded
    shown = run("evaluate", truth, "--minimum-pairs", "5").output
    for words in ("pairs", "B-cubed", "over-merges", "under-merges", "open tasks", "by script", "by nationality"):
        assert words in shown


def test_a_wrong_truth_is_told(run, tmp_path):
    path = tmp_path / "truth.csv"
    path.write_text("record\n")
    assert "header lacks person" in run("evaluate", path, fails=1).output


def test_figures_by_how_common_a_name_is_need_the_records(loaded, generated):
    run, truth = loaded
    assert run.json("evaluate", truth, "--minimum-pairs", "5")["by_name_band"] == []
    found = run.json("evaluate", truth, "--records", generated[0], "--minimum-pairs", "5")["by_name_band"]
    assert {each["group"] for each in found} == {"rare", "uncommon", "common", "very common"}
    assert "by name" in run("evaluate", truth, "--records", generated[0], "--minimum-pairs", "5").output
