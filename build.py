"""Build the site from the content: `python build.py --help` tells how."""

import sys

from goalsheets.start import start

sys.exit(start())
