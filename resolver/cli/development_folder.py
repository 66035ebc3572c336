"""A folder with what a server and its callers need for mutual TLS, for development: certificates and access rules."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from ftf_client import Tls
from resolver.cli.development_access import development_access
from resolver.cli.development_authority import DevelopmentAuthority
from resolver.domain.caller import Caller

HOSTS: Final = ("localhost", "127.0.0.1")
LASTS: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DevelopmentFolder:
    """Where the files are; there need be none yet."""

    path: Path

    def fill(self, callers: Sequence[Caller], hosts: Sequence[str] = HOSTS, lasts: timedelta = LASTS) -> list[str]:
        """Makes an authority, a server and a client for each caller anew, and access rules unless there are some.

        The authority's own key is not kept. Returns the names of the files that were written.

        Raises:
            SectionInvalid: two authorities would share sources; nothing is written.
        """
        rules = development_access(callers)
        authority = DevelopmentAuthority(datetime.now(UTC), lasts)
        files = {self._authority.name: authority.certificate}
        for stem, issued in (
            ("server", authority.server(hosts)),
            *((_stem(caller), authority.client(caller.name)) for caller in callers),
        ):
            files |= {f"{stem}.pem": issued.certificate, f"{stem}.key": issued.key}
        self.path.mkdir(parents=True, exist_ok=True)
        if not self.access.exists():
            files[self.access.name] = rules.encode()
        for name, content in files.items():
            _write(self.path / name, content)
        return sorted(files)

    @property
    def access(self) -> Path:
        """The access rules."""
        return self.path / "access.yaml"

    @property
    def protection(self) -> tuple[str, ...]:
        """The arguments that `resolver serve` needs."""
        certificate, key = self._pair("server")
        return (
            *("--certificate", str(certificate), "--key", str(key)),
            *("--client-authority", str(self._authority), "--access", str(self.access)),
        )

    def tls(self, caller: Caller) -> Tls:
        """What a caller needs."""
        return Tls(self._authority, *self._pair(_stem(caller)))

    @property
    def _authority(self) -> Path:
        return self.path / "authority.pem"

    def _pair(self, stem: str) -> tuple[Path, Path]:
        return self.path / f"{stem}.pem", self.path / f"{stem}.key"


def _stem(caller: Caller) -> str:
    """`fra-ncb-records` for `ftf://FRA/ncb/records`."""
    return re.sub(r"[^a-z0-9]+", "-", caller.name.removeprefix("ftf://").lower())


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that a server that looks for changes never reads half a file; keys are for their owner.
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
