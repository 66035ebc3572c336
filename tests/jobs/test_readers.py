"""Files become numbered rows; what cannot be read is a row with a problem."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resolver.jobs.readers import UnreadableFile, columns, facts, rows


def read(path, after=0):
    return [(row.line, dict(row.values), row.problem) for row in rows(path, after)]


def test_json_lines_keep_their_line_numbers_past_blank_and_broken_ones(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"a": 1}\n\n{"a": \n[1]\n{"a": "\xff"}\n{"a": 2}')
    found = read(path)
    assert [line for line, _, _ in found] == [1, 3, 4, 5, 6]
    assert [values for _, values, problem in found if not problem] == [{"a": 1}, {"a": 2}]
    problems = [problem for _, _, problem in found if problem]
    assert problems[0].startswith("is not JSON")
    assert problems[1:] == ["is not a JSON object", "is not UTF-8"]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' + "9" * 10_000 + "}"])
def test_json_that_cannot_be_taken_in_is_one_bad_line(tmp_path, text):
    path = tmp_path / "x.jsonl"
    path.write_text(text + '\n{"a": 1}\n')
    found = read(path)
    assert [(line, bool(problem)) for line, _, problem in found] == [(1, True), (2, False)]


def test_a_csv_row_is_numbered_by_its_first_line(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes('\ufeffa,b\n1,"two\nlines"\n\n3\n\xff,5\n6,7\n'.encode("utf-8").replace("\xff".encode(), b"\xff"))
    assert read(path) == [
        (2, {"a": "1", "b": "two\nlines"}, ""),
        (5, {}, "has 1 fields, the header has 2"),
        (6, {}, "is not UTF-8"),
        (7, {"a": "6", "b": "7"}, ""),
    ]
    assert columns(path) == ("a", "b")


def test_a_csv_field_beyond_measure_is_one_bad_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(f"a\n{'x' * 200_000}\nshort\n")
    first, *_, last = read(path)
    assert first[2].startswith("is not CSV")
    assert last == (3, {"a": "short"}, "")


def test_parquet_rows_are_numbered_from_one(tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": list(range(10_000)), "b": [None] * 10_000}), path)
    assert read(path, after=9_998) == [(9_999, {"a": 9_998, "b": None}, ""), (10_000, {"a": 9_999, "b": None}, "")]
    assert facts(path).rows == 10_000
    assert columns(path) == ("a", "b")


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv"])
def test_reading_after_a_line_gives_the_rest_of_the_same_rows(tmp_path, name):
    path = tmp_path / name
    path.write_text("".join([f'{{"a": {n}}}\n' if name.endswith("l") else f"{n}\n" for n in range(50)]))
    whole = read(path)
    for line, _, _ in whole:
        assert read(path, after=line) == [row for row in whole if row[0] > line]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.xlsx", b"", "format is not known"),
        ("x.csv", b"", "no header"),
        ("x.csv", b"a,a\n1,2\n", "names a column twice: a"),
        ("x.parquet", b"not parquet", "is not Parquet"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_told(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says):
        columns(path)


def test_the_facts_of_a_file_change_with_its_content(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("{}\n{}\n")
    before = facts(path)
    assert (before.rows, before.size) == (2, 6)
    path.write_text("{}\n[]\n")
    assert facts(path).digest != before.digest
