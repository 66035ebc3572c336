"""What happens in two worlds: the same, but for what the viewer may never see.

A move on a record that it never sees happens in the second world alone, or in both with another person in the record;
a version that it never sees may have another person in it.
"""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from ftf.resolution.v1 import verdict_service_pb2
from resolver.domain.handling import Viewer
from tests.counts import count
from tests.noninterference.people import MARKS, PERSONS, SHAPES, keeping, letting

OWNERS = ("FRA/ncb", "FRA/police", "DEU/bka", "BEL/police")
VIEWERS = (Viewer("FRA", "ncb", "identify"), Viewer("DEU", "bka", "investigate"))
SAME, DIFFERENT = verdict_service_pb2.VERDICT_KIND_SAME, verdict_service_pb2.VERDICT_KIND_DIFFERENT
BASES = (
    verdict_service_pb2.VERDICT_BASIS_EXAMINER,
    verdict_service_pb2.VERDICT_BASIS_COURT,
)


MOVES = count(10, 20)


@dataclass(frozen=True)
class Slot:
    """A record of an owner, by its key. A `secret` one is never seen by the viewer, whose own it is not."""

    owner: str
    key: str
    secret: bool = False

    @property
    def name(self):
        return f"{self.source}/records/{self.key}"

    @property
    def source(self):
        return f"sources/{self.owner.lower().replace('/', '-')}-1"


@dataclass(frozen=True)
class Send:
    """The owner stores or corrects a record.

    `instead` is what it states in the first world, with the next of the marks; None: the same, and nothing where the
    record is secret.
    """

    slot: Slot
    person: int
    shape: str
    handling: dict = field(hash=False)
    instead: tuple[int, str] | None = None
    expires: bool = False
    mark: int = 0


@dataclass(frozen=True)
class Together:
    """An owner stores or corrects several of its records in one batch."""

    sends: tuple[Send, ...]


@dataclass(frozen=True)
class Stage:
    """The owner stages a record, to be planned some time."""

    slot: Slot
    person: int
    shape: str
    handling: dict = field(hash=False)
    mark: int = 0


@dataclass(frozen=True)
class Withdraw:
    """The owner withdraws a record; nothing where it is not there."""

    slot: Slot


@dataclass(frozen=True)
class Judge:
    """Somebody else than the viewer says what two records are."""

    examiner: str
    left: Slot
    right: Slot
    kind: int = SAME
    basis: int = BASES[0]


@dataclass(frozen=True)
class TakeBack:
    """Somebody else than the viewer withdraws the latest verdict on two records."""

    examiner: str
    left: Slot
    right: Slot


@dataclass(frozen=True)
class Confirm:
    """A second person agrees to the latest verdict on two records."""

    examiner: str
    left: Slot
    right: Slot


@dataclass(frozen=True)
class Claim:
    """Somebody else than the viewer claims the task between the identities of two records."""

    examiner: str
    left: Slot
    right: Slot


@dataclass(frozen=True)
class Acknowledge:
    """A consumer of somebody else reads on, and acknowledges what it was told."""


@dataclass(frozen=True)
class Sweep:
    """What has expired is purged."""


@dataclass(frozen=True)
class Follow:
    """The viewer reads the feed on from where it was."""


def secret(move):
    """Whether a move is about a record that the viewer never sees."""
    match move:
        case Send() | Stage() | Withdraw():
            return move.slot.secret
        case Judge() | TakeBack() | Confirm() | Claim():
            return move.left.secret or move.right.secret
    return False


@dataclass(frozen=True)
class Scenario:
    """Who looks, and what happens before."""

    viewer: Viewer
    moves: tuple

    @property
    def slots(self):
        """The records of the moves."""
        found = {}
        for move in self._single:
            for part in ("slot", "left", "right"):
                if hasattr(move, part):
                    found.setdefault(getattr(move, part), None)
        return tuple(found)

    @property
    def _single(self):
        for move in self.moves:
            yield from move.sends if isinstance(move, Together) else (move,)

    def without_secrets(self):
        """The same with nothing that differs between the worlds."""
        kept = (
            Together(tuple(send for send in move.sends if not secret(send))) if isinstance(move, Together) else move
            for move in self.moves
        )
        return replace(self, moves=tuple(move for move in kept if not secret(move)))


@st.composite
def scenarios(draw):
    """Some moves of every kind, by owners who restrict now and then, seen by one viewer."""
    viewer = draw(st.sampled_from(VIEWERS))
    own = f"{viewer.country}/{viewer.authority}"
    others = [owner for owner in OWNERS if owner != own]
    opened = [Slot(owner, key) for owner in OWNERS for key in ("1", "2")]
    hidden = [Slot(owner, f"s{number}", secret=True) for number, owner in enumerate(others)]
    slots = st.sampled_from([*opened, *hidden])
    move = _moves(viewer, others, slots)
    first = draw(st.permutations([*opened, *hidden]))[: len(opened)]
    return Scenario(
        viewer,
        (
            *(draw(_sends(viewer, slot)) for slot in first),
            *draw(st.lists(move, min_size=MOVES, max_size=MOVES)),
        ),
    )


def _moves(viewer, others, slots):
    sends = slots.flatmap(lambda slot: _sends(viewer, slot))
    pairs = st.lists(slots, min_size=2, max_size=2, unique=True)
    examiners, kinds, bases = map(st.sampled_from, (others, (SAME, DIFFERENT), BASES))
    return st.one_of(
        sends,
        sends,
        st.sampled_from(OWNERS).flatmap(lambda owner: _together(viewer, slots, owner)),
        slots.map(Withdraw),
        sends.map(lambda send: Stage(send.slot, send.person, send.shape, send.handling, send.mark)),
        st.builds(lambda who, two, *word: Judge(who, *two, *word), examiners, pairs, kinds, bases),
        st.builds(
            lambda kind, who, two: kind(who, *two), st.sampled_from((TakeBack, Confirm, Claim)), examiners, pairs
        ),
        st.sampled_from((Follow(), Sweep(), Acknowledge())),
    )


def _together(viewer, slots, owner):
    own = st.lists(slots.filter(lambda slot: slot.owner == owner), min_size=1, max_size=3, unique=True)
    return own.flatmap(lambda some: st.tuples(*(_sends(viewer, slot) for slot in some))).map(Together)


def _sends(viewer, slot):
    people = st.tuples(st.sampled_from(PERSONS), st.sampled_from(SHAPES))
    kept, let = st.sampled_from(keeping(viewer)), st.sampled_from(letting(viewer))
    seldom = st.sampled_from((False, False, False, True))
    marks = st.sampled_from(range(len(MARKS)))
    own = slot.owner == f"{viewer.country}/{viewer.authority}"
    closed = st.builds(
        lambda stated, handling, *further: Send(slot, *stated, handling, *further),
        people,
        kept,
        st.none() if own else st.none() | people,
        seldom,
        marks,
    )
    opened = st.builds(
        lambda stated, handling, expires, mark: Send(slot, *stated, handling, None, expires, mark),
        people,
        let,
        seldom,
        marks,
    )
    return closed if slot.secret else st.one_of(opened, opened, closed)
