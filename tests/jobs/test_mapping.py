"""A mapping turns rows into records, and says of its own mistakes and of a row's where they are."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resolver.jobs.mapping import apply, record_key
from resolver.jobs.mapping_file import check_columns, parse
from resolver.jobs.mapping_values import RowRejected
from resolver.sections import SectionInvalid

SMALLEST = {"source": "s", "record": "{id}", "owner": {"country": "IRQ"}, "names": [{"full_name": "{a}"}]}


def cases(name):
    listed = yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return [pytest.param(each, id=each["case"]) for each in listed]


def mapping_with(add, drop=None):
    content = {key: value for key, value in {**SMALLEST, **add}.items() if key != drop}
    return parse(yaml.safe_dump(content, allow_unicode=True))


def look_up(value, path):
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value.get(part)
    return value


@pytest.mark.parametrize("case", cases("mapping_cases.yaml"))
def test_a_row_becomes_a_record(case):
    record = apply(mapping_with(case["add"]), case["row"])
    assert look_up(record, case["path"]) == case["is"]


@pytest.mark.parametrize("case", cases("mapping_rejects.yaml"))
def test_a_row_that_yields_no_record_names_the_key(case):
    with pytest.raises(RowRejected) as refused:
        apply(mapping_with(case["add"]), case["row"])
    assert refused.value.field == case["key"]


@pytest.mark.parametrize("case", cases("mapping_mistakes.yaml"))
def test_a_mistake_in_a_mapping_is_told_with_its_key(case):
    with pytest.raises(SectionInvalid) as wrong:
        parse(case["text"]) if "text" in case else mapping_with(case.get("add", {}), case.get("drop"))
    assert wrong.value.key == case["key"]
    assert case["says"] in wrong.value.message


def test_a_column_that_the_file_lacks_is_told_with_the_key_that_reads_it():
    mapping = mapping_with({"documents": [{"number": "{passport}"}]})
    check_columns(mapping, ("id", "a", "passport"))
    with pytest.raises(SectionInvalid, match=r"documents\[0\].number: there is no column 'passport'"):
        check_columns(mapping, ("id", "a"))


def test_the_reject_of_a_value_does_not_repeat_the_value():
    with pytest.raises(RowRejected) as refused:
        apply(mapping_with({"births": ["{born}"]}), {"id": "1", "a": "x", "born": "secret"})
    assert "secret" not in str(refused.value)


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_keys_stay_different_after_escaping(left, right):
    # A lone surrogate has no bytes; such a text is refused before it becomes a key.
    left, right = (text.encode("utf-8", "ignore").decode() for text in (left, right))
    assert (record_key(left) == record_key(right)) == (left == right)


def test_the_example_of_the_documentation_is_a_mapping():
    text = (Path(__file__).parents[2] / "docs" / "import-mapping.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    row = {"prison": "B2", "inmate_no": "17", "first": "Zeyd", "father": "Omer", "family": "Alun", "born": "1990-00-00"}
    row |= {"citizenship": "Iraq;SYR", "sex": "m", "age_group": "adult", "alias": "unknown"}
    record = apply(parse(example), row)
    assert record["name"] == "sources/irq-prisons/records/B2-17"
    assert record["minor"] == "MINOR_NO"
    (identity,) = record["identities"]
    assert [name["fullName"] for name in identity["names"]] == ["Zeyd Omer Alun"]
    assert identity["nationalities"] == ["IRQ", "SYR"]
    assert identity["births"][0]["earliest"] == {"year": 1990}
