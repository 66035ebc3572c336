"""While long work goes on in Python, whoever waits for the interpreter waits a tenth as long."""

import sys
from contextlib import suppress

from resolver.jobs.giving_way import giving_way


def test_turns_are_short_for_the_length_of_a_block_however_it_ends():
    before = sys.getswitchinterval()
    with suppress(ValueError), giving_way():
        assert sys.getswitchinterval() <= before / 5
        raise ValueError
    assert sys.getswitchinterval() == before
