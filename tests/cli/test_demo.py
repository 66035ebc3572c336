"""The demo shows everything and leaves nothing: no file, no process."""

import json
import os
import signal
import subprocess
import sys

import pytest

from resolver.cli.demo_febrl import mapping_text, write_febrl4
from resolver.jobs.mapping import apply
from resolver.jobs.mapping_file import parse
from resolver.jobs.readers import rows
from tests.rpc.examples import wait_until

DEMO = [sys.executable, "-m", "resolver.cli", "demo", "--records", "1500"]


def start(tmp_path, *options):
    # A group of its own, so that what it leaves behind can be seen.
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*DEMO, *options], start_new_session=True, env=environment, **pipes)


def group_has_processes(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def assert_nothing_left(process, tmp_path):
    # Python's own tracker of a process beside the server ends when that has, a moment later.
    wait_until(lambda: not group_has_processes(process.pid))
    assert not list(tmp_path.glob("resolver-demo-*"))


def scenes(countries):
    """The answers of what two countries did, and the kinds of what the feed then told the owner and the other."""
    return [
        (
            scene["answer"],
            *([each["kind"].removeprefix("DECISION_KIND_") for each in told] for told in scene["feeds"].values()),
        )
        for scene in countries
    ]


@pytest.mark.slow
def test_the_demo_shows_everything_and_leaves_nothing(tmp_path):
    process = start(tmp_path, "--json")
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert_nothing_left(process, tmp_path)
    found = json.loads(out)
    assert (found["import"]["accepted"], found["import"]["rejected"]) == (1500, 0)
    assert found["explanation"]["sameIdentity"]
    assert found["correction"]["kind"] == "DECISION_KIND_SPLIT"
    assert found["correction"]["brokenLinks"]
    task, given, taken_back = (found["review"][step] for step in ("task", "given", "taken_back"))
    assert (given["decision"]["kind"], taken_back["decision"]["kind"]) == (
        "DECISION_KIND_MERGED",
        "DECISION_KIND_SPLIT",
    )
    assert {change["after"] for change in taken_back["decision"]["changes"]} <= set(task["identities"])
    assert scenes(found["countries"]) == [
        ("CREATED", ["CREATED"], []),
        ("NOT_FOUND", [], []),
        ("CREATED", ["ATTACHED"], ["CREATED"]),
        ("UNCHANGED", ["UNCHANGED"], ["ATTACHED"]),
        ("a record of FRA", [], []),
    ]
    assert found["evaluation"]["pairwise"]["precision"] > 0.9
    # The quality that the README states, on data that nobody here made up; three of its records have no name.
    assert (found["febrl4"]["import"]["accepted"], found["febrl4"]["import"]["rejected"]) == (9_997, 3)
    assert found["febrl4"]["evaluation"]["pairwise"]["f1"] >= 0.95


def test_a_demo_that_is_ended_early_takes_its_server_with_it(tmp_path):
    process = start(tmp_path)
    for line in process.stdout:
        if "Streamed in" in line:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert_nothing_left(process, tmp_path)


def test_febrl4_becomes_records_by_its_mapping(tmp_path):
    truth = write_febrl4(tmp_path / "febrl4.csv")
    assert len(truth) == len({each.record for each in truth}) == 10_000
    assert len({each.person for each in truth}) == 5_000
    first = next(rows(tmp_path / "febrl4.csv"))
    record = apply(parse(mapping_text()), first.values)
    (identity,) = record["identities"]
    assert identity["names"][0]["fullName"] == "michaela neumann"
    assert identity["births"] == [{"earliest": {"year": 1915, "month": 11, "day": 11}, "asEntered": "19151111"}]
    assert identity["residences"] == [
        {"country": "AUS", "locality": "8 stanley street miami, winston hills 4223 nsw"},
    ]
    assert record["documents"] == [{"type": "DOCUMENT_TYPE_NATIONAL_ID", "number": "5304218", "issuingState": "AUS"}]
    assert record["name"] in {each.record for each in truth}
