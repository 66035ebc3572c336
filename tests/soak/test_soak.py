"""A short soak: what `make soak` does for ten minutes, with more room for a server that is still warming up."""

from random import Random

import grpc
import pytest

from benchmarks.soak.account import Account
from benchmarks.soak.flatness import Allowance, flatness
from benchmarks.soak.page import page
from benchmarks.soak.run import RATES, soak
from benchmarks.stamp import stamp

SECONDS = 20
SLACK = 4.0
"""What measures may rise by, as a multiple of what they may in ten minutes."""


@pytest.mark.slow
def test_good_and_bad_clients_leave_nothing_lost_and_nothing_behind(tmp_path):
    soaked = soak(tmp_path, SECONDS, seed=7, slack=SLACK, tell=lambda _: None)
    assert soaked.passed, page(soaked, stamp())
    assert len(soaked.account.acknowledged) > 50
    met = {kind for kind, _, _ in soaked.account.outcomes}
    assert len(met) >= len(RATES) - 2, "the clients did what they are for"


def noisy(values, seed=1):
    chance = Random(seed)
    return [value + chance.uniform(-5, 5) for value in values]


ALLOWED = Allowance(share=0.05, number=1.0)


@pytest.mark.parametrize(
    ("values", "flat"),
    [
        ([100.0] * 200, True),
        (noisy([100.0] * 200), True),
        ([float(i) for i in range(100)] + [100.0] * 100, True),
        ([100.0] * 195 + [900.0] * 5, True),
        (noisy([100.0 + i / 5 for i in range(200)]), False),
        ([100.0] * 100 + [100.0 + i for i in range(100)], False),
        ([100.0] * 200 + [50.0] * 200, True),
        ([0.0] * 10 + [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], False),
    ],
    ids=["constant", "noisy", "warms up", "one peak", "leaks from the start", "leaks late", "falls", "counts up"],
)
def test_what_grows_over_the_last_half_is_not_flat(values, flat):
    assert flatness(values, ALLOWED).flat is flat


class Refused(grpc.RpcError):
    def __init__(self, code):
        self._code = code

    def code(self):
        return self._code

    def details(self):
        return ""

    def trailing_metadata(self):
        return ()


def test_an_error_of_the_wrong_kind_is_a_fault():
    account = Account()
    account.failed("read", Refused(grpc.StatusCode.NOT_FOUND))
    account.failed("expired", Refused(grpc.StatusCode.DEADLINE_EXCEEDED))
    assert account.faults == ["read ended with NOT_FOUND "]
