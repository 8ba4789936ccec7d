"""A study as Motion-BIDS: plain folders and tables that other laboratories and archives know how to read."""

from __future__ import annotations

from mimik.study.bids.export import BidsExport, export_bids

__all__ = ["BidsExport", "export_bids"]
