"""What templates compile to: Jinja's code, with fewer steps for what each page does most.

Of a page's time, most went by on the way to what it shows: through a finalizer, then an escaper
that wraps each text in a class of its own; and on the way to each function, by the question whether
it takes the context of the template.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

# As many texts as are met again and again: words of the interface, names, ways to other pages.
_REMEMBERED = 1 << 14
_escaped = lru_cache(_REMEMBERED)(escape)


def shown(written: Callable[[Any], Any]) -> Callable[[Any], str]:
    """Give what makes markup of a value in one step.

    :param written: what writes values that are not texts

    >>> shown(str)("<b>"), shown(str)(Markup("<b>")), shown(str)(7)
    (Markup('&lt;b&gt;'), Markup('<b>'), Markup('7'))
    """

    def show(value: Any) -> str:
        kind = type(value)
        if kind is str:
            return _escaped(value)
        return value if kind is Markup else escape(written(value))

    return show


class TemplateCode(CodeGenerator):
    """Compiles templates; those in a sandbox call all as the sandbox does.

    The environment has the function that shows a value as its ``show``.
    """

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if self._is_escaped(frame):
            self.write("environment.show(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if self._is_escaped(frame):
            self.write(")")
        else:
            super()._output_child_post(node, frame, finalize)

    @staticmethod
    def _is_escaped(frame: Frame) -> bool:
        return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile

    def visit_Call(  # noqa: N802 - Jinja's
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """Call a function at once: none in our own templates asks for the context."""
        if self.environment.sandboxed or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")


def direct(environment: jinja2.Environment) -> jinja2.Environment:
    """Let an environment compile its templates to such code."""
    environment.code_generator_class = TemplateCode
    return environment
