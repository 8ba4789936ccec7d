"""The report: one HTML file that holds all an evaluation found, and fetches nothing."""

from __future__ import annotations

from mimik.extras import needs_extra

with needs_extra("learn"):
    from mimik.learn.report.rows import write_figures
    from mimik.learn.report.write import report_text, write_report

__all__ = ["report_text", "write_figures", "write_report"]
