"""C11: does our server reach only addresses that are public or allowed, whatever is typed, resolved or answered?"""

import socket
import ssl
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
import trustme

from marketplace.errors import Refusal
from tests.security.listeners import FINE, Listener, listening, request
from web.outward.addresses import Allowed, Unreachable, is_public, resolved, target_of
from web.outward.sending import Answer, Way, send

WORDS = (  # {port} is where a server of this machine listens and must hear nothing
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://api.localhost:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://017700000001:{port}/",
    "http://127.0.0.01:{port}/",
    "http://0.0.0.0:{port}/",
    "http://0:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fd00:ec2::254]:{port}/",
    "http://１２７.0.0.1:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "http://ｌocalhost:{port}/",
    "http://hook.example@127.0.0.1:{port}/",
    "http://hook.example:80@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@hook.example/",
    "http:\\\\127.0.0.1:{port}/",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "http://hook.example#@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#.hook.example/",
    "http://127.0.0.1\t:{port}/",
    "http://127.0.0.1\n:{port}/",
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: other",
    "http://127.0.0.1%00.hook.example:{port}/",
    "http://127.0.0.1%2f.hook.example:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://100.64.0.1/",
    "http://198.18.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://intranet/",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://router.home.arpa/",
    "http://hook.example:22/",
    "http://hook.example:0/",
    "http://hook.example:99999/",
    "http://hook.example:port/",
    "ftp://hook.example/",
    "file:///etc/passwd",
    "gopher://hook.example/_x",
    "javascript:alert(1)",
    "http://",
    "https:///path",
    "",
    "https://hook.example/" + "a" * 500,
)
PRIVATE = (
    "127.0.0.1 10.1.2.3 172.31.255.255 192.168.0.1 169.254.1.1 100.64.0.1 100.100.100.200 0.0.0.0 198.19.0.1 "
    "192.88.99.1 "
    "203.0.113.9 224.0.0.251 239.1.1.1 240.0.0.1 255.255.255.255 192.0.0.8 168.63.129.16 ::1 :: ::ffff:8.8.8.8 fe80::1 "
    "fec0::1 fc00::1 fd12::1 ff02::1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1 2001:db8::1 "
    "2002:808:808::1 3fff::1 5f00::1 4000::1"
).split()
PUBLIC = (
    "8.8.8.8 223.5.5.5 101.226.4.6 1.1.1.1 172.32.0.1 100.128.0.1 2400:3200::1 2606:4700::1111 2001:4860::8888".split()
)


def outcome(url: str, way: Way) -> Answer | None:
    """None: it was refused where it was typed."""
    try:
        target = target_of(url, way.allowed)
    except Refusal:
        return None
    return send(target, b"{}", {}, way)


@pytest.mark.parametrize("words", WORDS)
def test_c11_no_way_of_writing_it_reaches_this_machine(words: str) -> None:
    with listening() as listener:
        way = Way(Allowed(ports=frozenset({80, 443, listener.port})), total_s=5)
        assert outcome(words.format(port=listener.port), way) is None
    assert listener.connections == 0


def test_c11_public_addresses_are_told_from_all_others() -> None:
    assert [each for each in PRIVATE if is_public(ip_address(each))] == []
    assert [each for each in PUBLIC if not is_public(ip_address(each))] == []


@pytest.mark.parametrize(
    "answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["10.0.0.1"]]
)
def test_c11_a_name_that_leads_to_a_private_address_is_not_asked(answers: list[str]) -> None:
    with listening() as listener:
        way = Way(Allowed(ports=frozenset({listener.port})), resolver=lambda host, port: answers)
        assert outcome(f"http://hook.example:{listener.port}/", way) == Answer(failure="address")
    assert listener.connections == 0


def test_c11_a_name_that_leads_nowhere_is_said_so() -> None:
    def lost(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    for resolver in (lost, lambda host, port: []):
        assert outcome("https://hook.example/", Way(resolver=resolver)) == Answer(failure="name")


def test_c11_a_name_that_changes_its_mind_is_asked_once_and_what_it_said_is_used() -> None:
    with listening(address="127.0.0.2") as meant, socket.create_server(("127.0.0.3", meant.port)) as other:
        other.setblocking(False)
        asked, answers = list[str](), iter([["127.0.0.2"], ["127.0.0.3"], ["127.0.0.3"]])

        def rebinding(host: str, port: int) -> Sequence[str]:
            asked.append(host)
            return next(answers)

        way = Way(Allowed.read("127.0.0.2/32", str(meant.port)), resolver=rebinding)
        assert outcome(f"http://rebind.example:{meant.port}/", way) == Answer(204)
        with pytest.raises(BlockingIOError):
            other.accept()
        assert outcome(f"http://rebind.example:{meant.port}/", way) == Answer(failure="address")
        with pytest.raises(BlockingIOError):
            other.accept()
    assert asked == ["rebind.example"] * 2
    assert meant.connections == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_c11_no_redirect_is_followed(status: int) -> None:
    with listening(address="127.0.0.3") as inside:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: http://127.0.0.3:{inside.port}/\r\nContent-Length: 0\r\n\r\n"
        with listening(moved.encode(), address="127.0.0.2") as outside:
            way = Way(Allowed.read("127.0.0.2/32", f"{outside.port},{inside.port}"))
            assert outcome(f"http://127.0.0.2:{outside.port}/", way) == Answer(status, "redirect")
    assert (outside.connections, inside.connections) == (1, 0)


def test_c11_what_the_settings_allow_is_reached_and_its_neighbour_is_not() -> None:
    with listening() as listener:
        way = Way(Allowed.read("127.0.0.1/32", f"80,{listener.port}"))
        assert outcome(f"http://127.0.0.1:{listener.port}/", way) == Answer(204)
        assert outcome(
            f"http://localhost:{listener.port}/", Way(way.allowed, resolver=lambda *_: ["127.0.0.1"])
        ) == Answer(204)
        assert outcome(f"http://127.0.0.2:{listener.port}/", way) is None
        at_home = Way(way.allowed, resolver=lambda *_: ["8.8.8.8"])  # a name of the house that leads out of it
        assert outcome(f"http://hooks.local:{listener.port}/", at_home) == Answer(failure="address")
    assert listener.connections == 2
    head, _, body = listener.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{listener.port}".encode() in head
    assert body == b"{}"


def test_c11_the_certificate_must_be_of_the_name_that_was_asked_for() -> None:
    ours, strangers = trustme.CA(), trustme.CA()
    for authority, name, expected in (
        (ours, "hook.example", Answer(204)),
        (ours, "other.example", Answer(failure="tls")),
        (strangers, "hook.example", Answer(failure="tls")),
    ):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)

        def trust() -> ssl.SSLContext:
            made = ssl.create_default_context()
            ours.configure_trust(made)
            return made

        with listening(tls=context) as listener:
            allowed = Allowed.read("127.0.0.1/32", str(listener.port))
            way = Way(allowed, trust=trust, resolver=lambda *_: ["127.0.0.1"])
            assert outcome(f"https://hook.example:{listener.port}/x?y=1", way) == expected
        assert len(listener.heard) == (expected.status == 204)


def endless(wire: socket.socket, listener: Listener) -> None:
    """An answer that never ends, as fast as it is read."""
    request(wire)
    wire.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        wire.sendall(b"X-Padding: " + b"a" * 1000 + b"\r\n")


def silent(wire: socket.socket, listener: Listener) -> None:
    """Hears, says a little, and waits until the other goes."""
    request(wire)
    wire.sendall(b"HTTP/1.1 200 OK\r\nX-")
    wire.recv(1)


def dripping(wire: socket.socket, listener: Listener) -> None:
    """One byte after the other, each soon enough for a limit between two bytes."""
    request(wire)
    wire.settimeout(0.02)
    wire.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        wire.sendall(b"a")
        try:
            wire.recv(1)
            return
        except TimeoutError:
            pass


def test_c11_an_answer_is_waited_for_and_read_within_limits() -> None:
    cases = ((endless, "answer", 20.0), (silent, "time", 0.3), (dripping, "time", 0.3))
    for speak, failure, total_s in cases:
        with listening(speak) as listener:
            way = Way(Allowed.read("127.0.0.1/32", str(listener.port)), total_s=total_s)
            assert outcome(f"http://127.0.0.1:{listener.port}/", way) == Answer(failure=failure)


def test_c11_what_is_no_answer_is_told_as_that() -> None:
    for answer, expected in (
        (b"SSH-2.0-OpenSSH_9.6\r\n", Answer(failure="answer")),
        (b"", Answer(failure="answer")),
        (b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", Answer(500, "status")),
        (b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", Answer(410, "status")),
        (FINE, Answer(204)),
    ):
        with listening(answer) as listener:
            way = Way(Allowed.read("127.0.0.1/32", str(listener.port)))
            assert outcome(f"http://127.0.0.1:{listener.port}/", way) == expected
    way = Way(Allowed.read("127.0.0.1/32", str(listener.port)))
    assert outcome(f"http://127.0.0.1:{listener.port}/", way) == Answer(failure="connection")  # nobody listens any more


def test_c11_the_machines_resolver_is_asked_by_default() -> None:
    allowed = Allowed.read("127.0.0.0/8,::1/128", "80")
    assert resolved(target_of("http://localhost/", allowed), allowed) in ("127.0.0.1", "::1")
    with pytest.raises(Unreachable, match="address"):
        resolved(target_of("http://localhost/", allowed), Allowed())
