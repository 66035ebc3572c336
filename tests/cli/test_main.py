"""The command itself: quick to start, every subcommand there, words for everything that the contract can say."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from ftf.resolution.v1 import record_pb2
from ftf.resolution.v1.decision_pb2 import Decision, DecisionKind, ReviewReason
from resolver.cli.main import main
from resolver.cli.receipt import receipt_lines
from resolver.cli.words import flaw_name, reason_words
from resolver.jobs import mapping_choices as choices

COMMANDS = main.list_commands(click.Context(main))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_it_does(name):
    shown = CliRunner().invoke(main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert f" {name} " in CliRunner().invoke(main, ["--help"]).output
    command = main.get_command(click.Context(main), name)
    for each in getattr(command, "commands", {"": command}).values():
        assert name == "serve" or "as_json" in {parameter.name for parameter in each.params}


def test_an_unknown_command_is_refused():
    assert CliRunner().invoke(main, ["reslove"]).exit_code == 2


@pytest.mark.parametrize("name", ["resolve", "identity", "explain", "watch", "export"])
def test_a_light_command_loads_nothing_heavy(name):
    program = (
        "import json, sys; from resolver.cli.main import main\n"
        f"main(['{name}', '--help'], standalone_mode=False)\n"
        "print(json.dumps(sorted({each.split('.')[0] for each in sys.modules})))"
    )
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = json.loads(shown.stdout.splitlines()[-1])
    assert not {"splink", "duckdb", "pandas", "numpy", "pyarrow", "faker"} & set(loaded)


@pytest.mark.parametrize("reason", [each for each in ReviewReason.values() if each])
def test_every_review_reason_has_words(reason):
    assert " " in reason_words(reason)


@pytest.mark.parametrize("kind", [each for each in DecisionKind.values() if each])
def test_every_decision_kind_has_a_sentence(kind):
    assert next(receipt_lines(Decision(kind=kind))).endswith(".")


def test_the_titles_of_a_receipt_stand_apart_from_what_they_title():
    records = [f"sources/aaa/records/{number}" for number in (1, 2)]
    told = Decision(kind=DecisionKind.DECISION_KIND_SPLIT, record=records[0], identity="identities/X")
    for links in (told.deciding_links, told.broken_links):
        links.add(left=records[0], right=records[1], match_weight=9.0)
    lines = list(receipt_lines(told))[1:]
    assert sum(records[1] in line for line in lines) == 2
    assert all(line[:12].endswith(" ") and not line[12:].startswith(" ") for line in lines if "sources/" in line), lines


def test_values_that_a_later_version_may_send_are_shown_as_numbers():
    assert next(receipt_lines(Decision(kind=99))).startswith("99")
    assert reason_words(99) == flaw_name(99) == "99"


@pytest.mark.parametrize(
    ("listed", "enum"),
    [
        (choices.COMPONENT_TYPES, record_pb2.NameComponentType),
        (choices.CONTACT_KINDS, record_pb2.ContactKind),
        (choices.IDENTITY_CATEGORIES, record_pb2.IdentityCategory),
        (choices.MINORS, record_pb2.Minor),
        (choices.NAME_KINDS, record_pb2.NameKind),
        (choices.NAME_QUALITIES, record_pb2.NameQuality),
        (choices.SEXES, record_pb2.Sex),
        (choices.DOCUMENT_TYPES, record_pb2.DocumentType),
        (choices.BIOMETRIC_MODALITIES, record_pb2.BiometricModality),
        (choices.RECORD_CLASSES, record_pb2.RecordClass),
        (choices.PERSON_STATUSES, record_pb2.PersonStatus),
    ],
)
def test_a_mapping_may_name_every_value_of_the_contract(listed, enum):
    assert {listed.prefix + name for name in listed.names} == {name for name, number in enum.items() if number}
