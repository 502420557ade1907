"""Named queries over HTTP: ``query/NAME.csv?parameter=value``, and their description in OpenAPI."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from mipex_kg.dataset import querying
from mipex_kg.project import layout
from mipex_kg.rdf import formats
from mipex_kg.serving.answering import GRAPHS, TABLES, Question
from mipex_kg.serving.documents import Documents
from mipex_kg.serving.operation import BadRequest, Operation, parameters
from mipex_kg.serving.pool import Answers
from mipex_kg.serving.problem import MEDIA_TYPE, problem
from mipex_kg.serving.protocol import ask, respond
from mipex_kg.serving.site import ServedSite
from mipex_kg.site.hosting.rules import EVERYWHERE
from mipex_kg.sparql import named_queries
from mipex_kg.sparql.named_queries import NamedQuery, Parameter
from mipex_kg.system.errors import UsageError

_OF_TABLES = {variant.name: variant.media_type for variant in reversed(TABLES)}
_OF_GRAPHS = {
    format.suffix[1:]: format.media_type
    for format in formats.FORMATS
    if format.name in {variant.name for variant in GRAPHS}
}
# What a value is, in JSON Schema.
_SCHEMAS: Mapping[str, Mapping[str, str]] = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
}


class NamedQueries(Operation):
    """The project's named queries, asked with parameters.

    What needs no parameter is in the site as a file, and is sent from there.

    :param library: gives them by their names, and prefixes for their parameters' values
    """

    def __init__(
        self,
        site: Callable[[], ServedSite],
        answers: Callable[[], Answers],
        documents: Documents,
        library: Callable[[], tuple[Mapping[str, NamedQuery], Mapping[str, str]]],
    ) -> None:
        self._site, self._answers, self._documents = site, answers, documents
        self._library = library

    async def answer(self, request: Request) -> Response:
        """Answer a request.

        :raises BadRequest: when it can't be answered
        :raises ClientDisconnect: when nobody waits for the answer any more
        """
        site = self._site()
        file = request.scope["path"].removeprefix(site.rules.path)
        name, _, suffix = file.removeprefix(layout.QUERY).partition(".")
        library, prefixes = self._library()
        query = library.get(name)
        given = parameters(request.scope["query_string"])
        is_file = (not given or suffix in ("html", "rq")) and site.has(file)
        if query is None or is_file or not (suffix or given):
            return await self._documents.answer(request)
        known = suffixes(query)
        if suffix and suffix not in known:
            detail = f"{name} can be had as: {', '.join(f'.{other}' for other in known)}."
            return problem(HTTPStatus.NOT_FOUND, detail)
        text = _bound(query, given, prefixes)
        accept = request.headers.get("accept")
        question = Question(text, None, accept, suffix or None, is_for_people=True)
        answered = await ask(self._answers(), question, request.scope, request.receive)
        request.scope["state"]["query"] = name
        return await respond(answered, request.headers, is_safe=True)

    async def describe(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the description of all that can be asked."""
        document = openapi(self._site(), self._library()[0])
        body = json.dumps(document, ensure_ascii=False, indent=1).encode()
        response = Response(body, HTTPStatus.OK, EVERYWHERE, "application/json")
        await response(scope, receive, send)


def _bound(query: NamedQuery, given: Sequence[tuple[str, str]], prefixes: Mapping[str, str]) -> str:
    values = dict(given)
    if len(values) < len(given):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "A parameter occurs more than once.")
    try:
        return named_queries.bind(query, values, prefixes)
    except UsageError as error:
        raise BadRequest(HTTPStatus.BAD_REQUEST, error.message) from None


def suffixes(query: NamedQuery) -> Mapping[str, str]:
    """Name the formats in which a query can be answered, with their media types."""
    return _OF_GRAPHS if querying.makes_graph(query.text) else _OF_TABLES


def openapi(site: ServedSite, library: Mapping[str, NamedQuery]) -> dict[str, Any]:
    """Describe the SPARQL service and the named queries (OpenAPI 3.1)."""
    paths = {f"/{layout.query(name)}.{{format}}": _path(query) for name, query in library.items()}
    return {
        "openapi": "3.1.0",
        "info": {"title": f"Queries of {site.rules.name}", "version": "1"},
        "servers": [{"url": site.rules.path.rstrip("/") or "/"}],
        "paths": {"/sparql": _SPARQL, **paths},
        "components": {"responses": {"problem": _PROBLEM}},
    }


def _path(query: NamedQuery) -> dict[str, Any]:
    known = suffixes(query)
    format = {
        "name": "format",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(known)},
    }
    told = {"operationId": query.name, "summary": query.title}
    if query.description:
        told["description"] = query.description
    answers: dict[str, Any] = {type: {} for type in known.values()}
    return {
        "get": {
            **told,
            "parameters": [format, *map(_parameter, query.parameters)],
            "responses": {
                "200": {"description": "The answer", "content": answers},
                "default": {"$ref": "#/components/responses/problem"},
            },
        }
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS[parameter.type])
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.description,
        "required": parameter.default is None,
        "schema": schema,
    }


_PROBLEM = {
    "description": "What is wrong (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
}
_TEXT = {"schema": {"type": "string"}}
_GRAPH_PARAMETERS = [
    {
        "name": name,
        "in": "query",
        "description": what,
        "schema": {"type": "array", "items": {"type": "string", "format": "iri"}},
    }
    for name, what in (
        ("default-graph-uri", "A graph to ask; the default graph is the merge of them"),
        ("named-graph-uri", "A graph to ask by its name"),
    )
]
_RESPONSES = {
    "200": {
        "description": "The answer; of SELECT and ASK a table, else a graph",
        "content": {variant.media_type: {} for variant in (*TABLES, *GRAPHS)},
    },
    "default": {"$ref": "#/components/responses/problem"},
}
_SPARQL = {
    "get": {
        "operationId": "sparql",
        "summary": "Ask in SPARQL; without a query, the service describes itself",
        "parameters": [
            {"name": "query", "in": "query", **_TEXT},
            {"name": "format", "in": "query", **_TEXT},
            *_GRAPH_PARAMETERS,
        ],
        "responses": _RESPONSES,
    },
    "post": {
        "operationId": "sparql-post",
        "summary": "Ask in SPARQL",
        "parameters": _GRAPH_PARAMETERS,
        "requestBody": {
            "required": True,
            "content": {
                "application/sparql-query": _TEXT,
                "application/x-www-form-urlencoded": {
                    "schema": {"type": "object", "required": ["query"]}
                },
            },
        },
        "responses": _RESPONSES,
    },
}
