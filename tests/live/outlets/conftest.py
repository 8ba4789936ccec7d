"""LSL reads its settings once, on its first call: they are named before any test can make one."""

from __future__ import annotations

import os
from pathlib import Path

os.environ["LSLAPICFG"] = str(Path(__file__).with_name("lsl_api.cfg"))
