"""`resolver access`: looks at an access file before a server goes by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from rich.table import Table

from resolver.access.live import AccessFileError, read_access
from resolver.access.methods import METHODS
from resolver.access.rules import Access, Grant
from resolver.cli.output import out, print_json
from resolver.domain.purpose import PURPOSES


@click.group()
def access() -> None:
    """Look at a file of access rules."""


@access.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
def check(file: Path, as_json: bool) -> None:
    """Check FILE as a server would, and show what each entry may do.

    The exit status is 1 for a file that a server would refuse.
    """
    try:
        rules = read_access(file)
    except AccessFileError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        print_json(_as_json(rules))
        return
    out().print(_grants(rules))
    if rules.sources:
        rows = ((str(owner), ", ".join(map(str, sources))) for owner, sources in rules.sources.items())
        out().print(_table("owner", "has the sources", rows))
    if rules.delegations:
        rows = ((str(row.callers), ", ".join(map(str, row.owners))) for row in rules.delegations)
        out().print(_table("caller", "also writes for", rows))


def _grants(rules: Access) -> Table:
    table = Table("caller", "roles", "purposes", "may call", show_lines=True)
    for grant in rules.grants:
        table.add_row(
            str(grant.callers),
            "\n".join(_roles(grant)),
            "all" if grant.purposes == PURPOSES else "\n".join(sorted(grant.purposes)),
            "\n".join(_by_service(_methods(grant))),
        )
    return table


def _table(left: str, right: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(left, right)
    for row in rows:
        table.add_row(*row)
    return table


def _roles(grant: Grant) -> list[str]:
    return sorted(role.name for role in grant.roles)


def _methods(grant: Grant) -> dict[str, bool]:
    """The methods that a grant lets be called; True for those of which it allows dry runs only."""
    return {
        method: not grant.allows(method, needed.roles)
        for method, needed in METHODS.items()
        if grant.allows(method, needed.roles_for(dry_run=True))
    }


def _by_service(methods: Mapping[str, bool]) -> list[str]:
    """A line for each service, as `RecordService: all`."""
    services: dict[str, list[str]] = {}
    for method, only_dry in methods.items():
        service, _, name = method.rpartition("/")
        services.setdefault(service, []).append(f"{name} (dry runs)" if only_dry else name)
    return [
        f"{service.rpartition('.')[2]}: {'all' if _is_all(service, names) else ', '.join(names)}"
        for service, names in services.items()
    ]


def _is_all(service: str, names: list[str]) -> bool:
    return {f"{service}/{name}" for name in names} == {method for method in METHODS if method.startswith(f"{service}/")}


def _as_json(rules: Access) -> dict[str, object]:
    return {
        "grants": [
            {
                "caller": str(grant.callers),
                "roles": _roles(grant),
                "purposes": sorted(grant.purposes),
                "methods": [method for method, only_dry in _methods(grant).items() if not only_dry],
                "dry_runs": [method for method, only_dry in _methods(grant).items() if only_dry],
            }
            for grant in rules.grants
        ],
        "sources": [
            {"owner": str(owner), "sources": list(map(str, sources))} for owner, sources in rules.sources.items()
        ],
        "delegations": [
            {"caller": str(row.callers), "owners": list(map(str, row.owners))} for row in rules.delegations
        ],
    }
