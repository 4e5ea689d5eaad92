"""Turn Jinja templates into the source of plain Python functions that write one list of pieces.

Jinja parses them; the code is ours, because a page has hundreds of pieces, and Jinja looks each `goal.next` up in two
ways and passes each piece through a chain of generators. A name that does not exist is an error with file and line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateError, nodes
from jinja2.parser import Parser
from jinja2.visitor import NodeVisitor
from markupsafe import escape

from goalsheets.markup import forbidden
from goalsheets.templating import BLOCK, MACRO, PAGE, VALUE, TemplateFaultError, Written

RECURRING = frozenset(("bar", "policy_links", "rating", "site_footer", "site_header", "tally_words"))
"""The macros that are called again and again with the same few values: their HTML is kept."""

_KEPT = 4096
_COMPARED = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in"}
_PRINTED = {"markup": "str({})", "json": "as_json({})", "breaks": "escaped({}).replace('\\n', '<br>')"}
_ARGUMENTS = ("args", "kwargs", "dyn_args", "dyn_kwargs")
_LOOP = {"first": "{0} == 0", "last": "{0} == len(found_{0}) - 1", "index": "{0} + 1"}

Scope = dict[str, str]
"""The Python names of the names that a place in a template sees."""


class Compiler:
    """Compile the templates of a folder, each when it is first asked for; the `shared` names are known to all."""

    def __init__(self, folder: Path, shared: Collection[str]) -> None:
        self.folder = folder
        self.shared = shared
        self._parser = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)
        self.made: dict[str, Written] = {}
        self._begun: list[str] = []

    def written(self, name: str) -> Written:
        """Return the code of a template."""
        if name not in self.made:
            self._begun.append(name)
            try:
                self.made[name] = self._compile(name)
            except RecursionError as error:
                raise TemplateFaultError(name, 1, "nested too deeply") from error
            finally:
                self._begun.pop()
        return self.made[name]

    def _compile(self, name: str) -> Written:
        tree = self._parsed(name)
        imports: list[tuple[str, str]] = []
        parent = ""
        for node in tree.body:
            if isinstance(node, nodes.FromImport):
                other = self._other(name, node)
                for macro in node.names:
                    if macro not in other.macros:
                        words = f"{other.name} has no macro {macro!r}"
                        raise TemplateFaultError(name, node.lineno, words)
                    imports.append((str(macro), other.name))
            elif isinstance(node, nodes.Extends):
                parent = self._other(name, node).name
        writer = _Writer(name, self.shared, [macro for macro, _ in imports])
        writer.visit(tree)
        code = "\n".join(writer.lines)
        return Written(name, code, tuple(writer.places), tuple(sorted(writer.macros)), tuple(imports), parent)

    def _parsed(self, name: str) -> nodes.Template:
        try:
            source = (self.folder / name).read_text(encoding="utf-8")
            tree = nodes.Template(Parser(self._parser, source, name).subparse(), lineno=1)
        except TemplateError as error:
            raise TemplateFaultError(name, getattr(error, "lineno", 1), error.message) from error
        except OSError as error:
            raise TemplateFaultError(name, 1, error.strerror) from error
        except UnicodeDecodeError as error:
            raise TemplateFaultError(name, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8") from error
        if fault := next(forbidden(source), None):
            raise TemplateFaultError(name, *fault)
        return tree

    def _other(self, name: str, node: nodes.FromImport | nodes.Extends) -> Written:
        """Return the template that another is made with."""
        if not isinstance(node.template, nodes.Const):
            raise TemplateFaultError(name, node.lineno, "a template is named in quotes")
        other = str(node.template.value)
        if other in self._begun:
            raise TemplateFaultError(name, node.lineno, f"{other} needs this template itself")
        return self.written(other)


class _Writer(NodeVisitor):
    """Write the code of one template: a function for the page and one for each block and macro.

    A function takes the list of pieces that it adds to; a page and a block take the values shown, too.
    """

    def __init__(self, template: str, shared: Collection[str], imported: Iterable[str]) -> None:
        self.template = template
        self.shared = shared
        self.macros = set(imported)
        self.lines: list[str] = []
        self.places: list[int] = []
        self.depth = 0
        self.line = 1
        self.on_page = False
        self.used = 0
        self.counted: set[str] = set()
        self.blocks: list[nodes.Block] = []

    def generic_visit(self, node: nodes.Node, *_: Any, **__: Any) -> Any:
        raise TemplateFaultError(self.template, node.lineno or self.line, f"{type(node).__name__} cannot be used here")

    def refuse(self, node: nodes.Node, *parts: str) -> None:
        """Refuse what Jinja knows and the code written here would pass over."""
        for part in parts:
            if getattr(node, part):
                raise TemplateFaultError(self.template, node.lineno, f"{part} cannot be used here")

    def write(self, code: str, line: int = 0) -> None:
        self.lines.append("    " * self.depth + code)
        self.places.append(line or self.line)

    @contextmanager
    def indented(self, code: str) -> Iterator[None]:
        self.write(code)
        self.depth += 1
        yield
        self.write("pass")
        self.depth -= 1

    def body(self, found: Iterable[nodes.Node], scope: Scope) -> None:
        for node in found:
            self.line = node.lineno or self.line
            self.visit(node, scope)

    def branch(self, found: Iterable[nodes.Node], scope: Scope) -> None:
        """Write what may be passed over; a name that were set there would keep an older value."""
        for node in found:
            if isinstance(node, nodes.Assign):
                raise TemplateFaultError(self.template, node.lineno, "a name cannot be set in a branch")
        self.body(found, scope)

    # What stands at the top of a template

    def visit_Template(self, node: nodes.Template) -> None:  # noqa: N802 - the names are those of Jinja's nodes
        macros = [child for child in node.body if isinstance(child, nodes.Macro)]
        self.macros |= {macro.name for macro in macros}
        for macro in macros:
            self.macro(macro)
        self.on_page = True
        extends = any(isinstance(child, nodes.Extends) for child in node.body)
        with self.indented(f"def {PAGE}(pieces, values, blocks):"):
            self.write("blocks = {**OWN, **blocks}")
            if extends:
                self.blocks += [child for child in node.body if isinstance(child, nodes.Block)]
                self.write("parent(pieces, values, blocks)")
            else:
                self.body((child for child in node.body if not isinstance(child, nodes.Macro | nodes.FromImport)), {})
        for block in self.blocks:
            with self.indented(f"def {BLOCK}{block.name}(pieces, values, blocks):"):
                self.body(block.body, {})
        self.write(f"OWN = {{{', '.join(f'{block.name!r}: {BLOCK}{block.name}' for block in self.blocks)}}}")

    def visit_Block(self, node: nodes.Block, scope: Scope) -> None:  # noqa: N802, ARG002
        self.refuse(node, "required", "scoped")
        self.blocks.append(node)
        self.write(f"blocks[{node.name!r}](pieces, values, blocks)")

    def macro(self, node: nodes.Macro) -> None:
        self.refuse(node, "defaults")
        scope = {argument.name: f"{VALUE}{argument.name}_0" for argument in node.args}
        self.line = node.lineno
        if node.name in RECURRING:
            self.write(f"@lru_cache({_KEPT}, typed=True)")
            with self.indented(f"def {MACRO}{node.name}({', '.join(scope.values())}):"):
                self.write("pieces = []")
                self.body(node.body, scope)
                self.write("return ''.join(pieces)")
        else:
            with self.indented(f"def {MACRO}{node.name}({', '.join(('pieces', *scope.values()))}):"):
                self.body(node.body, scope)

    # Statements

    def visit_Output(self, node: nodes.Output, scope: Scope) -> None:  # noqa: N802
        pieces: list[tuple[int, str]] = []
        for child in node.nodes:
            self.line = child.lineno
            if (macro := self.macro_of(child)) and macro not in RECURRING:
                self.add(pieces)
                self.write(f"{MACRO}{macro}({', '.join(('pieces', *self.arguments(child, scope)))})")
                pieces = []
            elif macro:
                pieces.append((self.line, f"{MACRO}{macro}({', '.join(self.arguments(child, scope))})"))
            else:
                pieces.append((self.line, self.printed(child, scope)))
        self.add(pieces)

    def add(self, pieces: list[tuple[int, str]]) -> None:
        """Write pieces with their lines, each on a line of its own, so that an error in one can be placed."""
        if len(pieces) == 1:
            line, piece = pieces[0]
            self.write(f"pieces.append({piece})", line)
        elif pieces:
            self.write("pieces += (")
            for line, piece in pieces:
                self.write(f"{piece},", line)
            self.write(")")

    def macro_of(self, node: nodes.Node) -> str:
        """Return the name of the macro that is called; nothing where none is."""
        called = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name
        return str(called) if called in self.macros else ""

    def printed(self, node: nodes.Node, scope: Scope) -> str:
        """Return the code for what is printed, escaped."""
        if isinstance(node, nodes.TemplateData):
            return repr(node.data)
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            return repr(str(escape(node.value)))
        if isinstance(node, nodes.CondExpr) and node.expr2:
            one, other = self.printed(node.expr1, scope), self.printed(node.expr2, scope)
            return f"({one} if {self.visit(node.test, scope)} else {other})"
        if isinstance(node, nodes.Filter) and node.node and node.name in _PRINTED:
            self.refuse(node, *_ARGUMENTS)
            return _PRINTED[node.name].format(self.visit(node.node, scope))
        value = self.visit(node, scope)
        return (
            f"(escaped(value) if (value := {value}).__class__ is str"
            " else str(value) if value.__class__ is int else printed(value))"
        )

    def visit_If(self, node: nodes.If, scope: Scope) -> None:  # noqa: N802
        with self.indented(f"if {self.visit(node.test, scope)}:"):
            self.branch(node.body, scope)
        for other in node.elif_:
            self.line = other.lineno
            with self.indented(f"elif {self.visit(other.test, scope)}:"):
                self.branch(other.body, scope)
        if node.else_:
            with self.indented("else:"):
                self.branch(node.else_, scope)

    def visit_For(self, node: nodes.For, scope: Scope) -> None:  # noqa: N802
        """Write a loop; what it names ends with it, and `loop` knows first, last and index."""
        self.refuse(node, "test", "recursive")
        self.used += 1
        number = f"loop_{self.used}"
        found = f"found_{number}"
        inner = {**scope, "loop": number}
        self.write(f"{found} = {self.visit(node.iter, scope)}")
        target, head = self.target(node.target, inner), len(self.lines)
        with self.indented(f"for {target} in {found}:"):
            self.body(node.body, inner)
        if number in self.counted:
            self.lines[head] = "    " * self.depth + f"for {number}, {target} in enumerate({found}):"
        if node.else_:
            with self.indented(f"if not {found}:"):
                self.branch(node.else_, scope)

    def target(self, node: nodes.Node, scope: Scope) -> str:
        """Name what a loop or a `set` gives values to."""
        if isinstance(node, nodes.Tuple):
            return f"({', '.join(self.target(item, scope) for item in node.items)})"
        if not isinstance(node, nodes.Name):
            raise TemplateFaultError(self.template, node.lineno, "only a name can be set")
        scope[node.name] = f"{VALUE}{node.name}_{self.used}"
        return scope[node.name]

    def visit_Assign(self, node: nodes.Assign, scope: Scope) -> None:  # noqa: N802
        value = self.visit(node.node, scope)
        self.write(f"{self.target(node.target, scope)} = {value}")

    # Expressions

    def visit_Name(self, node: nodes.Name, scope: Scope) -> str:  # noqa: N802
        if node.name in scope:
            return scope[node.name]
        if node.name in self.shared:
            return f"{VALUE}{node.name}"
        if self.on_page:
            return f"values[{node.name!r}]"
        raise TemplateFaultError(self.template, node.lineno, f"{node.name!r} is not known in this macro")

    def visit_Const(self, node: nodes.Const, scope: Scope) -> str:  # noqa: N802, ARG002
        return repr(node.value)

    def visit_Getattr(self, node: nodes.Getattr, scope: Scope) -> str:  # noqa: N802
        if isinstance(node.node, nodes.Name) and node.node.name == "loop" and "loop" in scope and node.attr in _LOOP:
            self.counted.add(scope["loop"])
            return f"({_LOOP[node.attr].format(scope['loop'])})"
        return f"{self.visit(node.node, scope)}.{node.attr}"

    def visit_Getitem(self, node: nodes.Getitem, scope: Scope) -> str:  # noqa: N802
        return f"{self.visit(node.node, scope)}[{self.visit(node.arg, scope)}]"

    def visit_Call(self, node: nodes.Call, scope: Scope) -> str:  # noqa: N802
        if self.macro_of(node):
            raise TemplateFaultError(self.template, node.lineno, "a macro can only be printed")
        return f"{self.visit(node.node, scope)}({', '.join(self.arguments(node, scope))})"

    def arguments(self, node: nodes.Node, scope: Scope) -> list[str]:
        assert isinstance(node, nodes.Call)
        if node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise TemplateFaultError(self.template, node.lineno, "values are given in their order, without names")
        return [self.visit(argument, scope) for argument in node.args]

    def visit_Filter(self, node: nodes.Filter, scope: Scope) -> str:  # noqa: N802
        if node.name != "length" or node.node is None:
            raise TemplateFaultError(self.template, node.lineno, f"the filter {node.name!r} cannot be used here")
        self.refuse(node, *_ARGUMENTS)
        return f"len({self.visit(node.node, scope)})"

    def visit_Test(self, node: nodes.Test, scope: Scope) -> str:  # noqa: N802
        if node.name != "none":
            raise TemplateFaultError(self.template, node.lineno, f"the test {node.name!r} cannot be used here")
        self.refuse(node, *_ARGUMENTS)
        return f"({self.visit(node.node, scope)} is None)"

    def visit_Concat(self, node: nodes.Concat, scope: Scope) -> str:  # noqa: N802
        return f"''.join(({', '.join(f'plain({self.visit(item, scope)})' for item in node.nodes)}))"

    def visit_CondExpr(self, node: nodes.CondExpr, scope: Scope) -> str:  # noqa: N802
        other = self.visit(node.expr2, scope) if node.expr2 else "''"
        return f"({self.visit(node.expr1, scope)} if {self.visit(node.test, scope)} else {other})"

    def visit_Compare(self, node: nodes.Compare, scope: Scope) -> str:  # noqa: N802
        operands = (f"{_COMPARED[operand.op]} {self.visit(operand.expr, scope)}" for operand in node.ops)
        return f"({self.visit(node.expr, scope)} {' '.join(operands)})"

    def visit_unary(self, node: nodes.UnaryExpr, scope: Scope) -> str:
        return f"({node.operator} {self.visit(node.node, scope)})"

    def visit_binary(self, node: nodes.BinExpr, scope: Scope) -> str:
        return f"({self.visit(node.left, scope)} {node.operator} {self.visit(node.right, scope)})"

    visit_Not = visit_Neg = visit_unary  # noqa: N815
    visit_And = visit_Or = visit_Add = visit_Sub = visit_binary  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple, scope: Scope) -> str:  # noqa: N802
        return f"({''.join(f'{self.visit(item, scope)}, ' for item in node.items)})"
