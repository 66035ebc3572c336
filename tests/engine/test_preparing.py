"""What is made ready in a process beside is what would be made here, whatever becomes of that process."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from resolver.linkage.model import shipped_model
from resolver.preparing import WORTHWHILE, Preparer
from resolver.store.content import content_of

HELD = """
import sys
from resolver.linkage.model import shipped_model
from resolver.preparing import WORTHWHILE, Preparer
from tests.people import ONE
if __name__ == "__main__":
    preparer = Preparer(shipped_model().frequencies)
    preparer.contents([ONE] * WORTHWHILE)
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def frequencies():
    return shipped_model().frequencies


@pytest.fixture(scope="module")
def preparer(frequencies):
    preparer = Preparer(frequencies)
    yield preparer
    preparer.close()


def beside(process=None):
    """The processes that make content, and not what Python itself keeps beside them."""
    found = (process or psutil.Process()).children(recursive=True)
    return {each for each in found if any("spawn_main" in part for part in each.cmdline())}


def test_content_is_the_same_from_a_process_beside(preparer, frequencies, corpus):
    records = corpus[: 2 * WORTHWHILE]
    before = beside()

    found = preparer.contents(records)

    assert found == [content_of(record, frequencies) for record in records]
    assert beside() - before, "no process was started: the test shows nothing"


def test_few_records_start_no_process(frequencies, corpus):
    before = beside()
    few = Preparer(frequencies)

    assert few.contents(corpus[:3]) == [content_of(record, frequencies) for record in corpus[:3]]
    assert beside() == before
    few.close()


def test_a_process_that_dies_is_replaced_and_nothing_is_lost(preparer, frequencies, corpus):
    records = corpus[:WORTHWHILE]
    expected = preparer.contents(records)
    before = beside()
    for process in before:
        process.kill()

    assert preparer.contents(records) == expected
    assert preparer.contents(records) == expected
    assert beside() - before, "no process took its place"


def test_a_process_ends_with_a_server_that_is_killed(tmp_path):
    script = tmp_path / "held.py"
    script.write_text(HELD, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout.readline() == "ready\n"
        workers = beside(psutil.Process(server.pid))
        assert workers
        server.send_signal(signal.SIGKILL)

    _, left = psutil.wait_procs(workers, timeout=60)
    assert not left
