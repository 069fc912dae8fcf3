"""From which address does a request come, when proxies stand before us?

The address is the socket's peer. X-Forwarded-For is what anybody may write: it counts only from a peer that the
settings name as a proxy of ours, read from its end, up to the first address that is no proxy. The server's own reading
of that header is off (see `web.server`), as it would believe everybody on this machine.
"""

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

Networks = Sequence[IPv4Network | IPv6Network]
HOME_BITS = 64  # one house has at least this many addresses of version 6: they count as one


def networks(words: str) -> Networks:
    """Addresses and networks written with commas between them."""
    return tuple(ip_network(word.strip()) for word in words.split(",") if word.strip())


def client_of(peer: str, forwarded: Sequence[str], trusted: Networks) -> str:
    """Who asked: the peer, or the last address named that is no proxy of ours. What is no address ends the search."""
    found = peer
    for named in (*reversed(forwarded), ""):
        if not _is_within(found, trusted) or not _is_address(named):
            return found
        found = named
    return found


class Proxies:
    """Puts the asker's address where the server put the proxy's."""

    def __init__(self, app: ASGIApp, trusted: Networks) -> None:
        self.app, self.trusted = app, trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; without proxies of ours nothing is changed."""
        if self.trusted and scope["type"] == "http" and scope.get("client"):
            peer, port = scope["client"]
            lines = Headers(scope=scope).getlist("x-forwarded-for")
            forwarded = [word.strip() for line in lines for word in line.split(",")]
            scope = {**scope, "client": (client_of(peer, forwarded, self.trusted), port)}
        await self.app(scope, receive, send)


def house_of(request: Request) -> str:
    """What tries are counted by: an address, or the house of an address of version 6."""
    host = request.client.host if request.client else ""
    if not _is_address(host):
        return host
    address = ip_address(host)
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or ip_network((int(address), HOME_BITS), strict=False))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_within(text: str, trusted: Networks) -> bool:
    return _is_address(text) and any(ip_address(text) in network for network in trusted)
