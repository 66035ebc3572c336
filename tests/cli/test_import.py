"""A file goes in once, whatever is wrong with single rows."""

import csv
import json
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resolver.jobs import progress
from resolver.rpc import limits

MAPPING = """
source: {source}
record: "{{id}}"
owner: {{country: IRQ}}
names: [{{full_name: "{{first}} {{last}}"}}]
births: [{{value: "{{born}}", formats: ["%d.%m.%Y"]}}]
nationalities: [{{value: "{{nat}}", map: {{"Iraq": IRQ}}}}]
documents: [{{type: PASSPORT, number: "{{passport}}", issuing_state: IRQ}}]
"""
ROWS = [
    {"id": "1", "first": "Zeyd", "last": "Alun", "born": "04.03.1985", "nat": "Iraq", "passport": "N400004"},
    {"id": "2", "first": "Zeid", "last": "Alun", "born": "04.03.1985", "nat": "IRQ", "passport": "N400004"},
    {"id": "3", "first": "Otto", "last": "Krautmann", "born": "30.02.1961", "nat": "", "passport": ""},
    {"id": "4", "first": "Otto", "last": "Krautmann", "born": "", "nat": "Austria", "passport": ""},
    {"id": "5", "first": "Otto", "last": "Krautmann", "born": "", "nat": "", "passport": ""},
]


@pytest.fixture
def records(generated, tmp_path):
    return shutil.copy(generated[0], tmp_path / "records.jsonl")


@pytest.fixture
def mapping(tmp_path, source):
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING.format(source=source))
    return path


def rejects_of(path):
    lines = progress.beside(path, ".rejects.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def write_csv(path):
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, ROWS[0])
        table.writeheader()
        table.writerows(ROWS)


def write_parquet(path):
    pq.write_table(pa.Table.from_pylist([{k: v or None for k, v in row.items()} for row in ROWS]), path)


def write_jsonl(path):
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def test_records_go_in_and_a_second_time_change_nothing(run_fresh, records, tmp_path):
    first = run_fresh.json("import", records, "--batch-size", "50")
    assert (first["accepted"], first["sent"], first["rejected"]) == (300, 300, 0)
    assert sum(first["kinds"].values()) == 300
    again = run_fresh.json("import", records)
    assert again["kinds"] == {"UNCHANGED": 300}
    assert [path.name for path in tmp_path.iterdir()] == ["records.jsonl"]
    assert "300 records are stored" in run_fresh("import", records).output


def test_bad_lines_and_refused_records_stop_nothing(run_fresh, records, record):
    lines = records.read_text(encoding="utf-8").splitlines()
    nameless, unknown = record("nameless"), record("unknown")
    nameless["identities"][0]["names"] = []
    unknown["owner"]["country"] = "XYZ"
    unknown["identities"][0]["births"] = [{"earliest": {"year": 2021, "month": 2, "day": 30}}]
    lines[10:10] = ["{broken", json.dumps(nameless)]
    lines[200:200] = [json.dumps(unknown)]
    lines.append('{"nmae": "x"}')
    records.write_text("\n".join(lines), encoding="utf-8")
    summary = run_fresh.json("import", records, "--batch-size", "40")
    assert (summary["accepted"], summary["rejected"]) == (300, 4)
    found = [(each["line"], each["reason"], each["field"], each["record"]) for each in rejects_of(records)]
    assert found == [
        (11, "UNREADABLE", "", ""),
        (12, "NAME_MISSING", "record.identities", nameless["name"]),
        (201, "COUNTRY_UNKNOWN", "record.owner.country", unknown["name"]),
        (304, "UNREADABLE", "", ""),
    ]
    others = [[path for path, _ in each["others"]] for each in rejects_of(records)]
    assert others == [[], [], ["record.identities[0].births[0].earliest"], []]
    assert all(each["message"] for each in rejects_of(records))


def test_flaws_of_what_is_stored_are_counted_by_kind(run_fresh, tmp_path, record):
    path = tmp_path / "x.jsonl"
    flawed = [record(key) for key in "123"]
    for each in flawed[:2]:
        each["identities"][0]["births"] = [{"earliest": {"year": 1985, "month": 1, "day": 1}}]
    flawed[2]["identities"][0]["names"].append({"fullName": "FNU LNU"})
    path.write_text("".join(json.dumps(each) + "\n" for each in flawed))
    assert run_fresh.json("import", path)["findings"] == {"BIRTH_DATE_DEFAULT": 2, "NAME_STANDS_FOR_NOTHING": 1}
    shown = run_fresh("import", path).output
    assert re.search(r"birth date default +2\n +name stands for nothing +1\n", shown)


@pytest.mark.parametrize(
    ("name", "write", "lines"),
    [("x.csv", write_csv, (4, 5)), ("x.parquet", write_parquet, (3, 4)), ("x.jsonl", write_jsonl, (3, 4))],
)
def test_a_foreign_file_goes_in_through_a_mapping(run_fresh, tmp_path, mapping, source, name, write, lines):
    write(tmp_path / name)
    summary = run_fresh.json("import", tmp_path / name, "--mapping", mapping)
    assert (summary["accepted"], summary["rejected"]) == (3, 2)
    assert run_fresh.json("identity", f"sources/{source}/records/2")["identity"]["records"] == [
        f"sources/{source}/records/1",
        f"sources/{source}/records/2",
    ]
    date, country = rejects_of(tmp_path / name)
    assert (date["line"], date["reason"], date["field"]) == (lines[0], "MAPPING", "births[0]")
    assert (country["line"], country["reason"]) == (lines[1], "COUNTRY_UNKNOWN")
    assert country["field"] == "record.identities[0].nationalities[0]"


def test_a_file_of_nothing_but_rejects_is_told_and_sends_nothing(run, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("{\n[\n")
    summary = run.json("import", path)
    assert (summary["accepted"], summary["rejected"], summary["sent"]) == (0, 2, 0)
    assert len(rejects_of(path)) == 2


def test_an_empty_file_is_nothing_to_do(run, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("")
    assert run.json("import", path)["sent"] == 0


def test_rejects_of_an_earlier_run_do_not_stay(run, tmp_path, record):
    path = tmp_path / "x.jsonl"
    path.write_text("{\n")
    run("import", path)
    path.write_text(json.dumps(record("1")) + "\n")
    run("import", path)
    assert not progress.beside(path, ".rejects.jsonl").exists()


def test_a_wrong_mapping_is_told_before_anything_is_sent(run, tmp_path, mapping):
    write_csv(tmp_path / "x.csv")
    mapping.write_text(mapping.read_text().replace("{passport}", "{passprt}"))
    shown = run("import", tmp_path / "x.csv", "--mapping", mapping, fails=1)
    assert "documents[0].number: there is no column 'passprt'" in shown.output
    assert not progress.beside(tmp_path / "x.csv", ".progress.json").exists()


def test_columns_without_a_mapping_are_told(run, tmp_path):
    write_csv(tmp_path / "x.csv")
    assert "columns need a mapping" in run("import", tmp_path / "x.csv", fails=1).output


def test_no_more_is_in_flight_than_the_credit_allows(run_fresh, records, monkeypatch):
    # The server ends a stream that exceeds its credit.
    monkeypatch.setattr(limits, "STREAM_CREDIT", 70)
    assert run_fresh.json("import", records, "--batch-size", "30")["accepted"] == 300


def test_a_message_that_no_credit_suffices_for_is_told(run_fresh, records, monkeypatch):
    monkeypatch.setattr(limits, "STREAM_CREDIT", 70)
    shown = run_fresh("import", records, "--batch-size", "100", fails=1)
    assert "set --batch-size 70 or less" in shown.output
