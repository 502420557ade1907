"""Rules for Apache: an ``.htaccess`` for the site, and one for the folder at w3id.org.

Only directives of ``FileInfo`` are used, which shared hosts allow: where another isn't allowed, the
whole site would answer with an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote_to_bytes, urlsplit

from mipex_kg.project import layout
from mipex_kg.project.media_types import BY_PATH, BY_SUFFIX, FOR_SEARCH_ENGINES
from mipex_kg.rdf import negotiation
from mipex_kg.rdf.iris import to_uri
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
from mipex_kg.system.plain_path import LONGEST_STEP

_FILE = "%{REQUEST_FILENAME}"
# Of a path that ends with a slash, the documents lie in the folder.
_DOCUMENT = f"{_FILE}%{{ENV:KG_INNER}}"
_LED, _NOT_LED = "%{ENV:KG_LED}.%{ENV:KG_VARIANT}", "RewriteCond %{ENV:KG_LED} ^$"
_REFUSAL = ("RewriteCond %{ENV:KG_VARIANT} ^$", "RewriteRule ^ - [R=406,L]")


def site_files(rules: Rules) -> dict[str, bytes]:
    """Write the file for the site's folder."""
    parts = [
        f"# How Apache serves {rules.site}, written by mipex-kg. It goes in its folder.",
        f"ErrorDocument 404 {rules.path}{layout.NOT_FOUND_PAGE}",
        f"ErrorDocument 406 {_quoted(rules.not_acceptable)}",
        _module("mime", _types()),
        _of_names(),
        _module("deflate", _compression()),
        _module("headers", _headers()),
        "# Where MultiViews is on, it answers instead of the rules below: take the # away.\n"
        "# Options -MultiViews",
        _module("rewrite", ["RewriteEngine On", *_steps(rules)]),
    ]
    return {layout.HTACCESS: ("\n\n".join(parts) + "\n").encode()}


def server_files(rules: Rules) -> dict[str, bytes]:
    """Write what Apache refuses before it reads a folder's file, for the configuration of the host.

    That is an escaped slash, and a step that is longer than the name of a file.
    """
    refused = [path for path in rules.unfound if _is_refused(path)]
    if not refused:
        return {}
    lines = [
        f"# Names of {rules.site} that Apache refuses by itself, written by mipex-kg.",
        "# Include it in the <VirtualHost>.",
        "AllowEncodedSlashes NoDecode",
        "RewriteEngine On",
    ]
    for path in refused:
        name = _literal(rules.path + rules.unfound[path])
        lines += [_sent(rules.path, path), f'RewriteRule ^ "{name}" [PT,L]']
    return {f"{rules.name}.vhost.conf": ("\n".join(lines) + "\n").encode()}


def _is_refused(path: str) -> bool:
    steps = unquote_to_bytes(path.partition("?")[0]).split(b"/")
    return "%2F" in path.upper() or any(len(step) > LONGEST_STEP for step in steps)


def w3id_files(rules: Rules) -> dict[str, bytes]:
    """Write the file for the folder at w3id.org, which leads from names to documents.

    It negotiates, so that the site itself can be on a host that only sends files.
    """
    about = {name: value for name, value in EVERYWHERE.items() if name.startswith("Access")}
    parts = [
        f"# {rules.base} leads to {rules.site}, to the document that a client prefers.\n"
        f"# Contact: {rules.contact}. Written by mipex-kg.",
        f"ErrorDocument 406 {_quoted(rules.not_acceptable)}",
        _module("headers", [*_set(about), 'Header always merge Vary "Accept"']),
        "\n".join(["RewriteEngine On", *_leading(rules)]),
    ]
    return {layout.HTACCESS: ("\n\n".join(parts) + "\n").encode()}


def _leading(rules: Rules) -> Iterator[str]:
    """Write how each name leads to an address of the site."""
    site = _literal(to_uri(rules.site))
    suffixes = "|".join(re.escape(suffix[1:]) for suffix in BY_SUFFIX if suffix[0] == ".")
    yield "# Files keep their names."
    for path in BY_PATH:
        yield f'RewriteRule {_plain(f"^{re.escape(path)}$")} "{site}{path}" [R=303,QSD,L]'
    yield f'RewriteRule {_plain(f"^(.+[.](?:{suffixes}))$")} "{site}$1" [R=303,QSD,L]'
    yield from _negotiation(rules)
    yield "# At the front, programs get the data about the whole, and people a page."
    if rules.front:
        data = "|".join(variant.name for variant in rules.data)
        yield f"RewriteCond %{{ENV:KG_VARIANT}} ^(?:{data})$"
        yield (f'RewriteRule ^$ "{site}{_literal(rules.front)}.%{{ENV:KG_VARIANT}}" [R=303,QSD,L]')
    yield f'RewriteRule ^$ "{site}" [R=303,QSD,L]'
    yield "# Of anything else, they get the document that they prefer."
    yield from _REFUSAL
    if paths := [*rules.unfound, *(path for path in rules.led if path.endswith("/"))]:
        yield from _led(rules, dict.fromkeys(paths), urlsplit(rules.base).path)
        yield "RewriteCond %{ENV:KG_LED} !^$"
        yield f'RewriteRule ^ "{site}{_LED}" [R=303,QSD,NE,L]'
    yield f'RewriteRule "^(.+?)/?$" "{site}$1.%{{ENV:KG_VARIANT}}" [R=303,QSD,L]'


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(pattern: str) -> str:
    r"""Write a regular expression for mod_rewrite, which knows no escapes for quotes.

    >>> _plain('"[^"]*"')
    '\\x22[^\\x22]*\\x22'
    """
    return pattern.replace('"', r"\x22")


def _literal(text: str) -> str:
    """Write what a substitution is to take as it stands."""
    return re.sub(r"([%$\\])", r"\\\1", text)


def _module(name: str, lines: list[str]) -> str:
    inner = "\n".join(f"  {line}".rstrip() for line in lines)
    return f"<IfModule mod_{name}.c>\n{inner}\n</IfModule>"


def _types() -> list[str]:
    plain = {s: kind for s, kind in BY_SUFFIX.items() if re.fullmatch(r"\.\w+", s)}
    texts = " ".join(suffix for suffix, kind in plain.items() if kind.is_text)
    return [
        *(f"AddType {kind.name} {suffix}" for suffix, kind in plain.items()),
        f"AddCharset utf-8 {texts}",
        "# The engine of the SPARQL page is unpacked by the page.",
        "RemoveEncoding .gz",
    ]


def _of_names() -> str:
    """Give types to the files whose last suffix doesn't say it."""
    whole = {re.escape(s) + "$": k for s, k in BY_SUFFIX.items() if not re.fullmatch(r"\.\w+", s)}
    whole |= {f"^{re.escape(path.rpartition('/')[2])}$": kind for path, kind in BY_PATH.items()}
    return "\n".join(
        f"<FilesMatch {_quoted(pattern)}>\n  ForceType {_quoted(kind.header)}\n</FilesMatch>"
        for pattern, kind in whole.items()
    )


def _compression() -> list[str]:
    kinds = sorted({kind.name for kind in BY_SUFFIX.values() if not kind.is_packed})
    return [f"AddOutputFilterByType DEFLATE {' '.join(kinds)}"]


def _set(headers: Mapping[str, str], condition: str = "") -> list[str]:
    # "always" is a table of its own, of which error pages and redirects are made too.
    return [
        f"Header always set {name} {_quoted(value)}{condition}" for name, value in headers.items()
    ]


def _headers() -> list[str]:
    return [
        "# A compressed file has another ETag, which Apache itself doesn't know again.",
        'RequestHeader edit If-None-Match \'^"((.*)-gzip)"$\' \'"$1", "$2"\'',
        *_set(EVERYWHERE),
        *_set(OF_PAGES, ' "expr=%{CONTENT_TYPE} =~ m#^text/html#"'),
        *_set(OF_DATA, f' "expr=%{{CONTENT_TYPE}} !~ m#{FOR_SEARCH_ENGINES}|^$#"'),
        *_set(OF_PREFLIGHT, " \"expr=%{REQUEST_METHOD} == 'OPTIONS'\""),
        *_set({"Cache-Control": REVALIDATE}),
        f"<FilesMatch {_quoted(HASHED)}>",
        *(f"  {line}" for line in _set({"Cache-Control": FOR_EVER})),
        "</FilesMatch>",
        *_set({"Link": link_header("%{KG_STEM}e")}, " env=KG_STEM"),
        'Header always merge Vary "Accept" env=KG_VARY',
    ]


def _led(rules: Rules, paths: Iterable[str], root: str) -> Iterator[str]:
    """Name the document of what servers don't find by its path alone: as the client has sent it.

    :param root: the path before the names
    """
    for path in paths:
        yield _NOT_LED
        yield _sent(root, path)
        yield f"RewriteRule ^ - [E=KG_LED:{_literal(to_uri(rules.led[path]))}]"


def _sent(root: str, path: str) -> str:
    """Write the condition that a path was asked for, as it is sent."""
    rest = "" if "?" in path else "?"
    return rf"RewriteCond %{{THE_REQUEST}} ^\S+\s{pattern(root + path)}[{rest}\s]"


def _links(rules: Rules) -> Iterator[str]:
    """Write what finds the link set of a page or a document."""
    sent = rf"^\S+\s(/(?:[^/?\\\s]+/)*[^/?\\\s]+?)\.(?:{rules.suffixes})[?\s]"
    yield "# The link set of a page or a document; its path as the client has sent it."
    yield f"RewriteCond {_FILE} {_plain(rf'^(.+)[.](?:{rules.suffixes})$')}"
    yield f"RewriteCond %1{layout.LINKSET_JSON} -f"
    yield f"RewriteCond %{{THE_REQUEST}} {_plain(sent)}"
    yield "RewriteRule ^ - [E=KG_STEM:%1]"
    yield f"RewriteRule ^$ - [E=KG_STEM:{_literal(rules.path)}index]"


def _steps(rules: Rules) -> Iterator[str]:
    """Write what is done with a request, one step after the other."""
    rdf = rules.mark
    yield from (
        "RewriteCond %{REQUEST_METHOD} =OPTIONS",
        "RewriteRule ^ - [R=204,L]",
        "RewriteCond %{REQUEST_METHOD} !^(?:GET|HEAD)$",
        "RewriteRule ^ - [R=405,L]",
        *(_links(rules) if rules.has_linksets else ()),
        "# What is asked for by another name than its file's, and what ends with a slash.",
        *_led(rules, rules.unfound, rules.path),
        f"RewriteCond {_FILE}{layout.FRONT}.{rdf} -f",
        f"RewriteRule ^.+/$ - [E=KG_INNER:{layout.FRONT}]",
        "# A folder without a page is nothing; files are sent.",
        _NOT_LED,
        f"RewriteCond {_FILE} -d",
        f"RewriteCond {_FILE}.{DEFAULT.name} !-f",
        f"RewriteCond {_FILE}/index.{DEFAULT.name} !-f",
        "RewriteRule ^ - [R=404,L]",
        _NOT_LED,
        f"RewriteCond {_DOCUMENT}.{DEFAULT.name} !-f",
        f"RewriteRule {'^.' if rules.front else '^'} - [L]",
        "# A path without a suffix: of a page that is about no thing.",
        _NOT_LED,
        f"RewriteCond {_DOCUMENT}.{rdf} !-f",
        f"RewriteRule ^. %{{REQUEST_URI}}.{DEFAULT.name} [R=303,QSD,L]",
    )
    yield from _negotiation(rules)
    yield "RewriteRule ^ - [E=KG_VARY:1]"
    if rules.unfound:
        yield from (
            "RewriteCond %{ENV:KG_VARIANT} ^$",
            "RewriteCond %{ENV:KG_LED} !^$",
            "RewriteRule ^ - [R=406,L]",
            "RewriteCond %{ENV:KG_LED} !^$",
            f'RewriteRule ^ "{_literal(rules.path)}{_LED}" [R=303,QSD,NE,L]',
        )
    if rules.front:
        front = _literal(rules.front)
        yield from (
            "# At the front, programs get the data about the whole, and people a page.",
            f"RewriteCond %{{ENV:KG_VARIANT}} !={DEFAULT.name}",
            f"RewriteCond {_FILE}{front}.%{{ENV:KG_VARIANT}} -f",
            f'RewriteRule ^$ "{_literal(rules.path)}{front}.%{{ENV:KG_VARIANT}}" [R=303,QSD,L]',
            "RewriteRule ^$ - [L]",
        )
    yield from (
        "# Of a thing: the document, if it is there.",
        *_REFUSAL,
        f"RewriteCond {_DOCUMENT}.%{{ENV:KG_VARIANT}} !-f",
        "RewriteRule ^ - [R=406,L]",
        "RewriteRule ^ %{REQUEST_URI}%{ENV:KG_INNER}.%{ENV:KG_VARIANT} [R=303,QSD,L]",
    )


def _negotiation(rules: Rules) -> Iterator[str]:
    """Choose the best variant, into the variable ``KG_VARIANT``, empty if there is none."""
    yield "# Which of the documents does the client prefer, whatever weights it gives?"
    for variant in rules.variants:
        for media_type in variant.accepted:
            pattern = _plain(negotiation.weight_pattern(media_type))
            known = negotiation.entry(variant, "%3")
            yield f"RewriteCond %{{HTTP:Accept}} {pattern} [NC]"
            yield f"RewriteRule ^ - [E=KG_ROW:%{{ENV:KG_ROW}}{known}]"
    yield "RewriteCond %{HTTP:Accept} ^$"
    yield f"RewriteRule ^ - [E=KG_VARIANT:{DEFAULT.name}]"
    for pattern in negotiation.best_patterns():
        yield "RewriteCond %{ENV:KG_VARIANT} ^$"
        yield f"RewriteCond %{{ENV:KG_ROW}}{LADDER} {_plain(pattern)}"
        yield "RewriteRule ^ - [E=KG_VARIANT:%1]"
