"""What goes wrong between the name that was meant and the name in the record, and how often.

None of it is known to the part of the program that reads records: the sources are named in each module, and the rates
are stated in ``docs/synthetic-data.md`` with where they come from.
"""

from __future__ import annotations

from random import Random
from typing import Any

from resolver.synthetic.optical_errors import misread, with_invisible_sign, with_look_alike
from resolver.synthetic.pools import chance
from resolver.synthetic.typing_errors import layout_of, with_typo

# Shares of the primary names, all estimated by us.
TYPING = 0.04
MISREAD = {"battlefield": 0.05, "prison": 0.012, "administrative": 0.012}
MISREAD_ELSEWHERE = 0.006
LOOK_ALIKE = 0.0015
INVISIBLE_SIGN = 0.0025
# Forms whose field holds 30 signs, by kind of source; Doc 9303 cuts at 30, 31 or 39 in the machine-readable zone.
SHORT_FIELD, SHORT_FIELD_SIGNS = {"border": 0.3}, 30
# Typed components of a name in which surname and given name were exchanged.
PARTS_EXCHANGED = 0.03

_EXCHANGED = {
    "NAME_COMPONENT_TYPE_GIVEN": "NAME_COMPONENT_TYPE_SURNAME",
    "NAME_COMPONENT_TYPE_ISM": "NAME_COMPONENT_TYPE_SURNAME",
    "NAME_COMPONENT_TYPE_SURNAME": "NAME_COMPONENT_TYPE_GIVEN",
}


def as_recorded(entry: dict[str, Any], school: str, kind: str, rng: Random) -> dict[str, Any]:
    """The name as it ends up in a record of a kind of source; one that was altered loses its typed components."""
    text, script = entry["fullName"], entry["script"]
    if chance(rng, TYPING):
        text = with_typo(text, layout_of(school, script), rng)
    if chance(rng, MISREAD.get(kind, MISREAD_ELSEWHERE)):
        text = misread(text, script, rng)
    if len(text) > SHORT_FIELD_SIGNS and chance(rng, SHORT_FIELD.get(kind, 0.0)):
        text = text[:SHORT_FIELD_SIGNS].rstrip(" -,،")
    if chance(rng, LOOK_ALIKE):
        text = with_look_alike(text, script, rng)
    if chance(rng, INVISIBLE_SIGN):
        text = with_invisible_sign(text, script, rng)
    if text != entry["fullName"]:
        return {key: value for key, value in entry.items() if key != "components"} | {"fullName": text}
    if "components" in entry and chance(rng, PARTS_EXCHANGED):
        parts = [part | {"type": _EXCHANGED.get(part["type"], part["type"])} for part in entry["components"]]
        return entry | {"components": parts}
    return entry
