"""What each host can do with the rules, and what not: the table of the documentation."""

from __future__ import annotations

from collections.abc import Mapping

# In this order; a server that a project runs by itself comes first.
HOSTS = ("nginx", "Apache", "Netlify", "Cloudflare Pages", "GitHub Pages")
_ALL = ("yes", "yes", "yes", "yes")

# What is wanted, and what becomes of it on each host.
ABILITIES: Mapping[str, tuple[str, ...]] = {
    "A thing's address leads to the document that `Accept` prefers": (
        "303, all weights",
        "303, all weights",
        "no: 302 to the page",
        "no: the page itself, 200",
        "no: the page itself, 200",
    ),
    "Data for programs that ask at the front page's address": ("yes", "yes", "no", "no", "no"),
    "406 with a list of what there is": ("yes", "yes", "no", "no", "no"),
    "Pages keep their addresses": (
        "yes",
        "yes",
        "yes",
        "no: redirects to the one without `.html`",
        "yes",
    ),
    "Documents are sent without a redirect": (*_ALL, "yes"),
    "Media types of RDF, in UTF-8": (*_ALL, "some: `.trig` and `.nq` may come as unknown"),
    "Media types of link sets": (*_ALL, "no: `application/json`, `text/plain`"),
    "`/.well-known/void` as Turtle": (*_ALL, "no: of unknown type"),
    "Files whose names begin with a dot are sent": (*_ALL, "with a file `.nojekyll`"),
    "Link sets announced in a `Link` header": (
        "yes",
        "yes",
        "yes",
        "yes, of what isn't there too",
        "no",
    ),
    "Scripts of other sites may read everything (CORS)": (*_ALL, "yes: the host's own rule"),
    "Security headers, with a policy for scripts": (*_ALL, "no"),
    "Search engines asked to leave out what is for programs (`X-Robots-Tag`)": (*_ALL, "no"),
    "Hashed files cached for a year": (*_ALL, "no: all for ten minutes"),
    "Unchanged files are not sent again (`ETag`)": (*_ALL, "yes"),
    "The site's own page for what isn't there": (*_ALL, "yes"),
    "Compression": (*_ALL, "yes, of what it knows"),
}


def table() -> str:
    """Write the table in Markdown."""
    rows = [("", *HOSTS), ("---",) * (len(HOSTS) + 1)]
    rows += [(wanted, *cells) for wanted, cells in ABILITIES.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"
