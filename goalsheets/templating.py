"""Compile Jinja templates to plain Python: attributes read directly, macros called as functions.

Jinja looks every `goal.next` up as an attribute or else as a key, and sends every call through a dispatcher.
Our templates only see objects with attributes and call with positional arguments, so both can go: a page costs
a third of the time, and a name that does not exist is an error at once.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from markupsafe import Markup, escape

from goalsheets.policies import PolicyCode

RECURRING = frozenset(("bar", "rating", "tally_words", "site_header", "site_footer"))
"""The macros that are called again and again with the same few values: their HTML is kept."""

_SPECIAL = re.compile("[&<>\"']").search


def environment(templates: Path) -> Environment:
    """Make the environment that loads templates from a folder; what is printed is always escaped."""
    made = _Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.globals["printed"] = printed
    made.filters["markup"] = Markup
    return made


def printed(value: Any) -> str:
    """Escape what a template prints, and refuse what is not text: a blank must have been given words before."""
    kind = value.__class__
    if kind is str:
        return value if _SPECIAL(value) is None else escape(value)
    if kind is int:
        return str(value)
    if isinstance(value, str | int | date | PolicyCode):
        return escape(value)
    message = f"not printable: {value!r}"
    raise TypeError(message)


class _DirectCode(CodeGenerator):
    """Write the Python code of a template without Jinja's dispatch."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - the names are Jinja's
        self.macros = {macro.name for macro in node.find_all(nodes.Macro)}
        self.macros |= {str(name) for imported in node.find_all(nodes.FromImport) for name in imported.names}
        self.writeline("from functools import lru_cache")
        self.writeline("printed = environment.globals['printed']")
        super().visit_Template(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        self.visit(node.node, frame)
        self.write("[")
        self.visit(node.arg, frame)
        self.write("]")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802, ARG002
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:  # noqa: ARG002
        self.write(
            "lru_cache(None, typed=True)(macro)" if getattr(macro_ref.node, "name", "") in RECURRING else "macro"
        )

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:  # noqa: ARG002
        self.writeline(f"return concat({frame.buffer})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write("(" if self._is_macro_call(node) else "printed(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ARG002
        self.write(")")

    def _is_macro_call(self, node: nodes.Expr) -> bool:
        return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in self.macros


class _Environment(Environment):
    code_generator_class = _DirectCode

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Share one dict of globals between all templates instead of chaining one to each."""
        return {**self.globals, **d} if d else self.globals
