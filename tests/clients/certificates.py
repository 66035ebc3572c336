"""Certificates of all kinds that a client may come with, as files."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from resolver.cli.development_authority import DevelopmentAuthority
from resolver.rpc.certificates import CertificateFiles, Certificates

FRANCE = "ftf://FRA/ncb/records"


@dataclass(frozen=True)
class CertificateFolder:
    """What a server is started with, and what a driver is given, by the names of the list."""

    folder: Path

    def server(self) -> Certificates:
        paths = (self.folder / name for name in ("server.pem", "server.key", "authority.pem"))
        return Certificates(CertificateFiles(*paths))

    def client(self, name: str) -> dict | None:
        """The `tls` of a driver's `connect`."""
        if name == "none":
            return None
        authority, bearer = ("stranger-authority", "good") if name == "distrustful" else ("authority", name)
        paths = {"authority": f"{authority}.pem", "certificate": f"{bearer}.pem", "key": f"{bearer}.key"}
        return {kind: str(self.folder / file) for kind, file in paths.items()}


def write_certificates(folder: Path) -> CertificateFolder:
    """Writes all of them."""
    now = datetime.now(UTC)
    authority, stranger = DevelopmentAuthority(now), DevelopmentAuthority(now, name="stranger")
    issued = {
        "server": authority.server(["localhost", "127.0.0.1"]),
        "good": authority.client(FRANCE),
        "without_roles": authority.client("ftf://DEU/bka/records"),
        "colleague": authority.client("ftf://FRA/ncb/search"),
        "neighbour": authority.client("ftf://ITA/dcpp/records"),
        "unnamed": authority.client(),
        "two_names": authority.client(FRANCE, "ftf://DEU/bka/records"),
        "expired": authority.client(FRANCE, until=now - timedelta(minutes=1)),
        "stranger": stranger.client(FRANCE),
    }
    (folder / "authority.pem").write_bytes(authority.certificate)
    (folder / "stranger-authority.pem").write_bytes(stranger.certificate)
    for name, each in issued.items():
        (folder / f"{name}.pem").write_bytes(each.certificate)
        (folder / f"{name}.key").write_bytes(each.key)
    return CertificateFolder(folder)
