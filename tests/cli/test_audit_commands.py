"""`resolver audit`: what a supervisor lists, copies and verifies, and what says that something is wrong."""

import json

import pytest

from resolver.domain.audit import parse_head


@pytest.fixture
def sent(run_fresh, tmp_path, record):
    """A server that was sent one record; its receipt."""
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record("1")))
    return run_fresh.json("resolve", path)


def test_entries_are_listed_for_a_record_and_by_time(run_fresh, sent):
    found = run_fresh.json("audit", "list", "--reference", sent["record"])
    assert [entry["results"] for entry in found] == [[{"kind": "CREATED", "count": "1"}]]
    assert sent["record"] in run_fresh("audit", "list").stdout
    assert run_fresh.json("audit", "list", "--since", "2999-01-01") == []
    assert run_fresh.json("audit", "list", "--until", "2999-01-01", "--method", found[0]["method"]) == found


def test_a_copy_is_made_verified_and_compared_with_a_later_one(run_fresh, sent, tmp_path):
    copies = [tmp_path / name for name in ("one.jsonl", "two.jsonl")]
    heads = [parse_head(run_fresh.json("audit", "export", "--output", copy)["head"]) for copy in copies]
    assert heads[0].number < heads[1].number
    assert (
        f"It extends what was noted as {heads[0]}"
        in run_fresh("audit", "verify", "--copy", copies[1], "--extends", copies[0]).stdout
    )
    served = run_fresh.json("audit", "verify", "--head", heads[0])
    assert parse_head(served["head"]).number > heads[1].number
    assert len(copies[0].read_text(encoding="utf-8").splitlines()) == heads[0].number


def test_a_service_whose_log_was_changed_or_is_another_one_says_so(run_fresh, sent):
    other = f"1:{'0' * 64}"
    assert "is not there" in run_fresh("audit", "verify", "--head", other, fails=1).stderr
    assert "Usage" in run_fresh("audit", "verify", "--head", "1", fails=2).stderr
