"""What templates compile to shows what Jinja's own code shows."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from mipex_kg.site.pages.template_code import direct, shown
from mipex_kg.site.pages.wording import TaggedText

TEMPLATES = {
    "texts": "{{ text }} {{ markup }} {{ number }} {{ none }} {{ tagged }} {{ 'a<b' }} {{ 1 + 1 }}",
    "twice": "{{ text }}{{ text }}{{ markup }}{{ text | safe }}{{ (text | safe) ~ text }}",
    "an if without an else": "{{ text if none }}|{{ 'a' if text }}",
    "a function": "{{ join(text, 'b', last=markup) }}",
    "a function of lists": "{{ join(*['a<', 'b']) }}{{ join(**{'a': 1}) }}",
    "a method": "{{ text.upper() }}{{ markup.upper() }}{{ ', '.join(['<', markup]) }}",
    "a macro": "{% macro of(a, b=text) %}{{ a }}{{ b }}{% endmacro %}{{ of('<') }}{{ of(a=1) }}",
    "a macro with a caller": "{% macro of(a) %}{{ a }}{{ caller(a) }}{% endmacro %}"
    "{% call(b) of('<') %}{{ b }}{{ text }}{% endcall %}",
    "a macro in a loop": "{% macro of(a) %}{{ a }}{% endmacro %}"
    "{% for a in '<>' %}{{ of(a) }}{{ loop.cycle('odd', 'even') }}{% endfor %}",
    "a loop that calls itself": "{% for a in [['<'], '>'] recursive %}"
    "{{ loop(a) if a is not string else a }}{% endfor %}",
    "a set block": "{% set a %}<b>{{ text }}</b>{% endset %}{{ a }}",
    "without escaping": "{% autoescape false %}{{ text }}{{ tagged }}{% endautoescape %}",
    "escaping by a condition": "{% autoescape number %}{{ text }}{{ markup }}{% endautoescape %}",
    "a filter block": "{% filter upper %}{{ text }}{% endfilter %}",
    "blocks": "{% block a %}{{ text }}{% endblock %}{{ self.a() }}",
    "a namespace": "{% set n = namespace(a=text) %}{% set n.a = n.a ~ '<' %}{{ n.a }}",
}
VALUES: dict[str, Any] = {
    "text": '<b>"R&D"</b> isn\'t',
    "markup": Markup("<i>&amp;</i>"),
    "number": 7,
    "none": None,
    "tagged": TaggedText("<Boot>", "de"),
    "join": lambda *texts, **more: " ".join(map(str, (*texts, *more.values()))),
}


def written(value: object) -> object:
    return value.on_page("en") if isinstance(value, TaggedText) else value


@pytest.mark.parametrize("kind", [jinja2.Environment, SandboxedEnvironment])
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_templates_show_what_they_show(template: str, kind: type[jinja2.Environment]) -> None:
    usual, ours = (
        kind(autoescape=True, undefined=jinja2.StrictUndefined, finalize=written) for _ in range(2)
    )
    vars(direct(ours))["show"] = shown(written)
    expected = usual.from_string(template).render(VALUES)
    assert expected
    assert ours.from_string(template).render(VALUES) == expected


@pytest.mark.parametrize(
    "template", ["{{ nothing }}", "{{ nothing() }}", "{{ text.nothing }}", "{{ text.nothing() }}"]
)
def test_what_is_not_defined_is_still_an_error(template: str) -> None:
    ours = direct(jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined))
    vars(ours)["show"] = shown(written)
    with pytest.raises(jinja2.UndefinedError, match="nothing"):
        ours.from_string(template).render(VALUES)
