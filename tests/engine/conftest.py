import pytest

from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from tests.people import submission


@pytest.fixture
def engine():
    opened = open_engine(None)
    yield opened
    opened.close()


@pytest.fixture
def submit(engine):
    """Submits records one by one, each in a write of its own, and returns the decisions."""

    def run(*records):
        return [engine.submit(Write((submission(record),))).result(timeout=30)[0] for record in records]

    return run
