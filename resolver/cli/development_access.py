"""An access file for development: every named client may do everything, each in sources of its own authority."""

from __future__ import annotations

from collections.abc import Sequence

from resolver.access.file import parse
from resolver.domain.caller import Caller

_HEAD = """\
# Who may do what; `resolver access check access.yaml` shows it. What is not granted here is denied.
# A server reads this file again at SIGHUP. See docs/access.md.
grants:
"""
_GRANT = """\
  - caller: {caller}
    roles: [CONTRIBUTOR, READER, SCREENER, REVIEWER, SUPERVISOR, OPERATOR]
    purposes: ["*"]
"""
_SOURCES = """\
# A source belongs to one authority: nobody else writes in it.
sources:
"""
_SOURCE = """\
  - owner: {owner}
    sources: ["{source}*"]
"""
_DELEGATIONS = """\
# Who also writes for others than its own authority.
# delegations:
#   - caller: ftf://EUE/europol/gateway
#     owners: [BEL/police, "NLD/*"]
"""


def development_access(callers: Sequence[Caller]) -> str:
    """The text of the file. FRA/ncb has the sources that begin with `fra-ncb-`.

    Raises:
        SectionInvalid: two authorities would share sources, as FRA/ncb and FRA/ncb-2.
    """
    grants = (_GRANT.format(caller=name) for name in dict.fromkeys(caller.name for caller in callers))
    owners = dict.fromkeys((caller.country, caller.authority) for caller in callers)
    rows = (
        _SOURCE.format(owner=f"{country}/{authority}", source=f"{country}-{authority}-".lower())
        for country, authority in owners
    )
    text = "".join((_HEAD, *grants, _SOURCES, *rows, _DELEGATIONS))
    parse(text)
    return text
