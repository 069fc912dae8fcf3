"""Real servers of one's own on this machine, to see what reaches them: plain, under TLS, slow, endless, elsewhere."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

Speak = Callable[[socket.socket, "Listener"], None]
FINE = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


class Listener:
    """What came to one address: a connection counts though nothing is said on it."""

    def __init__(self, speak: Speak, address: str, tls: ssl.SSLContext | None) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.create_server((address, 0), family=family)
        self.port: int = self.socket.getsockname()[1]
        self.connections, self.heard = 0, list[bytes]()
        self._speak, self._tls = speak, tls
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            with plain, suppress(OSError):
                wire = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
                with wire:
                    self._speak(wire, self)

    def stop(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self._thread.join()


def request(wire: socket.socket) -> bytes:
    """A whole request with its body."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += wire.recv(4096) or b"\r\n\r\n"
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < int(lengths[0].split(b":")[1]):
        body += wire.recv(4096)
    return head + b"\r\n\r\n" + body


def saying(answer: bytes) -> Speak:
    """Hears a request and answers always the same."""

    def speak(wire: socket.socket, listener: Listener) -> None:
        listener.heard.append(request(wire))
        wire.sendall(answer)

    return speak


@contextmanager
def listening(
    speak: Speak | bytes = FINE, *, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Listener]:
    made = Listener(saying(speak) if isinstance(speak, bytes) else speak, address, tls)
    try:
        yield made
    finally:
        made.stop()
