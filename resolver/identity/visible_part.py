"""What somebody who may see only some records is told of a change: what it does in a holding of those records alone.

The same partition decides, over fewer records; so what is hidden changes nothing of it, not even a name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from resolver.identity.neighbourhood import Neighbourhood, Outcome
from resolver.identity.partition import Pair
from resolver.identity.verdicts import Ruling


def around(neighbourhood: Neighbourhood, records: Iterable[int], pairs: Iterable[Pair] = ()) -> set[int]:
    """The records on which the groups and tasks of some records depend, whoever looks, them included.

    Those are the components of the records, of those that they have pairs with, and of those that these components have
    pairs with. `pairs` are to be entered. The components have to be loaded in full.
    """
    ends = {end for pair in pairs for end in (pair.left, pair.right)}
    inner = neighbourhood.components({*records, *ends, *neighbourhood.beside(records)})
    return inner | neighbourhood.components(neighbourhood.beside(inner)) | set(records)


def visible_part(neighbourhood: Neighbourhood, among: Collection[int], sees: Callable[[int], bool]) -> Neighbourhood:
    """The neighbourhood as it is without the records that cannot be seen; what leads out of `among` is left out."""
    present = {record for record in among if record in neighbourhood.facts and sees(record)}
    part = Neighbourhood(
        neighbourhood.policy,
        facts={record: neighbourhood.facts[record] for record in present},
        names=neighbourhood.names,
    )
    for pair in neighbourhood.pairs_within(present):
        part.add_pair(pair)
    part.add_verdicts(visible_rulings(neighbourhood.verdicts.values(), sees))
    part.group()
    return part


def visible_rulings(verdicts: Iterable[Ruling], sees: Callable[[int], bool]) -> list[Ruling]:
    """Those of the verdicts whose records can both be seen."""
    return [verdict for verdict in verdicts if all(map(sees, verdict.pair))]


def submitted(part: Neighbourhood, record: int, whole: Neighbourhood, pairs: Iterable[Pair]) -> Outcome:
    """What the submission of a record does in a part; `whole` has what it states, `pairs` are all that it has."""
    kept = [pair for pair in pairs if all(end == record or end in part.facts for end in (pair.left, pair.right))]
    return part.submit(record, whole.facts[record], kept)
