"""A certificate authority for development: one key pair, and what it signs. Nothing of it is meant for real use."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_BEFORE = timedelta(minutes=5)
"""How long before its issue a certificate is valid, since clocks differ."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and its private key, as PEM."""

    certificate: bytes
    key: bytes


class DevelopmentAuthority:
    """Signs certificates of servers and clients."""

    def __init__(self, now: datetime, lasts: timedelta = timedelta(days=365), name: str = "ftf development") -> None:
        """Makes a new key pair. `now` and `lasts` hold for the authority and for all that it signs."""
        self._from, self._until = now - _BEFORE, now + lasts
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        identifier = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
        self._own = (
            self._builder(self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(certificates=True), critical=True)
            .add_extension(identifier, critical=False)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def certificate(self) -> bytes:
        """The authority's own certificate, as PEM: what servers and clients are told to trust."""
        return self._own.public_bytes(Encoding.PEM)

    def server(self, hosts: Sequence[str]) -> Issued:
        """A certificate of a server under the names and addresses that clients call it by."""
        return self._issue(hosts[0], [_host(host) for host in hosts], ExtendedKeyUsageOID.SERVER_AUTH)

    def client(self, *uris: str, until: datetime | None = None) -> Issued:
        """A certificate of a client that bears these URIs; the service takes exactly one. `until` ends it early."""
        names = [x509.UniformResourceIdentifier(uri) for uri in uris]
        return self._issue(uris[0] if uris else "nobody", names, ExtendedKeyUsageOID.CLIENT_AUTH, until)

    def _issue(
        self,
        name: str,
        names: Sequence[x509.GeneralName],
        use: x509.ObjectIdentifier,
        until: datetime | None = None,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        # X.520 allows 64 characters; who it is, the alternative names say.
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
        builder = (
            self._builder(subject, key, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        return Issued(
            certificate.public_bytes(Encoding.PEM),
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime | None = None
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._from)
            .not_valid_after(until or self._until)
        )


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
