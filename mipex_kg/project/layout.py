"""The layout of a built site: what each of its files is called, relative to its folder. One table.

The names of things' documents, of classes, queries and texts come from the project; here is what is
called the same in every site, and how those names become names of files.
"""

from __future__ import annotations

from collections.abc import Mapping

from mipex_kg.rdf import formats
from mipex_kg.sparql import query_text
from mipex_kg.system import manifest

# Suffixes; those of RDF are in the table of formats.
HTML, CSV, SPARQL_QUERY = ".html", ".csv", query_text.SUFFIX
# What the pages of other sites end in, too.
PAGE_SUFFIXES = (HTML, ".htm", ".xhtml")
LINKSET_JSON, LINKSET_TEXT, CSVW = ".linkset.json", ".linkset.txt", "-metadata.json"

# The pages that are about no one thing, without their suffix.
FRONT, NOT_FOUND = "index", "404"
CLASSES, DATA, QUERIES, RULES = "class/index", "data", "queries", "shapes"
ASK, NETWORK, SEARCH, ABOUT = "sparql", "network", "search", "about"

# The document of the catalogue, and the IRI of the catalogue under the base.
CATALOGUE = "catalog"

# What describes the whole for programs.
MANIFEST = manifest.NAME
CONTEXT = "context.jsonld"
VOID, WELL_KNOWN_VOID = "void.ttl", ".well-known/void"
CROISSANT, CITATION, DATACITE = "croissant.json", "CITATION.cff", "datacite.json"
ROBOTS, SITEMAP = "robots.txt", "sitemap.xml"

# What pages load; the folder of the last one is made by Pagefind.
ASSETS = "assets/"
ASK_SETTINGS = f"{ASSETS}sparql.json"
STYLES = tuple(f"{ASSETS}{name}.css" for name in ("style", "pictures", "search", "dark"))
ASK_STYLE = f"{ASSETS}sparql.css"
_SCRIPTS = ("search", "copy", "tables", "theme", "marks", "map", "network")
SCRIPTS = tuple(f"{ASSETS}{name}.js" for name in _SCRIPTS)
ICON = f"{ASSETS}icon.svg"
PARTS_SCRIPT = f"{ASSETS}parts.js"
# What the box in the header of each page loads, first and when someone types.
FIND_SCRIPT, NAMES = f"{ASSETS}find.js", f"{ASSETS}names.json"
INDEX = "pagefind"
INDEX_SCRIPT = f"{INDEX}/pagefind.js"
# What others show beside a link to a page.
PICTURES = f"{ASSETS}pictures/"

# What hosts read.
HTACCESS, HEADERS, REDIRECTS, NO_JEKYLL = ".htaccess", "_headers", "_redirects", ".nojekyll"

# What only a server answers: SPARQL queries, and the description of the named ones.
SERVICE, OPENAPI = "sparql", "openapi.json"

_CLASS, QUERY = "class/", "query/"
# In the folder of a project's own pages: the words of the interface in each language.
WORDS, WORDS_SUFFIX = "words", ".toml"
TABLES = f"{QUERY}csv-metadata.json"


FRONT_PAGE, NOT_FOUND_PAGE, ASK_PAGE = (name + HTML for name in (FRONT, NOT_FOUND, ASK))


def page(name: str) -> str:
    """Name a page.

    :param name: relative to the site and without a suffix

    >>> page(FRONT), page("person/ada")
    ('index.html', 'person/ada.html')
    """
    return name + HTML


def name_of_page(path: str) -> str:
    """Name a page without its suffix."""
    return path.removesuffix(HTML)


def is_page(path: str) -> bool:
    """Tell whether a file of the site is a page."""
    return path.endswith(HTML)


def linksets(path: str) -> tuple[str, str]:
    """Name the link sets of a page: the one in JSON, and the one in HTTP's own syntax.

    :param path: of the page

    >>> linksets("person/ada.html")
    ('person/ada.linkset.json', 'person/ada.linkset.txt')
    """
    name = name_of_page(path)
    return name + LINKSET_JSON, name + LINKSET_TEXT


def class_page(name: str, part: int = 1) -> str:
    """Name the page of a class, without its suffix, or a later part of its list.

    >>> class_page("concept"), class_page("concept", 2)
    ('class/concept', 'class/concept/2')
    """
    return _CLASS + name + (f"/{part}" if part > 1 else "")


def query(name: str, suffix: str = "") -> str:
    """Name a file of a named query, or its page without a suffix.

    >>> query("people", CSV), query_source("people")
    ('query/people.csv', 'query/people.rq')
    """
    return QUERY + name + suffix


def query_source(name: str) -> str:
    """Name the file with the text of a named query."""
    return query(name, SPARQL_QUERY)


def table(name: str) -> str:
    """Name the file with the answer to a named query that is a table."""
    return query(name, CSV)


def table_metadata(name: str) -> str:
    """Name the file that describes the columns of a table."""
    return table(name) + CSVW


def sitemap(number: int) -> str:
    """Name a part of the sitemap."""
    return f"sitemap-{number}.xml"


def ask_settings(folder: str = "") -> str:
    """Name the file with what the script of the SPARQL page is told.

    :param folder: of the pages in a language

    >>> ask_settings(), ask_settings(language_folder("fr"))
    ('assets/sparql.json', 'assets/sparql.fr.json')
    """
    language = folder.rstrip("/")
    return f"{ASSETS}sparql.{language}.json" if language else ASK_SETTINGS


def language_folder(tag: str) -> str:
    """Name the folder of the pages in a language that is not the first.

    >>> language_folder("pt-BR")
    'pt-br/'
    """
    return f"{tag.lower()}/"


# What is called so in every site, or may be: pages and documents without their suffixes, other
# files of the outermost folder, and folders.
OWN_PAGES = (FRONT, NOT_FOUND, DATA, QUERIES, RULES, ASK, NETWORK, SEARCH, ABOUT)
OWN_DOCUMENTS = tuple(name.rpartition(".")[0] for name in (CONTEXT, VOID))
OWN_FILES = (
    *(MANIFEST, CONTEXT, VOID, CROISSANT, CITATION, DATACITE, ROBOTS, SITEMAP, OPENAPI),
    *(HTACCESS, HEADERS, REDIRECTS, NO_JEKYLL),
)
FOLDERS = (ASSETS.rstrip("/"), INDEX, _CLASS.rstrip("/"), QUERY.rstrip("/"))

# What is in every site, whatever it is about.
ALWAYS = (MANIFEST, ROBOTS, *STYLES, *SCRIPTS, ICON, NOT_FOUND_PAGE)

# The names that a template may need, by what they are.
PATHS: Mapping[str, str] = {
    "front": FRONT_PAGE,
    "classes": page(CLASSES),
    "data": page(DATA),
    "queries": page(QUERIES),
    "rules": page(RULES),
    "ask": ASK_PAGE,
    "network": page(NETWORK),
    "search": page(SEARCH),
    "about": page(ABOUT),
    "assets": ASSETS,
    "query": QUERY,
    "index": INDEX_SCRIPT,
}


def names_part(number: int) -> str:
    """Name a part of the index of names, where it is divided."""
    return f"{ASSETS}names/{number}.json"


def catalogue(format: formats.Format) -> str:
    """Name the catalogue in a format.

    >>> catalogue(formats.TURTLE)
    'catalog.ttl'
    """
    return CATALOGUE + format.suffix
