"""Requests to addresses that somebody typed: they reach nothing that is not public, and end in time."""

import datetime as dt
import ssl
import time
from ipaddress import ip_network

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.blog.outgoing.sender import MOST_BYTES, NotAllowed, NotAnswered, Sender
from tests.support.receiving import receiving

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PUBLIC = "198.41.0.4"
# numbers as URLs may write them; P stands for the canary's port
HOSTS = (
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0x0.0x0.0x1",
    "017700000001", "0177.0.0.1", "0177.1", "0", "00000000", "0x0", "localhost", "LOCALHOST", "localhost.",
    "0.0.0.0",  # noqa: S104 - nothing listens there
    "①②⑦.0.0.1", "127。0。0。1", "127.0.0.1.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:0001::1]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[fe80::1]", "[fe80::1%1]", "[fe80::1%25lo]", "[::1%1]", "[::1%25lo]",
    "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]",
    "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
# ways to say more in a URL than a host; each would lead to the canary
FORMS = (
    "http://example.org@127.0.0.1:P/", "http://127.0.0.1:P#@example.org/", "http://example.org:80@127.0.0.1:P/",
    "http://127.0.0.1:P\\@example.org/", "http://127.0.0.1:P/\r\nHost: example.org", "http:///127.0.0.1:P/",
    "//127.0.0.1:P/", "ftp://127.0.0.1:P/", "gopher://127.0.0.1:P/_x", "file:///etc/passwd", "unix:/127.0.0.1:P",
    "http://127.0.0.1:P0000/", "http://[127.0.0.1]:P/", "http://[::1:P/", "http://\t127.0.0.1:P/", "",
)  # fmt: skip
HOSTILE = [*(f"http://{host}:P/" for host in HOSTS), *FORMS]


@pytest.fixture
def receiver():
    with receiving() as made:
        yield made


def test_no_hostile_address_reaches_a_server_that_listens_on_this_machine(receiver):
    assert len(HOSTILE) >= 60
    reached = {}
    for url in HOSTILE:
        try:
            reached[url] = Sender(seconds=5).post(url.replace("P", str(receiver.port)), b"{}", {})
        except NotAllowed:
            continue
        except NotAnswered as error:
            # a spelling that the system's resolver does not take for a number; nothing was tried
            assert str(error) == "the name has no address", url  # noqa: PT017 - which of two is as good
    assert reached == {}
    assert (receiver.connections, receiver.requests) == (0, [])


def test_the_canary_would_sing(receiver):
    """So that the test above could fail: with loopback allowed, a fair part of the same list arrives."""
    arrived = 0
    for url in HOSTILE:
        try:
            Sender(LOOPBACK, seconds=5).post(url.replace("P", str(receiver.port)), b"{}", {})
        except (NotAllowed, NotAnswered):
            continue
        arrived += 1
    assert arrived == receiver.connections == len(receiver.requests) >= 12


def test_a_name_that_leads_inside_is_refused_and_one_lookup_decides(receiver):
    url = f"http://rebinding.example:{receiver.port}/"
    answers, asked = [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%lo"], ["nonsense"]], []
    for answer in answers:
        with pytest.raises(NotAllowed):
            Sender(resolve=lambda *_, found=answer: found).post(url, b"", {})

    def changing(host, _port):
        asked.append(host)
        return [PUBLIC] if len(asked) % 2 else ["127.0.0.1"]

    # the first answer is public, and there the connection goes: tests are kept from leaving this machine
    with pytest.raises(NotAnswered, match="PermissionError"):
        Sender(resolve=changing).post(url, b"", {})
    assert (asked, receiver.connections) == (["rebinding.example"], 0)


def test_the_checked_address_is_spoken_to_under_the_name(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    sender = Sender(LOOPBACK, resolve=lambda *_: ["127.0.0.1"])
    answer = sender.post(f"http://Hook.Example:{receiver.port}/a?b=c#d", b"hello", {"X-One": "1"})
    [came] = receiver.requests
    assert (answer.status, came.path, came.body) == (204, "/a?b=c", b"hello")
    assert (came.headers["Host"], came.headers["X-One"]) == (f"hook.example:{receiver.port}", "1")


def test_a_redirect_is_an_answer_and_not_followed(receiver):
    def elsewhere(handler):
        handler.send_response(307)
        handler.send_header("Location", f"http://127.0.0.1:{receiver.port}/inside")
        handler.end_headers()

    receiver.answers.append(elsewhere)
    answer = Sender(LOOPBACK).post(f"http://127.0.0.1:{receiver.port}/", b"", {})
    assert (answer.status, len(receiver.requests)) == (307, 1)


def drip(handler):
    """Send a header's letters one by one, each soon enough for a limit of each read."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(200):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("answering", [drip, lambda _: time.sleep(20), lambda handler: handler.connection.close()])
def test_a_server_that_drips_hangs_or_hangs_up_holds_nobody(receiver, answering):
    receiver.answers.append(answering)
    began = time.monotonic()
    with pytest.raises(NotAnswered):
        Sender(LOOPBACK, seconds=0.5).post(f"http://127.0.0.1:{receiver.port}/", b"", {})
    assert time.monotonic() - began < 10


def test_of_an_answer_without_end_only_the_beginning_is_kept(receiver):
    def endless(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 4 * MOST_BYTES)

    receiver.answers.append(endless)
    answer = Sender(LOOPBACK).post(f"http://127.0.0.1:{receiver.port}/", b"", {})
    assert len(answer.body) == MOST_BYTES


def test_a_certificate_has_to_be_of_the_name(tmp_path):
    server, client = contexts("hook.example", tmp_path)
    with receiving(tls=server) as receiver:

        def status(host, tls):
            sender = Sender(LOOPBACK, resolve=lambda *_: ["127.0.0.1"], tls=tls, seconds=5)
            return sender.post(f"https://{host}:{receiver.port}/", b"", {}).status

        assert status("hook.example", client) == 204
        for host, tls in (("other.example", client), ("127.0.0.1", client), ("hook.example", None)):
            with pytest.raises(NotAnswered, match="SSLCertVerificationError"):
                status(host, tls)
        assert len(receiver.requests) == 1


def contexts(name, folder):
    """Return the TLS contexts of a server with a certificate of its own making, and of a client that trusts it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1, now, now.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    form = serialization.PrivateFormat.PKCS8
    pem = folder / "server.pem"
    pem.write_bytes(certificate + key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=certificate.decode())
