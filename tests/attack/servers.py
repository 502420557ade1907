"""Servers that mean no good: each sends something that never ends, is too much, or is a lie."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping

Send = Callable[[socket.socket, "Tries"], None]
_OK = b"HTTP/1.1 200 OK\r\n"


class Tries:
    """How often a server was asked, and whether it is to end.

    :param heads: what came first on each connection
    """

    def __init__(self, over: threading.Event) -> None:
        self._over = over
        self.heads: list[bytes] = []

    def go_on(self) -> Iterator[None]:
        """Go on and on, until the server is to end."""
        while not self._over.is_set():
            yield


def head(*lines: bytes) -> bytes:
    return _OK + b"".join(line + b"\r\n" for line in lines)


def says(*lines: bytes, body: bytes = b"", kind: bytes = b"") -> Send:
    """Answer with some headers and a body, whose length is told."""
    headers = [*lines, b"Connection: close", b"Content-Length: %d" % len(body)]
    headers += [b"Content-Type: " + kind] if kind else []

    def send(connection: socket.socket, _tries: Tries) -> None:
        connection.sendall(head(*headers) + b"\r\n" + body)

    return send


def raw(data: bytes) -> Send:
    def send(connection: socket.socket, _tries: Tries) -> None:
        connection.sendall(data)

    return send


def forever(start: bytes, again: bytes, pause: float = 0) -> Send:
    """Send something, and then the same thing again and again."""

    def send(connection: socket.socket, tries: Tries) -> None:
        connection.sendall(start)
        for _ in tries.go_on():
            connection.sendall(again)
            time.sleep(pause)

    return send


def silent(connection: socket.socket, tries: Tries) -> None:
    del connection
    for _ in tries.go_on():
        time.sleep(0.02)


def reset(connection: socket.socket, _tries: Tries) -> None:
    """End the connection rudely."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def packed(data: bytes, encoding: bytes = b"gzip") -> Send:
    return says(b"Content-Encoding: " + encoding, body=data)


def bomb(size: int, wbits: int = zlib.MAX_WBITS | 16) -> bytes:
    """Give a little that unpacks into very much.

    :param size: bytes of that, in MiB
    :param wbits: of gzip, or of zlib
    """
    block, packer = bytes(1 << 20), zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    # What nothing before refers to is packed once, and said again and again.
    piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    whole = piece * (size // len(block)) + packer.flush()
    is_gzip = wbits > zlib.MAX_WBITS
    sum_of, total = (zlib.crc32, 0) if is_gzip else (zlib.adler32, 1)
    for _ in range(size // len(block)):
        total = sum_of(block, total)
    if is_gzip:
        return b"\x1f\x8b\x08" + bytes(7) + whole + struct.pack("<II", total, size)
    return b"\x78\xda" + whole + struct.pack(">I", total)


def nested(depth: int) -> bytes:
    return b'{"results":{"bindings":' + b"[" * depth + b"]" * depth + b"}}"


def bindings(value: object) -> bytes:
    return json.dumps({"head": {"vars": ["g", "n"]}, "results": {"bindings": value}}).encode()


_MORE = b"x" * 65536
ENDLESS: Mapping[str, Send] = {
    "silence": silent,
    "a header line": forever(_OK + b"X: ", _MORE),
    "a header line that trickles": forever(_OK + b"X: ", b"x", 0.02),
    "header lines": forever(_OK, b"X: y\r\n" * 1000),
    "interim answers": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "interim answers that trickle": forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.02),
    "a body": forever(head(b"Content-Type: text/html") + b"\r\n", _MORE),
    "a body that trickles": forever(head() + b"\r\n", b" ", 0.02),
    "chunks": forever(
        head(b"Transfer-Encoding: chunked") + b"\r\n", b"10000\r\n" + _MORE + b"\r\n"
    ),
    "small chunks": forever(head(b"Transfer-Encoding: chunked") + b"\r\n", b"1\r\nx\r\n" * 10000),
    "a length of a chunk": forever(head(b"Transfer-Encoding: chunked") + b"\r\n", b"0" * 4096),
    "trailers": forever(head(b"Transfer-Encoding: chunked") + b"\r\n0\r\n", b"X: y\r\n" * 1000),
    "empty lines of a packed body": forever(
        head(b"Content-Encoding: gzip", b"Transfer-Encoding: chunked") + b"\r\n",
        b"%x\r\n%b\r\n" % (len(_EMPTY := gzip.compress(b"")), _EMPTY),
    ),
}
# Made when they are asked for: to pack gigabytes takes seconds.
TOO_MUCH: Mapping[str, Callable[[], Send]] = {
    "gzip": lambda: packed(bomb(1 << 30)),
    "gzip in parts": lambda: packed(gzip.compress(bytes(1 << 20)) * 200),
    "deflate": lambda: packed(bomb(1 << 28, zlib.MAX_WBITS), b"deflate"),
    "gzip of gzip": lambda: packed(gzip.compress(bomb(1 << 28)), b"gzip, gzip"),
    "another encoding": lambda: packed(b"\x8b\x03\x80" * 1000, b"br"),
    "an encoding of our own": lambda: packed(b"data", b"x-unheard-of"),
    "a length beyond all": lambda: raw(head(b"Content-Length: " + b"9" * 400) + b"\r\nx"),
    "a real length beyond all": lambda: forever(
        head(b"Content-Length: 99999999999999") + b"\r\n", _MORE
    ),
}
LIES: Mapping[str, Send] = {
    "nothing": raw(b""),
    "a reset": reset,
    "no HTTP": raw(b"220 mail.example ESMTP\r\n"),
    "half a head": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "a NUL in a header": raw(head(b"X: \0") + b"\r\n"),
    "a status of four digits": raw(b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"),
    "HTTP of another time": raw(b"HTTP/9.9 200 OK\r\n\r\n"),
    "too long a length": raw(head(b"Content-Length: 99") + b"\r\nx"),
    "a negative length": raw(head(b"Content-Length: -1") + b"\r\nx"),
    "two lengths": raw(head(b"Content-Length: 1", b"Content-Length: 2") + b"\r\nxy"),
    "half a chunk": raw(head(b"Transfer-Encoding: chunked") + b"\r\nff\r\nx"),
    "no chunk": raw(head(b"Transfer-Encoding: chunked") + b"\r\nno\r\n"),
    "no gzip": packed(b"<p>plain"),
    "half a gzip": packed(gzip.compress(b"x" * 5000)[:-12]),
    "gzip with a wrong sum": packed(gzip.compress(b"x" * 5000)[:-8] + b"\0" * 8),
    "an upgrade": raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
    "a redirect to itself": raw(b"HTTP/1.1 307 No\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
    "a redirect to nowhere": raw(
        b"HTTP/1.1 302 No\r\nLocation: http://[::1/\r\nContent-Length: 0\r\n\r\n"
    ),
    **{
        f"a challenge: {challenge[:40]!r}": raw(
            b"HTTP/1.1 401 Who\r\nWWW-Authenticate: " + challenge + b"\r\nContent-Length: 0\r\n\r\n"
        )
        for challenge in (
            b"Digest",
            b"Digest realm",
            b'Digest realm="x", nonce="y", algorithm=nothing',
            b'Digest realm="x", nonce="y", qop="auth-int"',
            b'Digest realm="x", nonce="y", qop=""',
            b'Basic realm="' + b"," * 50_000,
            b"\xff\xfe",
            b"",
        )
    },
}
# What is said to be an answer to a query, by what is wrong with it.
NO_RESULTS: Mapping[str, bytes] = {
    "nothing": b"",
    "no JSON": b"<html>",
    "bytes": b"\xff\xfe\0",
    "depth": nested(200_000),
    "objects in objects": b'{"results":' * 200_000 + b"1" + b"}" * 200_000,
    "depth in XML": b"<a>" * 200_000,
    "depth in N-Triples": b"<e:s> <e:p> " + b"<<( <e:s> <e:p> " * 20_000,
    "a number": b"1" * 5000,
    "a long number": b'{"boolean": ' + b"1" * 5000 + b"}",
    "NaN": b"NaN",
    "a list": b"[]",
    "no rows": b'{"results": {}}',
    "rows that are none": bindings([1, None, "x"]),
    "rows of lists": bindings([[]]),
    "values that are none": bindings([{"g": 1, "n": None}]),
    "a value without a type": bindings([{"g": {"value": "x"}}]),
    "a type unheard of": bindings([{"g": {"type": "moon", "value": "x"}}]),
    "a count in words": bindings([{"g": {"type": "uri", "value": "e:g"}, "n": {"value": "many"}}]),
    "a count of many digits": bindings(
        [{"g": {"type": "uri", "value": "e:g"}, "n": {"type": "literal", "value": "1" * 5000}}]
    ),
    "no IRI": bindings([{"g": {"type": "uri", "value": "no iri"}}]),
    "triple terms in triple terms": b"<u:s> <u:p> "
    + b"<<( <u:s> <u:p> " * 60_000
    + b"<u:o>"
    + b" )>>" * 60_000
    + b" .\n",
    "a graph that is none": b"<u:s> <u:p> <u:o no> .\n",
    "half a character": b'{"head":{"vars":["g"]},"results":{"bindings":[{"g":'
    b'{"type":"uri","value":"e:\\ud800"}}]}}',
    "a language that is none": bindings(
        [{"g": {"type": "literal", "value": "x", "xml:lang": "no language!"}}]
    ),
    "nested triples": b'{"head":{"vars":["g"]},"results":{"bindings":[{"g":'
    + b'{"type":"triple","value":{"subject":' * 20_000
    + b"1"
    + b"}}" * 20_000
    + b"}]}}",
}


@contextlib.contextmanager
def hostile(send: Send) -> Iterator[tuple[str, Tries]]:
    """Run a server on loopback that does one thing to each of its clients.

    :returns: its address, and what it has seen
    """
    over = threading.Event()
    tries = Tries(over)

    def talk(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(5)
            tries.heads.append(connection.recv(65536))
            send(connection, tries)
            if send is not reset:  # what is left to read would reset the connection
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass

    def accept(listening: socket.socket) -> None:
        while not over.is_set():
            with contextlib.suppress(OSError):
                threading.Thread(target=talk, args=listening.accept()[:1], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=accept, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", tries
        over.set()
        with contextlib.suppress(OSError), socket.create_connection(listening.getsockname()):
            pass
        thread.join()
