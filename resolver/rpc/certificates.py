"""The certificates of the server: mutual TLS, from PEM files that may be replaced while it serves.

TLS 1.2 is the least that gRPC's core negotiates; `tests/rpc/test_mutual_tls.py` holds it to that.
"""

from __future__ import annotations

import logging
import ssl
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import grpc

_log = logging.getLogger(__name__)


class CertificateError(Exception):
    """A certificate, key or authority cannot be used; names the file and not its content."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files: the server's certificate (with its chain) and key, and the authority that clients are checked by."""

    certificate: Path
    key: Path
    client_authority: Path

    def read(self) -> grpc.ServerCertificateConfiguration:
        """The files' content, after a look at whether it can be used.

        Raises:
            CertificateError: a file is missing or no PEM, or the key is not that of the certificate.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            chain, key, authority = (path.read_bytes() for path in self._paths())
            context.load_verify_locations(cadata=authority.decode("ascii"))
            context.load_cert_chain(self.certificate, self.key, password="")
        except OSError as error:
            raise CertificateError(self._fault(error)) from None
        except (UnicodeDecodeError, ValueError):
            raise CertificateError(f"{self.client_authority} has no certificate in PEM form") from None
        return grpc.ssl_server_certificate_configuration([(key, chain)], authority)

    def stamp(self) -> tuple[tuple[int, int, int], ...] | None:
        """Tells one state of the files from another; None while one of them is missing."""
        try:
            found = [path.stat() for path in self._paths()]
        except OSError:
            return None
        return tuple((each.st_ino, each.st_mtime_ns, each.st_size) for each in found)

    def _paths(self) -> tuple[Path, Path, Path]:
        return self.certificate, self.key, self.client_authority

    def _fault(self, error: OSError) -> str:
        if isinstance(error, ssl.SSLError):
            named = f"{self.certificate}, {self.key} and {self.client_authority}"
            return f"cannot use {named} as certificate, key and authority: {error.reason or 'no PEM'}"
        return f"cannot read {error.filename}: {error.strerror}"


class Certificates:
    """What each new connection is served with: the files as they are at that moment, or as they last were right."""

    def __init__(self, files: CertificateFiles) -> None:
        """Reads the files.

        Raises:
            CertificateError: they cannot be used.
        """
        self._files = files
        self._stamp = files.stamp()
        self._first = files.read()
        # gRPC asks from its own threads, several at a time.
        self._turn = Lock()

    def credentials(self) -> grpc.ServerCredentials:
        """Credentials for one port: a client certificate is required; each port asks for changes by itself."""
        served = [self._stamp]

        def changed() -> grpc.ServerCertificateConfiguration | None:
            with self._turn:
                stamp = self._files.stamp()
                if stamp is None or stamp == served[0]:
                    return None
                served[0] = stamp
                try:
                    found = self._files.read()
                except CertificateError as error:
                    _log.error("the certificates were changed and cannot be used; the old ones stay: %s", error)
                    return None
                _log.info("new certificates are in use")
                return found

        # Its types do not know that None means no change, as its documentation says.
        return grpc.dynamic_ssl_server_credentials(self._first, changed, True)  # type: ignore[arg-type]
