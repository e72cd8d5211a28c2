"""`sanbao certificate`: a certificate for the plant's own network, so that phones may use their cameras.

Browsers open the camera on HTTPS only. Inside a plant no public authority vouches for an address such as 192.168.1.20,
so the house makes an authority of its own once, and each phone is told once to trust it. Imports no Django.
"""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import os
import re
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sanbao.serve import home

#: Phones refuse a server's certificate that is valid for longer (Apple since 2019).
SERVER_DAYS = 820
AUTHORITY_DAYS = 3650
#: How long before its end ``sanbao doctor`` speaks up.
SOON = datetime.timedelta(days=30)
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def folder() -> Path:
    return home() / "tls"


def authority_file() -> Path:
    """What a phone has to trust; holds no secret."""
    return folder() / "authority.crt"


def main(argv: list[str]) -> int:
    """Exit 0, or 1 with one sentence."""
    parser = argparse.ArgumentParser(prog="sanbao certificate", description="厂内 HTTPS 证书 · HTTPS inside the plant")
    parser.add_argument(
        "host", nargs="+", help="192.168.1.20, sanbao.lan: 手机访问用的地址 · as phones will address it"
    )
    hosts = [host.lower() for host in parser.parse_args(argv).host]
    if wrong := [host for host in hosts if name_of(host) is None]:
        print(f"不是主机名或 IP 地址 · neither a host name nor an IP address: {' '.join(wrong)}", file=sys.stderr)
        return 1
    certificate, key = make(hosts)
    several = f"  SANBAO_HOSTS=127.0.0.1,{','.join(hosts)} \\\n" if len(hosts) > 1 else ""
    print(
        f"证书 certificate  {certificate}\n私钥 key          {key}\n"
        f"手机要信任 phones must trust  {authority_file()}\n\n"
        f"启动 start:\n  SANBAO_HOST=0.0.0.0 SANBAO_TLS_CERT={certificate} SANBAO_TLS_KEY={key} \\\n"
        f"{several}  SANBAO_BASE_URL=https://{hosts[0]}:8443 SANBAO_PORT=8443 ./run --empty\n"
        f"手机上打开 on the phone open:  https://{hosts[0]}:8443/authority.crt"
    )
    return 0


def name_of(host: str) -> x509.GeneralName | None:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host) if HOST.fullmatch(host) and not re.fullmatch(r"[\d.]+", host) else None


def make(hosts: list[str]) -> tuple[Path, Path]:
    """A server's certificate for these hosts, by the house's authority, which is made when there is none."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    authority, signing = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    names = [found for host in hosts if (found := name_of(host)) is not None]
    certificate = (
        _begun(_titled(hosts[0]), authority.subject, key.public_key(), SERVER_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
        .sign(signing, hashes.SHA256())
    )
    paths = folder() / "server.crt", folder() / "server.key"
    _write(paths[0], certificate.public_bytes(Encoding.PEM), 0o644)
    _write(paths[1], _secret(key), 0o600)
    return paths


def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key_file = folder() / "authority.key"
    if authority_file().exists() and key_file.exists():
        known = load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(known, ec.EllipticCurvePrivateKey)
        return x509.load_pem_x509_certificate(authority_file().read_bytes()), known
    key, name = ec.generate_private_key(ec.SECP256R1()), _titled("Sanbao 三包")
    certificate = (
        _begun(name, name, key.public_key(), AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_may_sign(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _secret(key), 0o600)
    _write(authority_file(), certificate.public_bytes(Encoding.PEM), 0o644)
    return certificate, key


def _titled(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    # Certificates are judged by the clock of whoever looks, so an hour is left for one that goes slow.
    begin = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=days))
    )


def _may_sign() -> x509.KeyUsage:
    other = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only", "digital_signature"), False
    )  # fmt: skip
    return x509.KeyUsage(key_cert_sign=True, crl_sign=True, **other)


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes, mode: int) -> None:
    """Put a file in its place as a whole; a key is never readable by others, not even while it is written."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    scratch.replace(path)


def ends_at(certificate: Path) -> datetime.datetime:
    """When a certificate ends."""
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
