"""The languages in which the bundled site is, besides the first one."""

OTHERS = frozenset({"fr", "es", "ca", "de"})


def parted(path: str) -> tuple[str, str]:
    """Part a page's path into its language, empty for the first, and the path in that language.

    >>> parted("de/person/ada.html"), parted("person/ada.html")
    (('de', 'person/ada.html'), ('', 'person/ada.html'))
    """
    language, _, rest = path.partition("/")
    return (language, rest) if language in OTHERS else ("", path)
