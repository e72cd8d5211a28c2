"""The one way out: a POST to an address that a person entered, which may not be a private one.

Names are resolved first and the connection goes to the very address that was checked, so that a name
cannot point elsewhere a moment later. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from sanbao.kernel.refusals import Refusal, refuse
from sanbao.kernel.words import W

__all__ = ["Refusal", "Target", "allowed", "check", "post"]
TIMEOUT = 10.0


@dataclass(frozen=True)
class Target:
    """An outside address, checked: where to connect and whom to name."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def check(url: str) -> Target:
    """Resolve and check an address. Refuses other schemes, credentials, unknown names and private networks."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        sentence = W("只能填 http:// 或 https:// 地址。", "Only http:// or https:// addresses.")
        refuse("outside.address", sentence, status=422, field="url")
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        found = []
        refuse(
            "outside.unknown",
            W("找不到主机“{host}”。", "There is no host “{host}”."),
            status=422,
            field="url",
            host=host,
        )
    addresses = [str(entry[4][0]) for entry in found]
    if not all(allowed(host, address) for address in addresses):
        refuse(
            "outside.private",
            W(
                "“{host}”是内网地址，须由管理员在环境变量中放行。",
                "“{host}” is private; the administrator must allow it.",
            ),
            status=422,
            field="url",
            host=host,
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, addresses[0], path)


def allowed(host: str, address: str) -> bool:
    """Public addresses, and what ``SANBAO_ALLOW_PRIVATE`` names."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return (ip.is_global and not ip.is_multicast) or host in settings.ALLOW_PRIVATE or str(ip) in settings.ALLOW_PRIVATE


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """POST and return the status; raises ``OSError`` or ``http.client.HTTPException`` when nobody answers."""
    target = check(url)
    raw = socket.create_connection((target.address, target.port), timeout=TIMEOUT)
    connection: http.client.HTTPConnection
    if target.scheme == "https":
        connection = http.client.HTTPSConnection(target.host, target.port, timeout=TIMEOUT)
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=target.host)
    else:
        connection = http.client.HTTPConnection(target.host, target.port, timeout=TIMEOUT)
        connection.sock = raw
    try:
        connection.request("POST", target.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
