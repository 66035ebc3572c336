"""A scenario in which everything meets: what any leak would show."""

from dataclasses import replace

from tests.noninterference.moves import (
    DIFFERENT,
    VIEWERS,
    Acknowledge,
    Claim,
    Follow,
    Judge,
    Scenario,
    Send,
    Slot,
    Stage,
    Sweep,
    TakeBack,
    Together,
    Withdraw,
)
from tests.noninterference.people import keeping

VIEWER = VIEWERS[0]
MINE, MATE = Slot("FRA/ncb", "1"), Slot("FRA/ncb", "2")
SEEN, CLOSED, THEIRS, COUSIN = (
    Slot("DEU/bka", "1"),
    Slot("DEU/bka", "2"),
    Slot("BEL/police", "1"),
    Slot("FRA/police", "1"),
)
BRIDGE, HIDDEN, TWIN = (
    Slot("BEL/police", "s1", secret=True),
    Slot("DEU/bka", "s2", secret=True),
    Slot("FRA/police", "s3", secret=True),
)
KEPT, DENIED, BY_PURPOSE, BY_AUTHORITY = (keeping(VIEWER)[place] for place in (0, 1, 4, 3))

MEETING = Scenario(
    VIEWER,
    (
        Send(HIDDEN, 1, "left", KEPT, mark=1),
        Send(MINE, 0, "left", {}, mark=2),
        Send(SEEN, 0, "right", {"allowed_countries": ["FRA"]}, mark=1),
        Follow(),
        Send(BRIDGE, 0, "bridge", DENIED, mark=3),
        Stage(HIDDEN, 1, "right", DENIED),
        Stage(SEEN, 0, "right", DENIED),
        Send(THEIRS, 1, "left", {}, mark=3),
        Send(TWIN, 1, "near", BY_PURPOSE),
        Send(COUSIN, 1, "child", {}),
        Claim("FRA/police", THEIRS, COUSIN),
        Send(CLOSED, 0, "near", {}),
        Judge("BEL/police", BRIDGE, THEIRS),
        Judge("DEU/bka", HIDDEN, COUSIN, DIFFERENT),
        Judge("DEU/bka", TWIN, THEIRS),
        Judge("DEU/bka", TWIN, MINE, DIFFERENT),
        Follow(),
        Acknowledge(),
        Send(CLOSED, 0, "near", BY_AUTHORITY, instead=(1, "bridge"), mark=1),
        Send(MATE, 1, "right", {}, expires=True),
        Judge("DEU/bka", SEEN, THEIRS, DIFFERENT),
        Withdraw(BRIDGE),
        Send(BRIDGE, 0, "bridge", KEPT),
        Send(TWIN, 1, "bridge", BY_PURPOSE),
        Acknowledge(),
        TakeBack("BEL/police", BRIDGE, THEIRS),
        Sweep(),
        Acknowledge(),
        Follow(),
        Send(HIDDEN, 1, "left", DENIED, expires=True),
        Sweep(),
        Send(CLOSED, 0, "near", {}),
        Judge("BEL/police", CLOSED, THEIRS, DIFFERENT),
        Send(SEEN, 0, "right", BY_AUTHORITY, instead=(0, "right"), mark=2),
        Send(HIDDEN, 1, "bridge", KEPT, instead=(1, "alone")),
        Follow(),
    ),
)
"""Hidden records are the oldest, join seen ones, are judged, corrected, withdrawn and purged; seen ones are closed and
opened, and one that was seen ends closed, and marked otherwise in each world."""
BEFORE = replace(MEETING, moves=MEETING.moves[:16])
"""As far as hidden records have met all others and were judged; enough for what is written to meet them."""
_A, _B, _C = (Slot("BEL/police", key) for key in "abc")
_LINK = Slot("BEL/police", "link", secret=True)
TOGETHER = Scenario(
    VIEWER,
    tuple(
        Together(
            (
                Send(_A, 0, shapes[0], {}),
                Send(_LINK, 0, "both", handling),
                Send(_B, 1, shapes[0], {}),
                Send(_C, 0, shapes[1], {}),
            )
        )
        for shapes, handling in (
            (("left", "alone"), DENIED),
            (("bridge", "alone"), KEPT),
            (("left", "near"), DENIED),
            (("bridge", "alone"), KEPT),
        )
    ),
)
"""Records that a hidden one links are stored and corrected in one batch with it, and with one that it does not link."""
