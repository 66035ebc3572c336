"""An access file states rules, and is told of each mistake by its key."""

from pathlib import Path

import pytest
import yaml

from resolver.access.file import parse
from resolver.access.live import AccessFileError, LiveAccess
from resolver.access.patterns import source_pattern
from resolver.access.roles import Role
from resolver.domain.caller import Caller
from resolver.domain.purpose import PURPOSES
from resolver.sections import SectionInvalid
from tests.access.examples import FRANCE_MAY_DO_ALL

GRANT = {"caller": "ftf://FRA/ncb/records", "roles": ["READER"], "purposes": ["identify"]}


def cases():
    listed = yaml.safe_load(Path(__file__).with_name("access_mistakes.yaml").read_text(encoding="utf-8"))
    return [pytest.param(each, id=each["case"]) for each in listed]


@pytest.mark.parametrize("case", cases())
def test_a_mistake_is_told_with_its_key(case):
    content = {"grants": [GRANT | case.get("grant", {})], **case.get("with", {})}
    with pytest.raises(SectionInvalid) as wrong:
        parse(case.get("text") if "text" in case else yaml.safe_dump(content))
    assert wrong.value.key == case["key"]
    assert case["says"] in wrong.value.message


def test_what_is_nested_too_deeply_is_a_mistake_like_others():
    with pytest.raises(SectionInvalid, match="nested too deeply"):
        parse("[" * 10_000)


def test_a_right_file_says_what_it_says():
    access = parse(FRANCE_MAY_DO_ALL)
    grant, search, italy = access.grants
    assert (search.roles, italy.roles) == ({Role.READER}, {Role.READER})
    assert grant.roles == set(Role)
    assert grant.purposes == PURPOSES
    rights = access.rights_of(Caller("FRA", "ncb", "records"))
    assert {str(owner): list(map(str, sources)) for owner, sources in rights.sources.items()} == {"FRA/ncb": ["*"]}
    assert [str(pattern) for pattern in rights.delegated] == ["*/*"]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "ab", False),
        ("a*", "a", True),
        ("a*", "ab", True),
        ("a*", "b", False),
        ("ab*", "a", False),
        ("ab*", "a*", True),
        ("ab*", "ac*", False),
        ("*", "x", True),
    ],
)
def test_sources_overlap_where_a_name_can_be_of_both(one, other, overlap):
    assert source_pattern(one).overlaps(source_pattern(other)) is overlap
    assert source_pattern(other).overlaps(source_pattern(one)) is overlap


def test_a_file_that_became_wrong_leaves_the_old_rules_in_use_and_the_log_says_so(tmp_path, caplog):
    path = tmp_path / "access.yaml"
    path.write_text(FRANCE_MAY_DO_ALL)
    live = LiveAccess(path)
    before = live.current
    for content in (b"grants: []", b"grants: [{", b"\xff", None):
        path.unlink() if content is None else path.write_bytes(content)
        live.reload()
        assert live.current is before
        assert "the old rules stay" in caplog.text
        caplog.clear()
    path.write_text(FRANCE_MAY_DO_ALL.replace("ncb", "dgsi"))
    live.reload()
    assert str(live.current.grants[0].callers) == "ftf://FRA/dgsi/records"


@pytest.mark.parametrize("content", [b"grants: []", b"\xff", None])
def test_a_server_does_not_start_on_a_file_that_is_wrong(tmp_path, content):
    path = tmp_path / "access.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AccessFileError, match=r"access\.yaml"):
        LiveAccess(path)
