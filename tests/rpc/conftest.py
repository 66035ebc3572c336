"""Callers of one server with access rules."""

from contextlib import ExitStack

import pytest

from resolver.engine.engine import open_engine
from tests.access.examples import live_access
from tests.rpc.peers import RULES, served_peers


@pytest.fixture(scope="module")
def access():
    """The rules, which a test may change and must put back."""
    return live_access(RULES)


@pytest.fixture(scope="module")
def peers(access, tmp_path_factory):
    """Callers of one server, by their names."""
    with ExitStack() as stack:
        engine = open_engine(None)
        stack.callback(engine.close)
        yield stack.enter_context(served_peers(engine, access, tmp_path_factory.mktemp("tls")))


@pytest.fixture
def france(peers):
    """A system of the French authority."""
    return peers["france"]


@pytest.fixture
def germany(peers):
    """A system of the German authority."""
    return peers["germany"]


@pytest.fixture
def europol(peers):
    """A system that also writes for the German authority."""
    return peers["europol"]
