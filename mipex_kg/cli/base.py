"""The option with which commands that read any files are told what relative IRIs belong to."""

from __future__ import annotations

import click

from mipex_kg.rdf.terms import is_iri


def _checked(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_iri(value):
        raise click.BadParameter(f"{value!r} is not an absolute IRI.")
    return value


base_option = click.option(
    "--base",
    metavar="IRI",
    callback=_checked,
    help="Base for relative IRIs in FILEs that declare none. Default: the project's base; "
    "without a project, relative IRIs are refused.",
)
