"""Templates that are compiled in a process beside are those that are compiled here, and their faults are told here."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from goalsheets.ahead import SHARED, SHEETS, compiled_ahead, compiler, pages_in
from goalsheets.compiling import Compiler
from goalsheets.rendering import TEMPLATES, Renderer
from goalsheets.templating import TemplateFaultError
from tests.samples import real_frame

ALL = [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.html"))]


def test_each_template_is_as_it_is_compiled_here() -> None:
    here = compiler(TEMPLATES)
    with compiled_ahead(TEMPLATES) as code:
        assert [code(name) for name in ALL] == [here(name) for name in ALL]


def test_every_page_and_all_that_it_needs_is_compiled_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    with compiled_ahead(TEMPLATES) as code:
        monkeypatch.setattr(Compiler, "written", None)
        assert [code(name).name for name in (*pages_in(TEMPLATES), *SHEETS, *ALL)]


@pytest.mark.parametrize("broken", ["pages/sheet.html", "components/cell.html", "pages/home.html"])
def test_a_fault_is_told_where_the_template_is_asked_for(tmp_path: Path, broken: str) -> None:
    folder = Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))
    (folder / broken).write_text("{{ site.title }}\n{% if %}", encoding="utf-8")
    with compiled_ahead(folder) as code:
        assert code("pages/document.html").name == "pages/document.html"
        with pytest.raises(TemplateFaultError) as caught:
            code(broken)
    words = "Expected an expression, got 'end of statement block'"
    assert str(caught.value) == f"テンプレート {broken} の2行目に誤りがあります: {words}"


def test_templates_know_the_names_that_they_are_compiled_with() -> None:
    assert Renderer(real_frame()).templates.names.keys() == SHARED
