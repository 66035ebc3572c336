"""Verdicts on pairs are read, and what is wrong with a file is told by line and column."""

import pytest

from resolver.jobs.labels import LabelsInvalid, read_labels

PLACES = {"a": 0, "b": 1, "c": 2}


def read(tmp_path, text):
    path = tmp_path / "verdicts.csv"
    path.write_text(text)
    return read_labels(path, PLACES)


def test_pairs_are_sorted_by_verdict_whichever_side_comes_first(tmp_path):
    found = read(tmp_path, "record_l,record_r,verdict,by\nb,a,SAME,x\na,c,DIFFERENT,y\na,b,SAME,z\n")
    assert found.same == ((0, 1),)
    assert found.different == ((0, 2),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("record_l,verdict\n", "verdicts.csv, line 1: the header lacks record_r"),
        ("record_l,record_r,verdict\na,b,SAME\na,x,SAME\n", "line 3, column record_r: x is not among the records"),
        ("record_l,record_r,verdict\n,b,SAME\n", "line 2, column record_l: nothing is not among"),
        ("record_l,record_r,verdict\na,b,maybe\n", "line 2, column verdict: maybe is not SAME or DIFFERENT"),
        ("record_l,record_r,verdict\na,b\n", "line 2, column verdict: nothing is not"),
        ("record_l,record_r,verdict\na,a,SAME\n", "line 2, column record_r: a record cannot be compared with itself"),
        ("record_l,record_r,verdict\na,b,SAME\nb,a,DIFFERENT\n", "line 3, column verdict: the pair was judged"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(tmp_path, text, says):
    with pytest.raises(LabelsInvalid) as found:
        read(tmp_path, text)
    assert says in str(found.value)
