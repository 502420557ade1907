"""The connections of our clients: whom they trust."""

from __future__ import annotations

import pytest

from mipex_kg.remote.client import LIMITS
from mipex_kg.system.transport import BoundedTransport


@pytest.mark.parametrize(
    ("url", "proxy", "is_encrypted"),
    [
        ("https://e.org/", None, True),
        ("HTTPS://e.org/", None, True),
        ("http://e.org/", "https://proxy.example", True),
        ("http://e.org/", "http://proxy.example", False),
        ("http://e.org/", None, False),
    ],
)
def test_certificates_are_loaded_where_one_is_to_be_checked(
    monkeypatch: pytest.MonkeyPatch, url: str, proxy: str | None, is_encrypted: bool
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    if proxy:
        monkeypatch.setenv("http_proxy", proxy)
    transport = BoundedTransport(url, LIMITS)
    context = transport._pool._ssl_context
    transport.close()
    assert bool(context and context.cert_store_stats()["x509_ca"]) == is_encrypted
