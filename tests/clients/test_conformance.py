"""Every scenario of the list with every language: the same outcomes, against the real server and the same faults."""

import os
from contextlib import nullcontext

import pytest

from resolver.engine.engine import open_engine
from tests.clients import drivers
from tests.clients.catalogue import SCENARIOS, Words
from tests.clients.certificates import write_certificates
from tests.clients.play import Play, cuts_of
from tests.clients.previous import PREVIOUS, newer_than, previous_contract
from tests.clients.proxy import proxied
from tests.clients.stage import Stage, staged
from tests.conftest import serving

LANGUAGES = [*drivers.languages(), PREVIOUS]
PREVIOUS_CONTRACT = previous_contract()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return write_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def foreign_cursor():
    """A cursor that a server with another store gave."""
    engine = open_engine(None)
    try:
        with serving(engine) as other:
            stage = Stage(other.address, other.channel)

            stage.write(Words().replaced("$people(1)"))
            return stage.feed()[0].cursor
    finally:
        engine.close()


@pytest.fixture
def language(request):
    """The language, with its driver built; a missing toolchain skips, and fails where everything has to be there."""
    chosen = request.param
    if chosen.missing:
        reason = f"{chosen.name}: {', '.join(chosen.missing)} is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    assert not drivers.build(chosen), drivers.build(chosen)
    return chosen


@pytest.mark.parametrize(
    "language",
    [pytest.param(each, id=each.name, marks=pytest.mark.xdist_group(each.name)) for each in LANGUAGES],
    indirect=True,
)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each["name"])
def test_a_scenario_ends_as_the_list_says(scenario, language, server, certificates, foreign_cursor, tmp_path):
    if language is PREVIOUS and (newer := newer_than(scenario, PREVIOUS_CONTRACT)):
        pytest.skip(f"{language.name}, {scenario['name']}: it has no {', '.join(newer)}")
    cuts = cuts_of(scenario)
    with (
        staged(scenario, server, certificates, tmp_path) as stage,
        nullcontext() if cuts is None else proxied(stage.address, cuts) as proxy,
    ):
        faults = Play(scenario, language, stage, proxy, certificates, tmp_path, foreign_cursor).run()
    assert not faults, "\n".join([*faults, (tmp_path / "driver.stderr").read_text()[-3000:]])
