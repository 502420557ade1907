"""Problem details (RFC 9457): errors that programs can read, and people too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from mipex_kg.site.hosting.rules import EVERYWHERE

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Response:
    """Say what is wrong with a request.

    :param detail: a sentence
    :param more: what else there is to tell, such as a hint or a line; what is None is left out

    >>> problem(404, "There is no page.", hint=None).body
    b'{"title": "Not Found", "status": 404, "detail": "There is no page."}\\n'
    """
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    told |= {name: value for name, value in more.items() if value is not None}
    body = json.dumps(told, ensure_ascii=False) + "\n"
    all_headers = {**EVERYWHERE, "Cache-Control": "no-store", **(headers or {})}
    return Response(body.encode(), status, all_headers, MEDIA_TYPE)
