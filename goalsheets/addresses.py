"""Name every address of the site, relative to its root; published addresses must not change."""

from __future__ import annotations

from goalsheets.model import Division, Goal, Plan, Unit
from goalsheets.parsing import Place
from goalsheets.policies import PolicyCode
from goalsheets.ratings import State, Tally

HOME = ""
WARDS = "wards/"
DEPARTMENTS = "departments/"
POLICIES = "policies/"
YEARS = "years/"
NOT_FOUND = "404.html"
ASSETS = "assets/"
SEARCH = "search/"
DATA = "data/"
SHEET_DATA = "sheet.json"
STRATML = "stratml.xml"
FORM_IN_EXCEL = "form.xlsx"
NEXT_FORM_IN_EXCEL = "next.xlsx"
ROWS = "rows.csv"
SEARCH_TABLE = "search/table.json"
EMBEDS = "embed/"
FEED = "feed.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"
PLAIN_PICTURE = "pictures/plain.png"
_POSTINGS = "search/pairs/"


def year_address(year: int) -> str:
    """Return the address of a fiscal year."""
    return f"years/{year}/"


def goals_address(year: int) -> str:
    """Return the address of the table of all goals of a fiscal year."""
    return f"years/{year}/goals/"


def division_address(division: Division) -> str:
    """Return the address of a ward or a department."""
    return f"{WARDS if division.kind == 'ward' else DEPARTMENTS}{division.slug}/"


def unit_address(division: Division, unit: Unit) -> str:
    """Return the address of a unit through the years."""
    return f"units/{division.slug}/{unit.slug}/"


def sheet_address(where: Place) -> str:
    """Return the address of a sheet."""
    return f"sheets/{where.year}/{where.division}/{where.unit}/"


def form_address(where: Place) -> str:
    """Return the address of a sheet laid out as the official form."""
    return f"{sheet_address(where)}form/"


def embed_address(address: str) -> str:
    """Return the address of what other sites show of a page in a frame."""
    return f"{EMBEDS}{address}"


def sheet_data_address(where: Place) -> str:
    """Return the address of a sheet as JSON."""
    return f"{sheet_address(where)}{SHEET_DATA}"


def stratml_address(where: Place) -> str:
    """Return the address of a sheet as StratML."""
    return f"{sheet_address(where)}{STRATML}"


def data_name(name: str, code: str | None) -> str:
    """Name a file of data by the convention of Japanese cities: with the municipal code before it, where one is set."""
    return f"{code}_{name}" if code else name


def folder_address(path: str) -> str:
    """Return the address of the folder in which a file is."""
    return path[: path.rfind("/") + 1]


def excel_address(where: Place) -> str:
    """Return the address of a sheet as an Excel file in the official form."""
    return f"{sheet_address(where)}{FORM_IN_EXCEL}"


def next_excel_address(where: Place) -> str:
    """Return the address of the form that the unit of a sheet fills in for the next year."""
    return f"{sheet_address(where)}{NEXT_FORM_IN_EXCEL}"


def sheet_files(where: Place, *, newest: bool) -> tuple[str, ...]:
    """Return the files that are made of a sheet alone, its page first; one more if it is the newest of its unit."""
    files = (
        file_of(sheet_address(where)),
        file_of(form_address(where)),
        sheet_data_address(where),
        stratml_address(where),
        file_of(embed_address(sheet_address(where))),
        excel_address(where),
    )
    return (*files, next_excel_address(where)) if newest else files


def goal_address(where: Place, goal: Goal) -> str:
    """Return the address of a goal on its sheet."""
    return f"{sheet_address(where)}#{goal_anchor(goal)}"


def goal_anchor(goal: Goal) -> str:
    """Return the name of a goal within its sheet."""
    return f"goal-{goal.number}"


def policy_address(plan: Plan, code: PolicyCode) -> str:
    """Return the address of a policy code, at any of its levels."""
    numbers = "-".join(str(number) for number in code.numbers)
    return f"{POLICIES}{plan.slug}-{numbers}/"


def document_address(slug: str) -> str:
    """Return the address of a Markdown page."""
    return f"{slug}/"


def file_of(address: str) -> str:
    """Return the file that a web server gives for an address."""
    return f"{address}index.html" if not address or address.endswith("/") else address


def feed_address(address: str) -> str:
    """Return the address of the feed that tells what is new on a page."""
    return f"{address}{FEED}"


def sitemap_part(number: int) -> str:
    """Return the file with a part of a site map that is too large for one file."""
    return f"sitemap-{number}.xml"


def picture_address(tally: Tally | None) -> str:
    """Return the address of the picture of a tally, or of that for pages without one."""
    return f"pictures/{'-'.join([str(tally[state]) for state in State])}.png" if tally else PLAIN_PICTURE


def postings_file(number: int) -> str:
    """Return the file with the postings of some pairs of letters."""
    return f"{_POSTINGS}{number:x}.txt"


def is_postings(path: str) -> bool:
    """Tell whether a file has postings."""
    return path.startswith(_POSTINGS)


def way_up(address: str) -> str:
    """Return the relative way from a page to the root of the site."""
    return "../" * address.count("/") or "./"
