"""The committed stubs are those that the protos generate."""

from tests.contract.stubs_are_current import STUBS, differences, generate


def test_the_committed_stubs_are_current():
    assert differences(STUBS) == []


def test_a_changed_a_missing_and_a_left_over_stub_are_named(tmp_path):
    generate(tmp_path)
    assert differences(tmp_path) == []
    package = tmp_path / "ftf/resolution/v1"
    (package / "record_pb2.pyi").write_text("changed")
    (package / "decision_pb2.py").unlink()
    (package / "forgotten_pb2.py").write_text("")

    assert differences(tmp_path) == [
        "ftf/resolution/v1/decision_pb2.py",
        "ftf/resolution/v1/forgotten_pb2.py",
        "ftf/resolution/v1/record_pb2.pyi",
    ]
