"""Build the site from the content: `python build.py --help` tells how."""

import sys

from goalsheets.command import main

sys.exit(main())
