"""A query's answer, as the command line gets it: from a child process, with its warnings."""

from mipex_kg.dataset import querying
from mipex_kg.dataset.dataset import Dataset
from mipex_kg.dataset.query_warnings import warnings_of
from mipex_kg.sparql.results import UNLIMITED
from mipex_kg.system.child_process import run_isolated


def answer(
    text: str,
    dataset: Dataset,
    *,
    format: str | None = None,
    timeout: float | None = None,
    allow_remote: bool = False,
    width: int = UNLIMITED,
) -> querying.Answer:
    """Answer a query in a process of its own."""
    found = run_isolated(
        lambda: querying.answer(
            text, dataset, format=format, allow_remote=allow_remote, width=width
        ),
        timeout=timeout,
    )
    return found._replace(warnings=warnings_of(text, dataset, is_found=found.is_found))


# Numbers that are equal as doubles, and not as decimals: the engine finds that it can't sort them.
_FORMS = ("({} false)", "({} true)", "({}.5 false)")
_NUMBERS = [_FORMS[n % 3].format(2**53 + n * 5 % 8) for n in range(100)]
_UNSORTED = (
    "SELECT ?x {{ VALUES (?n ?is_double) {{ {} }} "
    "BIND(IF(?is_double, <http://www.w3.org/2001/XMLSchema#double>(?n), ?n) AS ?x) }} ORDER BY ?x"
)
# It doesn't find it in each, and not always in the same.
UNSORTED = [_UNSORTED.format(" ".join(_NUMBERS[:n])) for n in range(30, 100, 5)]
