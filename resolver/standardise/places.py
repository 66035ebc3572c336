"""Places: localities as skeletons, so that Raqqa, ar-Raqqah and الرقة are one."""

from __future__ import annotations

import re
from functools import lru_cache

from resolver.standardise.names import readings_of

# What follows names the district, the country or another spelling.
_MORE = re.compile("[,،;(/]")


@lru_cache(maxsize=65_536)
def localities(text: str) -> tuple[str, ...]:
    """The skeletons of a locality's name, one for each way to read it; empty when it has no word."""
    head = _MORE.split(text, maxsplit=1)[0]
    return tuple(dict.fromkeys(name.skeletons for name in readings_of(head) or readings_of(text)))
