"""The shape of the program: who may know whom, and what may not be used at all."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.samples import ROOT

PACKAGE = ROOT / "goalsheets"
TEMPLATES = ROOT / "templates"
TESTS = ROOT / "tests"

FLOW = (
    *("signals", "problems", "files", "folding", "syntax", "reading", "quick", "years", "policies", "ratings"),
    "licences",
    *(
        "figures",
        "fields",
        "model",
        "binding",
        "rules",
        "doubts",
        "text",
        "shaping",
        "parsing",
        "rows",
        "catalog",
        "past",
        "addresses",
        "elements",
        "cells",
        "columns",
        "agreement",
        "form",
        "pages",
        "feeds",
        "data",
        "stratml",
        "excel",
        "workbook",
        "letters",
        "likeness",
        "plan",
    ),
    "markup",
    *(
        "workers",
        "templating",
        "compiling",
        "ahead",
        "rendering",
        "audit",
        "names",
        "sheets",
        "watch",
        "disk",
        "publishing",
        "built",
        "cache",
    ),
    *(
        "order",
        "outcome",
        "indexes",
        "database",
        "exports",
        "holdings",
        "datapackage",
        "linked",
        "datasette",
        "descriptions",
        "dataset",
        "scratch",
        "picture",
        "sitemap",
        "postings",
        "table",
        "search",
        "looking",
        "making",
        "building",
        "command",
        "start",
    ),
)
HOMES = {
    "yaml": {"reading", "syntax", "folding"},
    "markdown": {"shaping"},
    "nh3": {"shaping"},
    "jinja2": {"compiling"},
    "markupsafe": {"compiling", "rendering", "templating"},
}
TOUCH_FILES = {
    "disk",
    *(
        "files",
        "compiling",
        "ahead",
        "picture",
        "rendering",
        "rows",
        "workers",
        "publishing",
        "cache",
        "database",
        "scratch",
        "making",
        "building",
        "command",
        "start",
    ),
}
COVERED_BY = {
    "addresses": "test_plan.py",
    "elements": "test_feeds.py",
    "table": "test_search.py",
    "markup": "test_audit.py",
    "model": "test_binding.py",
    "parsing": "test_catalog.py",
    "problems": "test_binding.py",
    "sheets": "test_rendering.py",
    "signals": "test_publishing.py",
    "disk": "test_publishing.py",
    "built": "test_building.py",
    "looking": "test_building.py",
    "scratch": "test_exports.py",
    "making": "test_building.py",
    "compiling": "test_templating.py",
    "order": "test_building.py",
    "pages": "test_plan.py",
    "outcome": "test_building.py",
    "watch": "test_command.py",
}
LATE = {
    "problems": {"difflib"},
    "binding": {"goalsheets.reading"},
    "parsing": {"goalsheets.shaping"},
    "templating": {"traceback"},
    "ahead": {"goalsheets.compiling"},
    "audit": {"html"},
    "building": {"goalsheets.ahead", "goalsheets.making"},
    "start": {"goalsheets.command"},
}
"""What is only loaded where it is needed."""
MAX_FUNCTION = 40
MAX_MODULE = 400


@cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[str]:
    """Yield the dotted names a module imports, wherever in it the import stands."""
    return imports_in(tree(module))


def imports_in(root: ast.AST) -> Iterator[str]:
    for node in ast.walk(root):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            if node.module == "goalsheets":
                yield from (f"goalsheets.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a chain of names; calls in it become `()`."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    return "()"


class TestModules:
    def test_the_flow_names_every_module(self) -> None:
        assert {path.stem for path in PACKAGE.glob("*.py")} == {"__init__", *FLOW}

    def test_the_package_itself_imports_nothing(self) -> None:
        assert list(imports("__init__")) == []

    @pytest.mark.parametrize("module", FLOW)
    def test_a_module_imports_only_those_before_it(self, module: str) -> None:
        before = {f"goalsheets.{name}" for name in FLOW[: FLOW.index(module)]}
        known = {name for name in imports(module) if name.startswith("goalsheets.")} - {"goalsheets.__version__"}
        assert known - before == set()

    def test_only_what_is_slow_to_load_and_seldom_needed_is_loaded_late(self) -> None:
        late = {
            module: {
                name
                for function in ast.walk(tree(module))
                if isinstance(function, ast.FunctionDef)
                for name in imports_in(function)
            }
            for module in FLOW
        }
        assert {module: names for module, names in late.items() if names} == LATE

    @pytest.mark.parametrize("module", FLOW)
    def test_a_third_party_package_stays_at_home(self, module: str) -> None:
        packages = {name.split(".")[0] for name in imports(module)} - sys.stdlib_module_names - {"goalsheets"}
        assert packages == {package for package in packages if module in HOMES.get(package, ())}

    def test_every_home_is_lived_in(self) -> None:
        used = {
            (package, module)
            for module in FLOW
            for package in {name.split(".")[0] for name in imports(module)} & set(HOMES)
        }
        assert used == {(package, module) for package, modules in HOMES.items() for module in modules}

    @pytest.mark.parametrize("module", FLOW)
    def test_a_module_is_short_and_so_are_its_functions(self, module: str) -> None:
        lines = (PACKAGE / f"{module}.py").read_text(encoding="utf-8").count("\n")
        long = {
            node.name: length
            for node in ast.walk(tree(module))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
        }
        assert (long, lines <= MAX_MODULE) == ({}, True)

    @pytest.mark.parametrize("module", FLOW)
    def test_a_module_has_its_tests(self, module: str) -> None:
        assert (TESTS / COVERED_BY.get(module, f"test_{module}.py")).is_file()

    def test_the_entry_holds_no_logic(self) -> None:
        body = ast.parse((ROOT / "build.py").read_text(encoding="utf-8")).body
        kinds = [type(node) for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]
        assert kinds == [ast.Expr, ast.Expr]


CHANCE = {"time", "random", "secrets", "uuid", "locale", "getpass", "platform", "socket", "tempfile"}
CLOCKS = {
    *("now", "utcnow", "today", "fromtimestamp", "time", "environ", "getenv", "urandom"),
    *("cpu_count", "process_cpu_count", "sched_getaffinity"),
}
ALLOWED = {
    "watch": {"time"},  # how long a build takes, shown and never written
    "publishing": {"time"},  # how long to wait for the workers of a build that was ended
    "cache": {"time", "now"},  # whether a file is so new that its time may come again
    "building": {"now"},
    "workers": {"sched_getaffinity"},  # how many workers; the pages do not depend on it
}
NETWORK = {"http", "ssl", "ftplib", "smtplib", "asyncio"}
READS = {
    "read_text",
    "read_bytes",
    "open",
    "iterdir",
    "glob",
    "rglob",
    "walk",
    "scandir",
    "listdir",
    "readlink",
}
WRITES = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rmdir",
    "rename",
    "symlink_to",
    "rmtree",
}
OWN_CODE = {"templating": {"exec", "compile"}}
DANGERS = {"eval", "exec", "compile", "__import__", "pickle", "marshal", "system", "popen", "from_string"}


class TestForbiddenCode:
    @pytest.mark.parametrize("module", FLOW)
    def test_no_clock_no_chance_no_surroundings_no_network(self, module: str) -> None:
        packages = {name.split(".")[0] for name in imports(module)}
        allowed = ALLOWED.get(module, set())
        assert packages & (CHANCE | NETWORK) - allowed == set()
        attributes = {node.attr for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute)}
        assert attributes & CLOCKS - allowed == set()
        named = {
            alias.name for node in ast.walk(tree(module)) if isinstance(node, ast.ImportFrom) for alias in node.names
        }
        assert named & (CLOCKS | {"datetime"}) == set()

    @pytest.mark.parametrize("module", sorted(set(FLOW) - TOUCH_FILES))
    def test_files_are_touched_only_at_both_ends(self, module: str) -> None:
        called = {dotted(node.func) for node in ast.walk(tree(module)) if isinstance(node, ast.Call)}
        methods = {name.rpartition(".")[2] for name in called if "." in name}
        assert methods & (READS | WRITES) == set()
        assert called & {"open", "print", "input"} == set()
        assert {name for name in imports(module) if name in {"os", "io", "shutil", "glob"}} == set()

    @pytest.mark.parametrize("module", FLOW)
    def test_nothing_runs_what_it_reads(self, module: str) -> None:
        names = {node.id for node in ast.walk(tree(module)) if isinstance(node, ast.Name)}
        methods = {
            dotted(node) for node in ast.walk(tree(module)) if isinstance(node, ast.Attribute) and node.attr in DANGERS
        }
        assert names & DANGERS == OWN_CODE.get(module, set())
        assert methods - {"re.compile"} == set()

    def test_only_what_was_written_from_a_template_is_run(self) -> None:
        run = [
            ast.unparse(node)
            for node in ast.walk(tree("templating"))
            if isinstance(node, ast.Call) and dotted(node.func) in DANGERS
        ]
        assert run == ["exec(code, members)", "compile(written.code, written.name, 'exec')"]

    @pytest.mark.parametrize("module", FLOW)
    def test_nothing_is_swallowed(self, module: str) -> None:
        caught = [
            dotted(node.type) if node.type else "everything"
            for node in ast.walk(tree(module))
            if isinstance(node, ast.ExceptHandler) and not isinstance(node.type, ast.Tuple)
            if not any(isinstance(inner, ast.Raise) for inner in node.body)
        ]
        told_to_the_parent = ["BaseException"] if module == "workers" else []
        assert [name for name in caught if name in {"everything", "Exception", "BaseException"}] == told_to_the_parent


TAG = re.compile(r"<[a-zA-Z][^<>]*>")
VALUE = "\N{REPLACEMENT CHARACTER}"
DATA = re.compile(r'<script type="application/ld\+json">\{\{ \w+ \| json \}\}</script>')
"""What tells search engines of a page: no script, and nothing in it can end it."""


def template_paths() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(TEMPLATES).as_posix() for path in paths]


def markup(path: Path) -> str:
    """Return a template as HTML without data, its statements taken out and each printed value as one letter."""
    text = DATA.sub("", path.read_text(encoding="utf-8"))
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", VALUE, text, flags=re.DOTALL)


def with_filter(name: str) -> list[str]:
    found = re.compile(rf"\|\s*{name}\b")
    return names([path for path in template_paths() if found.search(path.read_text(encoding="utf-8"))])


FORBIDDEN = {
    "a style": re.compile(r"<style\b|<[a-z]+\b[^<>]*\sstyle\s*=", re.IGNORECASE),
    "a script": re.compile(r"<script\b(?![^<>]*\ssrc=)", re.IGNORECASE),
    "an event": re.compile(r"<[a-z]+\b[^<>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a link that acts": re.compile(r"""=\s*["']?\s*(?:javascript|data|vbscript):""", re.IGNORECASE),
}
"""What no template writes into a page; and since all that is printed is escaped, no page has it."""

BAD = {
    "a style": [
        *("<style>p{}</style>", "<STYLE>p{}</STYLE>", '<p style="color:red">赤</p>'),
        *('<p class="x" style="color:red">赤</p>', '<p\nstyle = "x">赤</p>', "<p style={{ x }}>赤</p>"),
    ],
    "a script": [
        *("<script>x()</script>", '<script type="module">x()</script>', "<SCRIPT>{{ x }}</SCRIPT>"),
        '<script type="application/ld+json">{{ x }}</script>',
    ],
    "an event": [
        *('<p onclick="x()">押す</p>', "<svg onload=x()></svg>", '<p id="a" ONCLICK="x()">押す</p>'),
        '<p{% if x %} onclick="x()"{% endif %}>押す</p>',
    ],
    "a link that acts": ['<a href="javascript:x()">言葉</a>', "<img src=data:x>", '<a href=" VBScript:x">言葉</a>'],
}


def forbidden(path: Path) -> list[str]:
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(markup(path))]


class TestTemplates:
    def test_there_are_templates_to_look_at(self) -> None:
        assert len(template_paths()) > 10

    def test_no_template_and_no_asset_is_a_link(self) -> None:
        """J17: what a link in the folder of assets leads to would be published."""
        assert [path for path in TEMPLATES.rglob("*") if path.is_symlink()] == []

    def test_nothing_is_declared_safe(self) -> None:
        assert with_filter("safe") == []

    def test_only_a_page_of_markdown_is_printed_as_markup(self) -> None:
        assert with_filter("markup") == ["pages/document.html"]
        text = (TEMPLATES / "pages/document.html").read_text(encoding="utf-8")
        assert re.findall(r"\{\{[^}]*\|\s*markup\s*\}\}", text) == ["{{ document.html | markup }}"]

    def test_json_is_printed_only_where_it_is_data(self) -> None:
        assert with_filter("json") == ["pages/data.html"]
        text = (TEMPLATES / "pages/data.html").read_text(encoding="utf-8")
        assert re.findall(r"\|\s*json\b", DATA.sub("", text)) == []

    def test_escaping_is_never_switched_off(self) -> None:
        off = re.compile(r"autoescape|forceescape|\btojson\b|Markup\(")
        assert [path for path in template_paths() if off.search(path.read_text(encoding="utf-8"))] == []

    def test_values_in_tags_stand_between_quotes(self) -> None:
        bare = {
            path.name: tag
            for path in template_paths()
            for tag in TAG.findall(markup(path))
            if VALUE in re.sub(r"\"[^\"]*\"|'[^']*'", "", tag)
        }
        assert bare == {}

    def test_values_stand_in_no_script_no_style_and_no_event(self) -> None:
        inline = re.compile(
            r"<(script|style)\b[^>]*>(?:(?!</\1).)*\ufffd|\son[a-z]+\s*=|\sstyle\s*=",
            re.DOTALL | re.IGNORECASE,
        )
        assert names([path for path in template_paths() if inline.search(markup(path))]) == []

    def test_no_style_no_script_and_no_event_is_written_into_a_page(self) -> None:
        assert {path.name: found for path in template_paths() if (found := forbidden(path))} == {}

    @pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in BAD.items() for text in texts])
    def test_the_rule_above_would_see_it(self, tmp_path: Path, name: str, text: str) -> None:
        template = tmp_path / "bad.html"
        template.write_text(f"<main>\n{text}\n</main>", encoding="utf-8")
        assert forbidden(template) == [name]

    def test_the_rules_above_would_see_a_fault(self, tmp_path: Path) -> None:
        template = tmp_path / "bad.html"
        template.write_text(
            '<a title={{ x > 1 }}>{{ y }}</a>{% if a %}<p class="{{ z }}">{% endif %}', encoding="utf-8"
        )
        tags = [re.sub(r'"[^"]*"', "", tag) for tag in TAG.findall(markup(template))]
        assert [VALUE in tag for tag in tags] == [True, False]

    def test_a_component_with_a_style_has_a_template_beside_it(self) -> None:
        components = TEMPLATES / "components"
        styles = {path.stem for path in components.glob("*.css")}
        assert styles <= {path.stem for path in components.glob("*.html")}

    def test_templates_name_no_address_of_another_host(self) -> None:
        foreign = re.compile(r"""(?:href|src)\s*=\s*["']?(?:https?:)?//|@import|url\(""")
        files = [*template_paths(), *sorted(TEMPLATES.rglob("*.css"))]
        assert names([path for path in files if foreign.search(path.read_text(encoding="utf-8"))]) == []
