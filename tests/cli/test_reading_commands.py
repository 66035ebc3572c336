"""resolve, identity, explain, export and watch, on records of the test's own."""

import csv
import io
import json

import pyarrow.parquet as pq
import pytest


def test_a_record_is_resolved_and_found_again(run, put, record, source):
    created = put(record("1"))
    attached = put(record("2"))
    assert created["kind"] == "DECISION_KIND_CREATED"
    assert attached["kind"] == "DECISION_KIND_ATTACHED"
    assert attached["identity"] == created["identity"]
    names = [f"sources/{source}/records/{key}" for key in "12"]
    by_record = run.json("identity", names[1])
    by_name = run.json("identity", created["identity"].removeprefix("identities/"), "--history")
    assert by_record["identity"]["records"] == by_name["identity"]["records"] == names
    assert [each["record"] for each in by_name["history"]] == names
    shown = run("identity", names[0], "--history").output
    assert all(name in shown for name in names)
    assert "ATTACHED" in shown


def test_a_dry_run_says_what_would_be_decided_and_stores_nothing(run, put, record, source):
    decision = put(record("1"), "--dry-run")
    assert decision["kind"] == "DECISION_KIND_CREATED"
    assert "name" not in decision
    run("identity", f"sources/{source}/records/1", fails=1)


def test_quick_options_state_a_record(run, source):
    options = ("--record", f"sources/{source}/records/1", "--name", "Zeyd Quickly", "--country", "IRQ")
    shown = run("resolve", *options, "--birth", "1985-03", "--nationality", "IRQ").output
    assert f"sources/{source}/records/1 (version 1)" in shown
    assert "CREATED: The record is new" in shown
    assert "support for a human decision" in shown


def test_a_receipt_says_what_to_mend(run, put, record, tmp_path):
    flawed = record("1")
    flawed["identities"][0]["names"][0]["fullName"] += " 2"
    (finding,) = put(flawed)["dataQualityFindings"]
    assert (finding["kind"], finding["field"]) == (
        "DATA_QUALITY_KIND_NAME_HOLDS_DIGITS",
        "identities[0].names[0].full_name",
    )
    shown = run("resolve", tmp_path / "record.json").output
    assert f"to mend   identities[0].names[0].full_name: {finding['text']}" in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "either a file or the options"),
        (("--name", "Zeyd"), "--record, --name and --country are needed"),
        (("--name", "Z", "--record", "r", "--country", "IRQ", "--birth", "1985-02-30"), "the date does not exist"),
    ],
)
def test_options_that_state_no_record_are_a_wrong_use(run, arguments, says):
    assert says in run("resolve", *arguments, fails=2).output


def test_a_file_that_is_no_record_is_told(run):
    assert "is not a record" in run("resolve", "-", input="{broken", fails=1).output


def test_a_pair_is_explained_line_by_line_and_adds_up(run, put, record, source):
    names = [put(record(key))["record"] for key in "12"]
    found = run.json("explain", *names)
    parts = [each.get("matchWeight", 0) + each.get("termFrequencyAdjustment", 0) for each in found["comparisons"]]
    assert found["priorWeight"] + sum(parts) == pytest.approx(found["matchWeight"])
    shown = run("explain", *names).output
    for words in (names[0], "same document", "merged from", "in one identity now", "no evidence: "):
        assert words in shown


def test_an_identity_is_explained_by_its_links(run, put, record):
    decisions = [put(record(key)) for key in "12"]
    shown = run("explain", decisions[0]["identity"]).output
    assert f"{decisions[0]['record']} - {decisions[1]['record']}" in shown
    assert run.json("explain", decisions[0]["identity"])["weakestLink"]["left"] == decisions[0]["record"]


def test_an_identity_of_one_record_has_no_links(run, put, record):
    decision = put(record("1", other=True))
    assert "no links" in run("explain", decision["identity"]).output


def test_what_owners_state_for_people_to_go_by_stands_beside_their_records(run, put, record, tmp_path):
    handling = {"classification": "CLASSIFICATION_CONFIDENTIAL", "codes": ["H3", "H1"]}
    evaluation = {"scheme": "EVALUATION_SCHEME_EUROPOL_4X4", "sourceCode": "B", "informationCode": "2"}
    one, other = (put(each)["record"] for each in (record("1") | {"handling": handling}, record("2")))
    graded = put(record("3") | {"evaluation": evaluation, "handling": {"classification": "CLASSIFICATION_RESTRICTED"}})
    words, grading = "CONFIDENTIAL, H3, H1", "RESTRICTED, graded B 2 by EUROPOL_4X4"
    assert f"  marked    {graded['record']}: {grading}\n" in run("resolve", tmp_path / "record.json").output
    shown = run("identity", one, "--history").output.splitlines()
    assert {f"  {one}  {words}", f"  {other}", f"  {graded['record']}  {grading}"} <= set(shown)
    assert sum(line.endswith(f"1 moved  {words}") for line in shown) == 1
    pair = run("explain", other, one).output.splitlines()
    assert pair[:2] == [f"left   {other}", f"right  {one}  {words}"]
    explained = run("explain", graded["identity"]).output
    assert f"  marked    {one}: {words}\n  marked    {graded['record']}: {grading}\n" in explained


def test_export_writes_every_record_once_in_every_format(run, put, record, tmp_path):
    expected = {
        decision["record"]: decision["identity"] for decision in (put(record("1")), put(record("2", other=True)))
    }
    paths = tmp_path / "e.csv", tmp_path / "e.parquet"
    for path in paths:
        run("export", "--output", path)
    printed = list(csv.reader(io.StringIO(run("export").stdout)))
    assert printed[0] == ["record", "identity"]
    rows = [tuple(row) for row in printed[1:]]
    assert len({name for name, _ in rows}) == len(rows)
    assert expected.items() <= dict(rows).items()
    assert list(csv.reader(paths[0].open(encoding="utf-8"))) == printed
    assert [tuple(row.values()) for row in pq.read_table(paths[1]).to_pylist()] == rows
    lines = [json.loads(line) for line in run("export", "--json").stdout.splitlines()]
    assert [(line["record"], line["identity"]) for line in lines] == rows
    assert {path.name for path in tmp_path.iterdir()} == {"e.csv", "e.parquet", "record.json"}


def test_the_feed_is_told_from_any_cursor(run, put, record):
    first, second = put(record("1")), put(record("2", other=True))
    whole = [json.loads(line) for line in run("watch", "--stop-at-end", "--json").stdout.splitlines()]
    assert [each["name"] for each in whole[-2:]] == [first["name"], second["name"]]
    after = run("watch", "--stop-at-end", "--json", "--cursor", first["cursor"]).stdout.splitlines()
    assert [json.loads(line)["name"] for line in after] == [second["name"]]
    (line,) = run("watch", "--stop-at-end", "--cursor", first["cursor"]).stdout.splitlines()
    assert second["record"] in line


def test_a_wrong_cursor_is_told(run):
    assert "(CURSOR_INVALID)" in run("watch", "--stop-at-end", "--cursor", "xyz", fails=1).output
