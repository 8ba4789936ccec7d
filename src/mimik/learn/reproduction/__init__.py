"""The paper's whole experiment on a study, side by side with the published figures."""

from __future__ import annotations

from mimik.extras import needs_extra

with needs_extra("learn"):
    from mimik.learn.reproduction.all_frames import load_all_frames
    from mimik.learn.reproduction.page import write_page
    from mimik.learn.reproduction.reproduce import reproduce
    from mimik.learn.reproduction.reproduction import Reproduction

__all__ = ["Reproduction", "load_all_frames", "reproduce", "write_page"]
