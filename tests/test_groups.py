"""Tests that share fixtures run in one process: without that, servers and models are made once more in every other."""

import pytest


def test_the_distribution_of_the_tests_knows_the_groups(request):
    if not hasattr(request.config, "workerinput"):
        pytest.skip("all tests run in one process")
    assert [item.nodeid for item in request.session.items if "@" not in item.nodeid] == []
