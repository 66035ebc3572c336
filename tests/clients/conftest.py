"""Collects how the scenarios ended, for the table of `make conformance`."""

import os
from pathlib import Path

import pytest

from tests.clients.table import Ended, table

ENDED = pytest.StashKey[list[Ended]]()


def pytest_configure(config):
    config.stash[ENDED] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    played = getattr(item, "callspec", None)
    if played and {"scenario", "language"} <= played.params.keys() and (report.when == "call" or not report.passed):
        reason = report.longrepr[2].removeprefix("Skipped: ") if report.skipped else ""
        ended = Ended(played.params["scenario"]["name"], played.params["language"].name, report.outcome, reason)
        item.config.stash[ENDED].append(ended)
    return report


def pytest_sessionfinish(session):
    path = os.environ.get("CONFORMANCE_TABLE")
    if path:
        Path(path).write_text(table(session.config.stash[ENDED]), encoding="utf-8")
