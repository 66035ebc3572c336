"""An access file is checked before a server goes by it, and `resolver certs` writes one that fits its clients."""

import json

import pytest
from click.testing import CliRunner

from resolver.access.live import read_access
from resolver.access.methods import METHODS
from resolver.cli.main import main
from resolver.domain.caller import Caller

RULES = """
grants:
  - {caller: "ftf://FRA/ncb/*", roles: [READER], purposes: ["*"]}
  - caller: ftf://FRA/ncb/border
    roles: [SCREENER]
    purposes: [border]
    methods: [ftf.resolution.v1.ResolutionService/ResolveRecord]
sources:
  - {owner: FRA/ncb, sources: [fra-ncb, "fra-ncb-*"]}
delegations:
  - {caller: "ftf://FRA/ncb/*", owners: ["MCO/*"]}
"""


def resolver(*arguments, fails=0):
    shown = CliRunner().invoke(main, [str(each) for each in arguments])
    assert shown.exit_code == fails, shown.output
    return shown.output


@pytest.fixture
def rules(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


def test_what_each_entry_may_do_is_shown_as_a_table(rules):
    shown = resolver("access", "check", rules)
    for words in ("ftf://FRA/ncb/border", "IdentityService: all", "ResolveRecord (dry runs)", "fra-ncb-*", "MCO/*"):
        assert words in shown, shown
    assert "BackupService" not in shown


def test_what_each_entry_may_do_is_told_to_machines(rules):
    told = json.loads(resolver("access", "check", rules, "--json"))
    reader, screener = told["grants"]
    assert set(reader["methods"]) == {
        method for method, needed in METHODS.items() if "READER" in {role.name for role in needed.roles}
    }
    assert screener["methods"] == []
    assert screener["dry_runs"] == ["ftf.resolution.v1.ResolutionService/ResolveRecord"]
    assert told["sources"] == [{"owner": "FRA/ncb", "sources": ["fra-ncb", "fra-ncb-*"]}]
    assert told["delegations"] == [{"caller": "ftf://FRA/ncb/*", "owners": ["MCO/*"]}]


def test_a_wrong_file_is_told_with_the_key_that_is_wrong(rules):
    rules.write_text(RULES.replace("SCREENER", "SCANNER"))
    assert "rules.yaml: grants[1].roles[0]: must be one of" in resolver("access", "check", rules, fails=1)


def test_certificates_come_with_rules_for_their_callers_that_are_not_overwritten(tmp_path):
    path = tmp_path / "access.yaml"
    resolver("certs", tmp_path)
    access = read_access(path)
    for caller, source in (
        (Caller("FRA", "ncb", "records"), "fra-ncb-1"),
        (Caller("DEU", "bka", "records"), "deu-bka-1"),
    ):
        for method in METHODS:
            access.admit(caller, "identify", method)
        rights = access.rights_of(caller)
        rights.check_record(f"sources/{source}/records/1", rights.own, None, stated=True)
    path.write_text(RULES)
    resolver("certs", tmp_path)
    assert path.read_text() == RULES


def test_callers_whose_sources_could_not_be_told_apart_are_refused(tmp_path):
    arguments = ("--caller", "ftf://FRA/ncb/a", "--caller", "ftf://FRA/ncb-2/a")
    assert "a source belongs to one authority" in " ".join(resolver("certs", tmp_path, *arguments, fails=2).split())
    assert list(tmp_path.iterdir()) == []
