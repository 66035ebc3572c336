"""How a server is protected: certificates and access rules, or plain text on loopback when that is asked for."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from resolver.access.live import LiveAccess
from resolver.cli.options import with_options
from resolver.rpc.certificates import CertificateFiles, Certificates

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Guard:
    """Who gets in, and what they may do."""

    certificates: Certificates
    access: LiveAccess


@dataclass(frozen=True, slots=True)
class Protection:
    """The options as given."""

    certificate: Path | None
    key: Path | None
    client_authority: Path | None
    access: Path | None
    insecure: bool

    def guard(self, host: str) -> Guard | None:
        """What to serve a host with; None for plain text.

        Raises:
            UsageError: the options do not fit together, or would serve plain text to other machines.
            CertificateError, AccessFileError: a file cannot be used.
        """
        if self.certificate and self.key and self.client_authority and self.access:
            if self.insecure:
                raise click.UsageError("give either certificates or --insecure")
            files = CertificateFiles(self.certificate, self.key, self.client_authority)
            return Guard(Certificates(files), LiveAccess(self.access))
        if self.certificate or self.key or self.client_authority or self.access:
            raise click.UsageError("--certificate, --key, --client-authority and --access belong together")
        if not self.insecure:
            raise click.UsageError(
                "give --certificate, --key, --client-authority and --access; "
                "plain text has to be asked for with --insecure"
            )
        if not is_loopback(host):
            raise click.UsageError(f"--insecure serves loopback addresses only, such as 127.0.0.1, and not {host}")
        return None


def protection_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options by which a server is protected; the command is given them as one `protection`."""
    options = (
        click.option("--certificate", type=_FILE, help="The server's certificate and its chain, PEM."),
        click.option("--key", type=_FILE, help="The certificate's private key, PEM."),
        click.option("--client-authority", type=_FILE, help="Who must have signed the clients' certificates, PEM."),
        click.option("--access", type=_FILE, help="What each client may do, YAML; read again at SIGHUP."),
        click.option(
            "--insecure",
            is_flag=True,
            help="Serve in plain text, and let everybody do everything; on loopback addresses only.",
        ),
    )
    return with_options(options, "protection", Protection, command)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach a host: by its literal address, or as `localhost`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False
