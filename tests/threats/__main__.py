"""Writes the page of attacks anew from the tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from threats.telling import PAGE, page
from threats.test_mutants import MODULES, WITHOUT_EFFECT

PAGE.write_text(page(MODULES, WITHOUT_EFFECT), "utf-8")
