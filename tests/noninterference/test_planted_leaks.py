"""The comparison of two worlds finds leaks that are planted, each by the calls that tell of it."""

from contextlib import ExitStack

import pytest

from tests.noninterference.comparing import by_method
from tests.noninterference.examples import BEFORE, MEETING
from tests.noninterference.leaks import READING, WRITING
from tests.noninterference.running import Run
from tests.noninterference.worlds import two_worlds
from tests.noninterference.writes import WRITES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the server's certificate is."""
    return tmp_path_factory.mktemp("worlds")


@pytest.fixture(scope="module")
def happened(folder):
    """Two worlds in which everything has happened, and the viewer has asked nothing yet."""
    with ExitStack() as stack:
        run = Run(MEETING, stack.enter_context(two_worlds(folder)))
        run.happen()
        yield run


@pytest.mark.parametrize("leak", READING, ids=lambda leak: leak.what)
def test_a_leak_in_reading_is_found(happened, leak):
    with leak.plant():
        run = happened.again()
        run.read(leak.methods)
    assert set(by_method(run.differences())) == set(leak.methods)


@pytest.mark.parametrize("leak", WRITING, ids=lambda leak: leak.what)
def test_a_leak_in_writing_is_found(folder, leak):
    with leak.plant(), two_worlds(folder) as worlds:
        run = Run(BEFORE, worlds)
        run.happen()
        for method in leak.methods:
            if method in WRITES:
                run.write((method,))
    assert set(by_method(run.differences())) >= set(leak.methods)
