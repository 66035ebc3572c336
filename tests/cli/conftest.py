"""Commands are run as a user runs them, against a real server."""

import json
import random
import re
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from resolver.cli.main import main
from resolver.synthetic import generate_records
from resolver.synthetic.writer import write_files


@dataclass
class Command:
    """Runs `resolver` against one server."""

    address: str

    def __call__(self, *arguments, fails=0, **options):
        command = [str(each) for each in arguments]
        found = CliRunner().invoke(main, [*command, "--address", self.address], catch_exceptions=False, **options)
        assert found.exit_code == fails, found.output
        return found

    def json(self, *arguments, **options):
        return json.loads(self(*arguments, "--json", **options).stdout)


@pytest.fixture
def run(server):
    return Command(server.address)


@pytest.fixture
def run_fresh(fresh_server):
    return Command(fresh_server.address)


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """300 made-up records and their truth, to be copied by tests that write beside them."""
    folder = tmp_path_factory.mktemp("generated")
    records, truth = folder / "records.jsonl", folder / "truth.csv"
    list(write_files(generate_records(5, 300), records, truth))
    return records, truth


@pytest.fixture
def source(request):
    """A source of the test's own, since tests share a server."""
    return "t-" + re.sub(r"[^a-z0-9]", "-", request.node.name.lower())[-50:]


def _person(seed):
    """A name and birth date that no other seed gives, since tests share a server and must not meet."""
    chance = random.Random(seed)
    words = ("".join(chance.choice("bdfgklmnrstz") + chance.choice("aeiou") for _ in range(4)) for _ in range(3))
    born = {"year": chance.randint(1950, 1999), "month": chance.randint(2, 12), "day": chance.randint(2, 28)}
    return " ".join(word.title() for word in words), born, f"N{chance.randint(10**7, 10**8 - 1)}"


@pytest.fixture
def record(source):
    """Records of the test's own source, all of one person with one passport, or of another person each."""

    def build(key, *, other=False):
        name, born, number = _person(source + key if other else source)
        return {
            "name": f"sources/{source}/records/{key}",
            "owner": {"country": "IRQ"},
            "identities": [
                {
                    "names": [{"fullName": name}],
                    "births": [{"earliest": born}],
                    "sexes": ["SEX_MALE"],
                    "nationalities": ["IRQ"],
                }
            ],
            "documents": [{"type": "DOCUMENT_TYPE_PASSPORT", "number": number, "issuingState": "IRQ"}],
        }

    return build


@pytest.fixture
def put(run, tmp_path):
    """Sends a record and gives its receipt."""

    def send(record, *options):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record))
        return run.json("resolve", path, *options)

    return send
