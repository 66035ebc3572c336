"""Places: localities as skeletons, so that Raqqa, ar-Raqqah and الرقة are one."""

from __future__ import annotations

import re
from functools import lru_cache

from resolver.standardise.names import readings_of
from resolver.standardise.placeholders import is_no_place

# What follows names the district, the country or another spelling.
_MORE = re.compile("[,،;(/]")


# Cities that changed their name within the lifetimes of those recorded.
_NOW_CALLED = {
    "leninabad": "khujand", "stalinabad": "dushanbe", "frunze": "bishkek", "pishpek": "bishkek", "akmola": "astana",
    "tselinograd": "astana", "alma ata": "almaty", "leninakan": "gyumri", "kirovabad": "ganja", "kirovakan": "vanadzor",
    "ordzhonikidze": "vladikavkaz", "krasnovodsk": "turkmenbashi", "shevchenko": "aktau", "gurev": "atyrau",
    "leningrad": "saint petersburg", "stalingrad": "volgograd", "gorky": "nizhny novgorod", "kuybyshev": "samara",
    "sverdlovsk": "yekaterinburg", "titograd": "podgorica", "karl marx stadt": "chemnitz", "bombay": "mumbai",
    "madras": "chennai", "calcutta": "kolkata", "rangoon": "yangon", "saigon": "ho chi minh city",
    "lyallpur": "faisalabad", "campbellpur": "attock", "saddam city": "sadr city", "nur sultan": "astana",
}  # fmt: skip


def _skeletons(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.skeletons for name in readings_of(text)))


@lru_cache(maxsize=1)
def _renamed() -> dict[str, tuple[str, ...]]:
    """Skeletons of former names with those of the present one."""
    return {old: _skeletons(new) for former, new in _NOW_CALLED.items() for old in _skeletons(former)}


@lru_cache(maxsize=65_536)
def localities(text: str) -> tuple[str, ...]:
    """The skeletons of a locality's name, one for each way to read it, former names as the present one.

    Empty when it has no word, or only words for a place that is not known.
    """
    head = _MORE.split(text, maxsplit=1)[0]
    if is_no_place(text) or is_no_place(head):
        return ()
    found = _skeletons(head) or _skeletons(text)
    return tuple(dict.fromkeys(now for one in found for now in _renamed().get(one, (one,))))
