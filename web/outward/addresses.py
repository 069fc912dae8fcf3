"""Where may our server be made to send something? To public addresses alone, or where the settings allow it.

A name is resolved once and what was resolved is connected to: a name that changes its mind in between (DNS rebinding)
changes nothing. Source: RFC 6890 and the IANA registries of special-purpose addresses; WHATWG URL 3.5 (host parser).
"""

import re
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from marketplace.errors import Fault, Refusal
from web.i18n import N_

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

MOST = 500  # signs of an address
PORTS = {"https": 443, "http": 80}
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # of carriers; 100.100.100.200 tells a cloud's secrets
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's own server under a public number
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_PUBLIC_6 = IPv6Network("2000::/3")  # so no ::1, no ::ffff:…, no 64:ff9b::, no fe80::, no fc00::, no ff00::
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo, benchmarks, ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address in disguise
        "3fff::/20",
    )
)
_AT_HOME = ("local", "internal", "localhost", "lan", "intranet", "corp", "home", "private", "arpa")
_URL = re.compile(r"https?://[^\s\\@\x00-\x20\x7f]+", re.IGNORECASE)
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_KEPT = "/%:=&?~!$'()*+,;@-._"  # signs of a path that stay as they are


class Unreachable(Exception):
    """A name leads nowhere, or to an address that is not allowed."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the settings allow beyond public addresses and the usual ports."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset(PORTS.values())

    @classmethod
    def read(cls, networks: str, ports: str) -> "Allowed":
        """From the words of the settings. Raises ValueError."""
        nets = tuple(ip_network(word.strip()) for word in networks.split(",") if word.strip())
        return cls(nets, frozenset(int(word) for word in ports.split(",") if word.strip()))

    def holds(self, address: Address) -> bool:
        """Whether an address was allowed by name of its network."""
        return any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was read, and may be tried as far as its words go."""

    scheme: str
    host: str  # as it is asked for: lower case, ASCII
    port: int
    path: str

    @property
    def is_at_home(self) -> bool:
        """Whether the name belongs to a house's own network."""
        labels = self.host.split(".")
        return ip_of(self.host) is None and (len(labels) == 1 or labels[-1] in _AT_HOME)


def ip_of(host: str) -> Address | None:
    """The address a host is written as, if it is one."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could be meant, and nobody at home."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def may_reach(address: Address, allowed: Allowed) -> bool:
    """Whether something may be sent there."""
    return is_public(address) or allowed.holds(address)


def target_of(url: str, allowed: Allowed, *, where: str = "url") -> Target:
    """Reads an address somebody typed, without asking any server. Raises Refusal."""

    def refused(message: str, **params: object) -> Refusal:
        return Refusal(Fault(where, message, params))

    if len(url) > MOST or not _URL.fullmatch(url):
        raise refused(N_("This is no address that begins with https:// or http:// and has no name or password in it"))
    try:
        parts = urlsplit(url)
        port, host = PORTS[parts.scheme] if parts.port is None else parts.port, _host(parts)
    except (ValueError, UnicodeError):
        raise refused(N_("This address cannot be read: write the host as a name and the port as a number")) from None
    if parts.fragment or "#" in url:
        raise refused(N_("Leave away what begins with #: it is not sent"))
    if port not in allowed.ports:
        ports = ", ".join(str(each) for each in sorted(allowed.ports))
        raise refused(N_("Only these ports are allowed: {ports}"), ports=ports)
    path = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    target = Target(parts.scheme, host, port, path)
    literal = ip_of(host)
    if (literal is not None and not may_reach(literal, allowed)) or (target.is_at_home and not allowed.networks):
        raise refused(N_("Only servers on the public internet can be reached; who runs this site can allow others"))
    return target


def _host(parts: SplitResult) -> str:
    """The host as it is asked for. Raises ValueError for one that is written in any but the plain way."""
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:  # IPv6; the brackets are gone
        if "%" in host:
            raise ValueError(host)
        return str(IPv6Address(host))
    host = host.encode("idna").decode().lower()  # also makes plain digits of others: checked after it
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return str(IPv4Address(host))  # 127.1, 0x7f.1, 0177.0.0.1, 2130706433 are none
    if not _NAME.fullmatch(host):
        raise ValueError(host)
    return host


def resolved(target: Target, allowed: Allowed, resolver: Resolver | None = None) -> str:
    """The address to connect to. Raises Unreachable where one of the name's addresses may not be reached."""
    try:
        found = [ip_address(each.partition("%")[0]) for each in (resolver or ask)(target.host, target.port)]
    except (OSError, UnicodeError, ValueError):
        raise Unreachable("name") from None
    if not found:
        raise Unreachable("name")
    if not all(_fits(address, target, allowed) for address in found):
        raise Unreachable("address")
    return str(found[0])


def _fits(address: Address, target: Target, allowed: Allowed) -> bool:
    return allowed.holds(address) if target.is_at_home else may_reach(address, allowed)


def ask(host: str, port: int) -> Sequence[str]:
    """What the machine's resolver says."""
    rows: Iterable[tuple[object, ...]] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))  # type: ignore[index]
