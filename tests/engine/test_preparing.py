"""What is made ready in a process beside is what would be made here, whatever becomes of that process."""

import os
import signal
import subprocess
import sys
from datetime import date, datetime

import psutil
import pytest

from resolver.domain.finding import DataQualityKind
from resolver.engine.asked.writes import Write
from resolver.engine.engine import open_engine
from resolver.engine.preparing import WORTHWHILE, Preparer
from resolver.linkage.model import shipped_model
from resolver.store.content import prepared
from tests.people import person, submission

TODAY = date(2026, 1, 1)
HELD = """
import sys
from datetime import date
from resolver.linkage.model import shipped_model
from resolver.engine.preparing import WORTHWHILE, Preparer
from tests.people import ONE
if __name__ == "__main__":
    preparer = Preparer(shipped_model().frequencies)
    preparer.prepared([ONE] * WORTHWHILE, "m", date(2026, 1, 1))
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


def test_records_are_made_ready_the_same_by_a_process_beside(preparer, frequencies, corpus):
    records = corpus[: 2 * WORTHWHILE]
    before = beside()

    found = preparer.prepared(records, "m", TODAY)

    assert found == [prepared(record, frequencies, "m", TODAY) for record in records]
    assert beside() - before, "no process was started: the test shows nothing"


def test_who_does_not_wait_gets_the_same_later(preparer, frequencies, corpus):
    made = preparer.later(corpus[:3], "m", TODAY)
    assert made.result(timeout=60) == [prepared(record, frequencies, "m", TODAY) for record in corpus[:3]]


def test_few_records_start_no_process(frequencies, corpus):
    before = beside()
    few = Preparer(frequencies)

    assert few.prepared(corpus[:3], "m", TODAY) == [prepared(record, frequencies, "m", TODAY) for record in corpus[:3]]
    assert beside() == before
    few.close()


def test_a_process_that_dies_is_replaced_and_nothing_is_lost(preparer, frequencies, corpus):
    records = corpus[:WORTHWHILE]
    expected = preparer.prepared(records, "m", TODAY)
    before = beside()
    for process in before:
        process.kill()

    assert preparer.prepared(records, "m", TODAY) == expected
    assert preparer.prepared(records, "m", TODAY) == expected
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


def test_what_was_made_ready_on_another_day_is_looked_for_flaws_anew():
    now = [datetime.fromisoformat("2026-01-01T23:59")]
    engine = open_engine(None, clock=lambda: now[-1])
    unborn = person("unborn", birth=date(2026, 1, 2))
    (made,) = engine.prepared([Write((submission(unborn),))])
    now.append(datetime.fromisoformat("2026-01-02T00:01"))

    (decision,) = engine.submit(made).result(timeout=60)
    engine.close()

    flawed = DataQualityKind.BIRTH_DATE_IN_FUTURE
    assert [found.kind for found in made.changes[0].prepared.findings] == [flawed]
    assert flawed not in [found.kind for found in decision.findings]
