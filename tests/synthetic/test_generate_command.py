"""`resolver generate` writes two files and says what it wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from resolver.cli.generate import generate


def test_the_summary_is_machine_readable_and_true(tmp_path: Path) -> None:
    output, truth = tmp_path / "records.jsonl", tmp_path / "truth.csv"
    arguments = ["--records", "120", "--seed", "9", "--output", str(output), "--truth", str(truth), "--json"]
    result = CliRunner().invoke(generate, arguments)
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    people = {row.split(",")[1] for row in truth.read_text(encoding="utf-8").splitlines()[1:]}
    assert summary["records"] == 120 == len(output.read_text(encoding="utf-8").splitlines())
    assert summary["persons"] == len(people)


def test_a_folder_that_does_not_exist_is_reported_without_a_trace(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "records.jsonl"
    result = CliRunner().invoke(generate, ["--output", str(missing), "--truth", str(tmp_path / "truth.csv")])
    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.output


def test_records_of_the_held_out_world_are_made_on_demand(tmp_path: Path) -> None:
    def owners(*options: str) -> set[str]:
        output, truth = tmp_path / "records.jsonl", tmp_path / "truth.csv"
        arguments = ["--records", "400", "--seed", "9", "--output", str(output), "--truth", str(truth), *options]
        result = CliRunner().invoke(generate, arguments)
        assert result.exit_code == 0, result.output
        return {row.split(",")[2] for row in truth.read_text(encoding="utf-8").splitlines()[1:]}

    assert not {"ITA", "SOM", "MYS"} & owners()
    assert owners("--held-out") >= {"ITA", "SOM", "MYS"}


def test_a_share_of_the_same_records_names_who_may_see_them_on_demand(tmp_path: Path) -> None:
    def made(*options: str) -> list[dict[str, Any]]:
        output, truth = tmp_path / "records.jsonl", tmp_path / "truth.csv"
        arguments = ["--records", "400", "--seed", "9", "--output", str(output), "--truth", str(truth), *options]
        result = CliRunner().invoke(generate, arguments)
        assert result.exit_code == 0, result.output
        return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]

    ordinary, some = made(), made("--restricted", "30")
    lists = [each["handling"].pop("allowedCountries", None) for each in some]
    assert some == ordinary
    assert 0.2 < sum(each is not None for each in lists) / len(lists) < 0.4
    assert all(each is None or record["owner"]["country"] in each for record, each in zip(some, lists, strict=True))
    assert len({tuple(each) for each in lists if each}) < 3 * len({each["owner"]["country"] for each in some}) + 1
