"""While long work goes on in Python, whoever waits for the interpreter waits a tenth as long."""

import sys
from contextlib import suppress
from itertools import chain, repeat

from resolver.jobs import giving_way as module
from resolver.jobs.giving_way import giving_way, let_pass


def test_turns_are_short_for_the_length_of_a_block_however_it_ends():
    before = sys.getswitchinterval()
    with suppress(ValueError), giving_way():
        assert sys.getswitchinterval() <= before / 5
        raise ValueError
    assert sys.getswitchinterval() == before


def test_long_work_waits_for_who_is_in_a_hurry_and_not_for_ever(monkeypatch):
    slept = []
    monkeypatch.setattr(module.time, "sleep", slept.append)
    let_pass(lambda: False)
    assert slept == []
    hurried = chain([True, True, True], repeat(False))
    let_pass(lambda: next(hurried))
    assert len(slept) == 3
    let_pass(lambda: True)
    assert 0 < sum(slept[3:]) <= 0.2
    before = len(slept)
    let_pass(lambda: True, patience=5.0)
    assert 4.9 < sum(slept[before:]) < 5.1
