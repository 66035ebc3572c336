"""Access rules for servers of the tests."""

from resolver.access.file import parse
from resolver.access.live import LiveAccess

FRANCE_MAY_DO_ALL = """
grants:
  - caller: ftf://FRA/ncb/records
    roles: [CONTRIBUTOR, READER, SCREENER, REVIEWER, SUPERVISOR, OPERATOR]
    purposes: ["*"]
  - caller: ftf://*/*/search
    roles: [READER]
    purposes: ["*"]
  - caller: ftf://ITA/dcpp/records
    roles: [READER]
    purposes: ["*"]
sources:
  - owner: FRA/ncb
    sources: ["*"]
delegations:
  - caller: ftf://FRA/ncb/records
    owners: ["*/*"]
"""


def live_access(text=FRANCE_MAY_DO_ALL):
    """The rules of a text, as a server goes by them."""
    live = LiveAccess()
    live.current = parse(text)
    return live
