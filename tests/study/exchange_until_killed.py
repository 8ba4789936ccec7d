"""Packs, unpacks, joins or exports until it is killed: python exchange_until_killed.py WHAT FROM TO."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from mimik.study import Study
from mimik.study.bids import export_bids
from mimik.study.exchange import merge_study, pack_study, unpack_study


def stop(done: float, of: float | None) -> None:
    """Say that the middle is reached, and stay there."""
    if done >= (of or 1) * 0.7:
        print("in the middle", flush=True)
        time.sleep(60)


what, source, target = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if what == "pack":
    pack_study(Study.open(source), target, on_progress=stop)
elif what == "unpack":
    unpack_study(source, target, on_progress=stop)
elif what == "merge":
    merge_study(Study.open(target), source, on_progress=stop)
else:
    export_bids(Study.open(source), target, on_progress=stop)
