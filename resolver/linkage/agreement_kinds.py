"""What the agreement of two names is made of, for its SQL and for its compiled form."""

from __future__ import annotations

from typing import Final

SAME: Final = 6
EDITED: Final = 5
OMITTED: Final = 4
OMITTED_EDITED: Final = 3
GIVEN_OMITTED: Final = 2
CONTRADICTED: Final = 1
OTHER: Final = 0
KINDS: Final = 8
"""An agreement is rarity in whole bits * KINDS + its kind: the rarer is the better, then the higher kind."""
BITS_OF_AN_EDIT: Final = 5
BITS_OF_A_CONTRADICTION: Final = 9
"""What a part that is nearly the same adds to the rarity, and what a part that contradicts takes away."""
EDIT_PERCENT: Final = 45
EDITS_PERCENT: Final = 38
"""How much of skeleton and sound may differ where skeletons are one edit apart, and where two or more are."""
SERVANT: Final = "abt"
"""How the skeletons of servants of God begin, whatever His name."""
