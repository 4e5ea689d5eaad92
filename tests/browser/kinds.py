"""Name one page of each kind, for the checks that need a browser."""

from __future__ import annotations

from tests.samples import CONTENT

EVALUATED = "sheet evaluated"
EXTREME = "sheet extreme"
CARRYING = "sheet that carries on"

KINDS = {
    "home": "",
    "year": "years/2024/",
    "goals of a year": "years/2024/goals/",
    "wards": "wards/",
    "ward": "wards/kita/",
    "ward without sheets": "wards/nishikan/",
    "departments": "departments/",
    "department": "departments/shimin-seikatsu/",
    "unit": "units/shimin-seikatsu/kocho-sodan/",
    EVALUATED: "sheets/2024/shimin-seikatsu/kocho-sodan/",
    "form": "sheets/2024/shimin-seikatsu/kocho-sodan/form/",
    "sheet planned": "sheets/2025/kita/sangyo-shinko/",
    "search": "search/",
    "data": "data/",
    "embed of a sheet": "embed/sheets/2024/shimin-seikatsu/kocho-sodan/",
    "embed of a unit": "embed/units/kita/kensetsu/",
    "policies": "policies/",
    "policy level 1": "policies/seisaku-13/",
    "policy level 2": "policies/seisaku-13-1/",
    "policy level 3": "policies/seisaku-13-1-2/",
    **{f"page {page.stem}": f"{page.stem}/" for page in sorted(CONTENT.glob("pages/*.md"))},
    "not found": "404.html",
}
"""Addresses on the site of the city's own sheets."""

EXTREMES = {
    "home extreme": "",
    "unit extreme": "units/kita/somu/",
    EXTREME: "sheets/2024/kita/somu/",
    CARRYING: "sheets/2025/kita/somu/",
    "form extreme": "sheets/2024/kita/somu/form/",
    "sheet bare": "sheets/2025/kita/kensetsu/",
    "embed extreme": "embed/sheets/2024/kita/somu/",
}
"""Addresses on the made-up site, which is served below `extreme/`."""

ALL = [*KINDS, *EXTREMES]
