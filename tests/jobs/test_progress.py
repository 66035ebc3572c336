"""The side file of an import says how far it has come, or nothing."""

from dataclasses import replace

import pytest

from resolver.jobs.progress import Progress, beside, load, save

SOME = Progress("id", "digest", 7, "mapping", 250, sequence=3, line=12, rejects_size=99, accepted=10, rejected=2)


def test_progress_is_read_as_it_was_written(tmp_path):
    path = beside(tmp_path / "records.csv", ".progress.json")
    save(path, SOME)
    assert path.name == "records.csv.progress.json"
    assert load(path) == SOME
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "null"])
def test_a_damaged_side_file_is_none(tmp_path, content):
    path = tmp_path / "x.progress.json"
    path.write_text(content)
    assert load(path) is None


@pytest.mark.parametrize("change", ["file_digest", "file_size", "mapping_digest", "batch_size"])
def test_another_file_mapping_or_batch_size_does_not_continue(change):
    assert SOME.continues(replace(SOME, sequence=0, stream_id="other"))
    assert not SOME.continues(replace(SOME, **{change: "other"}))
