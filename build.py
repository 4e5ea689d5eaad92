"""Build the site from the content: `python build.py --help` tells how."""

from goalsheets.start import run

run()
