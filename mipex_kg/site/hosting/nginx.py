"""Rules for nginx: what goes in its ``http`` block, and what into a ``server`` block.

nginx evaluates a variable made by ``map`` only where it is used. Of ``if``, only what is safe is
used: ``set`` and ``return``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mipex_kg.project import layout
from mipex_kg.project.media_types import BY_PATH, BY_SUFFIX, FOR_SEARCH_ENGINES, MediaType
from mipex_kg.rdf import negotiation
from mipex_kg.rdf.negotiation import DEFAULT, LADDER
from mipex_kg.site.hosting.rules import (
    EVERYWHERE,
    FOR_EVER,
    HASHED,
    OF_DATA,
    OF_PAGES,
    OF_PREFLIGHT,
    REVALIDATE,
    Rules,
    link_header,
    pattern,
)

# What is longer, nginx doesn't read.
_LONGEST_WORD = 4000
# The path of a request as the client has sent it, escapes and all: nothing that could be taken for
# the name of another host, and no query.
_SEGMENTS = r"/(?:[^/?\\]+/)*[^/?\\]+"


def files(rules: Rules) -> dict[str, bytes]:
    """Write the two files."""
    head = f"# How nginx serves {rules.site}, written by mipex-kg.\n# Include it in "
    texts = {
        "http": f"{head}the http block.\n\n{_http(rules)}",
        "server": f"{head}a server block whose root is the site's folder.\n\n{_server(rules)}",
    }
    return {f"{rules.name}.{block}.conf": text.encode() for block, text in texts.items()}


class _Names:
    """The variables' names, which begin with the project's."""

    def __init__(self, rules: Rules) -> None:
        self._prefix = re.sub(r"\W", "_", rules.name.lower())

    def __getattr__(self, name: str) -> str:
        return f"${self._prefix}_{name}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _block(head: str, lines: Iterable[str]) -> str:
    inner = "\n".join(f"    {line}" for text in lines for line in text.splitlines())
    return f"{head} {{\n{inner}\n}}\n"


def _map(source: str, target: str, values: Mapping[str, str]) -> str:
    # What is sent for an error has another path than what was asked for.
    rows = ["volatile;"] if source == "$uri" else []
    rows += [f"{_quoted(key)} {_quoted(value)};" for key, value in values.items()]
    return _block(f"map {source} {target}", rows)


def _http(rules: Rules) -> str:
    names = _Names(rules)
    types = [(variant, type) for variant in rules.variants for type in variant.accepted]
    parts = []
    for number, (variant, type) in enumerate(types):
        weight = f"{names.weight}_{number}"
        pattern = negotiation.weight_pattern(type, f"?<{weight[1:]}>")
        known = negotiation.entry(variant, f"${{{weight[1:]}}}")
        parts.append(_map("$http_accept", f"{names.entry}_{number}", {f"~*{pattern}": known}))
    row = "".join(f"{names.entry}_{number}" for number in range(len(types)))
    whole = negotiation.best_patterns(f"?<{names.whole[1:]}>")[0]
    best = negotiation.best_patterns(f"?<{names.part[1:]}>")[1]
    chosen = {f"~{whole}": names.whole, f"~{best}": names.part}
    data = {variant.name: variant.name for variant in rules.data}
    stem = rf"~^(?<{names.page[1:]}>{_SEGMENTS}?)\.(?:{rules.suffixes})(?:\?|$)"
    document = rf"~^(?<{names.bare[1:]}>.+)\.(?:{rules.suffixes})$"
    inner = rf"~^(?<{names.outer[1:]}>(?:/[^/?\\]+)+/)(?:\?|$)"
    parts += [
        "# The best of the variants, whatever weights the client gives.\n"
        + _map(f'"{row}{LADDER}"', names.best, chosen),
        _map("$http_accept", names.variant, {"": DEFAULT.name, "default": names.best}),
        _map(names.variant, names.data, data),
        "# The path as it was asked for, and what it is without its suffix.\n"
        + _map(
            "$request_uri",
            names.path,
            {rf"~^(?<{names.plain[1:]}>{_SEGMENTS})(?:\?|$)": names.plain},
        ),
        _map(
            "$request_uri",
            names.stem,
            {
                rf"~^(?<{names.folder[1:]}>(?:/[^/?\\]+)*)/(?:\?|$)": f"{names.folder}/index",
                stem: names.page,
            },
        ),
        _map(
            "$request_uri",
            names.front,
            {rf"~^{re.escape(rules.path)}(?:\?|$)": "Accept" if rules.front else ""},
        ),
        "# A path that ends with a slash, and what is asked for by another name than its file's.\n"
        + _map("$request_uri", names.inner, {inner: f"${{{names.outer[1:]}}}{layout.FRONT}"}),
        _map("$request_uri", names.led, _led(rules)),
        _map("$uri", names.document, {document: names.bare}),
        _map("$uri", names.cache, {f"~{HASHED}": FOR_EVER, "default": REVALIDATE}),
        *(
            _map("$sent_http_content_type", f"{names.pages}_{number}", {"~^text/html": value})
            for number, value in enumerate(OF_PAGES.values())
        ),
        *(
            # What has no type has no content: it was not changed, or is elsewhere.
            _map(
                "$sent_http_content_type",
                f"{names.data_only}_{number}",
                {"": "", f"~{FOR_SEARCH_ENGINES}": "", "default": value},
            )
            for number, value in enumerate(OF_DATA.values())
        ),
        *(
            _map("$request_method", f"{names.preflight}_{number}", {"OPTIONS": value})
            for number, value in enumerate(OF_PREFLIGHT.values())
        ),
    ]
    return "\n".join(parts).replace("'default' ", "default ")


def _led(rules: Rules) -> dict[str, str]:
    """Write where each path leads that servers don't find by itself."""
    found = {
        rf"~^{pattern(rules.path + path)}(?:{'' if '?' in path else '[?]|'}$)": rules.path + name
        for path, name in rules.unfound.items()
    }
    return {key: name for key, name in found.items() if len(key) < _LONGEST_WORD}


def _headers(names: _Names) -> list[str]:
    values = {
        **{name: _quoted(value) for name, value in EVERYWHERE.items()},
        **{name: f"{names.pages}_{number}" for number, name in enumerate(OF_PAGES)},
        **{name: f"{names.data_only}_{number}" for number, name in enumerate(OF_DATA)},
        **{name: f"{names.preflight}_{number}" for number, name in enumerate(OF_PREFLIGHT)},
        "Cache-Control": names.cache,
        "Link": names.links,
        "Vary": names.vary,
    }
    return [f"add_header {name} {value} always;" for name, value in values.items()]


def _types() -> str:
    """List media types by the last suffix; of files with two, others tell."""
    plain: dict[str, list[str]] = {}
    for suffix, kind in BY_SUFFIX.items():
        if re.fullmatch(r"\.\w+", suffix):
            plain.setdefault(kind.name, []).append(suffix[1:])
    return _block("types", [f"{name} {' '.join(suffixes)};" for name, suffixes in plain.items()])


def _of_type(where: str, kind: MediaType, names: _Names) -> str:
    """Give the files of a place one type, whatever their names say."""
    unset = [f"set {name} '';" for name in (names.vary, names.links)]
    return _block(f"location {where}", ["types {}", f"default_type {kind.name};", *unset])


def _server(rules: Rules) -> str:
    names = _Names(rules)
    texts = sorted({kind.name for kind in BY_SUFFIX.values() if kind.is_text} - {"text/html"})
    packable = {kind.name for kind in BY_SUFFIX.values() if not kind.is_packed} - {"text/html"}
    refused = f"@{rules.name}-not-acceptable"
    lines = [
        "index index.html;",
        "charset utf-8;",
        f"charset_types {' '.join(texts)};",
        "default_type application/octet-stream;",
        _types(),
        "etag on;",
        "gzip on;",
        "gzip_vary on;",
        f"gzip_types {' '.join(sorted(packable))};",
        f"error_page 403 404 =404 {rules.path}{layout.NOT_FOUND_PAGE};",
        f"error_page 406 {refused};",
        *_headers(names),
        "",
        *_steps(rules, names),
        "",
        *(
            _of_type(rf"~ {re.escape(suffix)}$", kind, names)
            for suffix, kind in BY_SUFFIX.items()
            if not re.fullmatch(r"\.\w+", suffix)
        ),
        *(_of_type(f"= {rules.path}{path}", kind, names) for path, kind in BY_PATH.items()),
    ]
    body = ["default_type text/html;", "charset utf-8;", *_headers(names)]
    body += [f"set {names.vary} Accept;", f"set {names.links} '';"]
    return "\n".join(
        (
            _block(f"location ^~ {rules.path}", lines),
            _block(f"location {refused}", [*body, f"return 406 {_quoted(rules.not_acceptable)};"]),
        )
    )


def _links(names: _Names) -> Iterator[str]:
    """Write what announces the link set of a page or a document."""
    there = f"$document_root{names.document}{layout.LINKSET_JSON}"
    yield f'if (-f "{there}") {{ set {names.links} {_quoted(link_header(names.stem))}; }}'
    yield f"if ({names.stem} = '') {{ set {names.links} ''; }}"


def _steps(rules: Rules, names: _Names) -> list[str]:
    """Write what is done with a request, one step after the other."""
    target, file, found = names.target, names.file, names.found
    front = []
    if rules.front:
        there = f"{rules.path}{rules.front}.{names.data}"
        front = [
            "# Programs get data at the front.",
            f"if ($uri = {rules.path}) {{ "
            f'set {target} "{there}"; set {file} "$document_root{there}"; }}',
        ]
    return [
        *(f"set {name} '';" for name in (names.links, names.within, target, file, found)),
        f"set {names.vary} {names.front};",
        "if ($request_method = OPTIONS) { return 204; }",
        *(_links(names) if rules.has_linksets else ()),
        *front,
        "# A folder without a page is nothing.",
        f"if (-d $request_filename) {{ set {found} folder; }}",
        f"if (-f \"$request_filename/index.{DEFAULT.name}\") {{ set {found} ''; }}",
        "# A path without a suffix: of a page, and of a thing if there are data too.",
        f'if (-f "$request_filename.{DEFAULT.name}") {{ set {found} page; }}',
        f'if (-f "$request_filename.{rules.mark}") {{ set {found} "{found}-thing"; }}',
        f"if ({names.path} = '') {{ set {found} ''; }}",
        f"if ({found} = page-thing) {{ set {names.vary} Accept; "
        f'set {target} "{names.path}.{names.variant}"; '
        f'set {file} "$request_filename.{names.variant}"; }}',
        f'if (-f "${{request_filename}}{layout.FRONT}.{rules.mark}") '
        f"{{ set {names.within} thing; }}",
        f"if ({names.inner} = '') {{ set {names.within} ''; }}",
        f"if ({names.within}) {{ set {names.vary} Accept; set {found} page-thing; "
        f'set {target} "{names.inner}.{names.variant}"; '
        f'set {file} "${{request_filename}}{layout.FRONT}.{names.variant}"; }}',
        "# What is asked for by another name than its file's.",
        f"if ({names.led}) {{ set {names.vary} Accept; set {found} page-thing; "
        f'set {target} "{names.led}.{names.variant}"; '
        f'set {file} "$document_root{names.led}.{names.variant}"; }}',
        f"if (-f {file}) {{ return 303 {target}; }}",
        f"if ({found} = page-thing) {{ return 406; }}",
        f"if ({found} = folder) {{ return 404; }}",
        f"if ({found} = page) {{ return 303 {names.path}.{DEFAULT.name}; }}",
    ]
