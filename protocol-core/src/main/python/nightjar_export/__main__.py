"""Runs the command: `python -m nightjar_export`."""

import sys

from .cli import main

sys.exit(main())
