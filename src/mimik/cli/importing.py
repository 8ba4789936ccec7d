"""``mimik import``: recordings made by others become sessions of a study."""

from pathlib import Path
from typing import Annotated

import typer

from mimik.cli.console import notes, out, print_json, progress
from mimik.cli.options import Json, StudyFolder

__all__ = ["import_"]
