"""Real servers say of every file what it is: by their own lists, and by what `docs/hosting.md` adds to nginx's."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from time import sleep
from urllib.parse import urlsplit

import pytest

from goalsheets.built import Built
from tests.samples import ROOT
from tests.site.serving import served

TYPES = {
    "html": {"text/html"},
    "css": {"text/css"},
    "js": {"text/javascript", "application/javascript"},
    "svg": {"image/svg+xml"},
    "png": {"image/png"},
    "txt": {"text/plain"},
    "xml": {"application/xml", "text/xml"},
    "json": {"application/json"},
    "csv": {"text/csv"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    "jsonld": {"application/ld+json"},
    "jsonl": {"application/jsonl"},
    "sqlite": {"application/vnd.sqlite3"},
}
"""What a file of each ending is."""

OF_PYTHON = ("html", "css", "js", "svg", "png", "txt", "xml", "json", "csv")
"""The endings that Python's own server knows on any machine."""

CONFIGURATION = """
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {types};
    {more}
    server {{
        listen unix:nginx.socket;
        root {site};
    }}
}}
"""

Tell = Callable[[str], str]


def examples(made: Built) -> dict[str, str]:
    """Return a file of each ending."""
    return {path.rpartition(".")[2]: path for path in made.files}


def told(connection: HTTPConnection, path: str) -> str:
    """Return what a server says that a file is."""
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    assert (answer.status, bool(answer.read())) == (HTTPStatus.OK, True)
    return answer.headers["Content-Type"] or ""


@pytest.fixture(scope="module")
def nginx(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tell]:
    """Run nginx, if it is there, with its own list and what is to be added; yield what tells a file's type."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is missing")
    built = subprocess.run([program, "-V"], capture_output=True, encoding="utf-8", check=True).stderr
    configured = re.search(r"--conf-path=(\S+)", built)
    assert configured
    more = re.search(r"```nginx\n(.*?)```", (ROOT / "docs/hosting.md").read_text(encoding="utf-8"), re.DOTALL)
    assert more
    folder = tmp_path_factory.mktemp("nginx")
    types = Path(configured[1]).with_name("mime.types")
    text = CONFIGURATION.format(types=types, more=more[1], site=site_folder)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    server = subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"], cwd=folder)
    try:
        while not (folder / "nginx.pid").exists():
            assert server.poll() is None
            sleep(0.05)

        def tell(path: str) -> str:
            connection = HTTPConnection("localhost")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(str(folder / "nginx.socket"))
            with closing(connection):
                return told(connection, path)

        yield tell
    finally:
        server.terminate()
        server.wait()


def test_every_ending_is_known_to_these_tests(made: Built) -> None:
    assert examples(made).keys() == TYPES.keys()


@pytest.mark.parametrize("ending", OF_PYTHON)
def test_python_s_server_says_what_a_file_is(made: Built, site_folder: Path, ending: str) -> None:
    with (
        served(site_folder, site_folder / "404.html") as host,
        closing(HTTPConnection(urlsplit(host).netloc)) as connection,
    ):
        kind = told(connection, examples(made)[ending])
    assert kind.partition(";")[0] in TYPES[ending]


@pytest.mark.parametrize("ending", TYPES)
def test_nginx_says_what_a_file_is(made: Built, nginx: Tell, ending: str) -> None:
    kind, _, charset = nginx(examples(made)[ending]).partition("; ")
    assert kind in TYPES[ending]
    assert charset == ("charset=utf-8" if ending in {"html", "css", "js", "txt", "xml", "csv"} else "")
