"""Run the Python functions that templates were turned into."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from markupsafe import _escape_inner, escape  # type: ignore[attr-defined]

from goalsheets.policies import PolicyCode
from goalsheets.workers import PlainError

PAGE, BLOCK, MACRO, VALUE = "page", "block_", "macro_", "value_"
"""How the functions and the values are named in the code of a template."""

_PLAIN = (str, int, date, PolicyCode)


class TemplateFaultError(PlainError):
    """Say what is wrong in a template, and in which line."""

    def __init__(self, template: str, line: int, words: object) -> None:
        super().__init__(f"テンプレート {template} の{line}行目に誤りがあります: {words}")


class Written(NamedTuple):
    """Hold what a template was turned into.

    `places` has the template's line for each line of the code; `imports` the macros of others with their templates.
    """

    name: str
    code: str
    places: tuple[int, ...]
    macros: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    parent: str


def printed(value: Any) -> str:
    """Escape what a template prints, and refuse what is not text: a blank must have been given words before."""
    return str(escape(value if isinstance(value, str) else plain(value)))


def as_json(value: Any) -> str:
    """Write a value as JSON that cannot end the element of a page in which it stands."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def plain(value: Any) -> str:
    """Return a text, a number, a date or a policy code as text."""
    if isinstance(value, _PLAIN):
        return str(value)
    message = f"not printable: {value!r}"
    raise TypeError(message)


class Templates:
    """Hold templates, each made of its code when it is first asked for; `names` are known to all."""

    def __init__(self, written: Callable[[str], Written], names: dict[str, Any]) -> None:
        self.written = written
        self.names = names
        self._made: dict[str, dict[str, Any]] = {}

    def page(self, name: str, values: dict[str, Any]) -> str:
        """Render a page from the values it shows."""
        return self._called(self.template(name)[PAGE])(_Values(values), {})

    def macro(self, name: str, macro: str) -> Callable[..., str]:
        """Return a macro as a function of its values that gives its HTML."""
        return self._called(self.template(name)[MACRO + macro])

    def template(self, name: str) -> dict[str, Any]:
        """Return the functions of a template, and what they know."""
        if name not in self._made:
            self._made[name] = self._run(self.written(name))
        return self._made[name]

    def _run(self, written: Written) -> dict[str, Any]:
        members: dict[str, Any] = {"escaped": _escape_inner, "printed": printed, "plain": plain, "as_json": as_json}
        members["lru_cache"] = lru_cache
        members.update({VALUE + key: value for key, value in self.names.items()})
        for macro, template in written.imports:
            members[MACRO + macro] = self.template(template)[MACRO + macro]
        if written.parent:
            members["parent"] = self.template(written.parent)[PAGE]
        try:
            code = compile(written.code, written.name, "exec")
        except SyntaxError as error:
            raise TemplateFaultError(written.name, written.places[(error.lineno or 1) - 1], error.msg) from error
        exec(code, members)  # noqa: S102 - made from our own templates
        return members

    def _called(self, function: Callable[..., None]) -> Callable[..., str]:
        """Return a function of a template as one that gives its HTML, and names the place of an error."""

        def call(*values: Any) -> str:
            pieces: list[str] = []
            try:
                function(pieces, *values)
            except Exception as error:
                self._tell(error)
                raise
            return "".join(pieces)

        return call

    def _tell(self, error: Exception) -> None:
        """Name the template and the line in which an error came up, if it came up in one."""
        from traceback import walk_tb  # noqa: PLC0415 - slow to load, and only needed on errors

        steps = ((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))
        found = [(name, self.written(name).places[line - 1]) for name, line in steps if name in self._made]
        if found:
            raise TemplateFaultError(*found[-1], error) from error


class _Values(dict[str, Any]):
    """Hold what a page shows."""

    def __missing__(self, name: str) -> Any:
        message = f"{name!r} is not known on this page"
        raise NameError(message)
