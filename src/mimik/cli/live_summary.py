"""What ``mimik live`` says at its end."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from mimik.cli.console import counted, notes, out, synthetic

__all__ = ["show_summary"]


def show_summary(summary: dict[str, Any]) -> None:
    """Print what was shown for how long, per device, and how fast it was recognised."""
    if summary["synthetic"]:
        out.print(synthetic("Simulated people are in it: of no use on real faces."))
    if not summary["devices"]:
        notes.print(
            "No frames came. Same network, app in the foreground and allowed to use the network, no firewall?"
        )
        return
    table = Table(box=None, pad_edge=False)
    for column in ("device", "shown"):
        table.add_column(column)
    for column in ("seconds", "share"):
        table.add_column(column, justify="right")
    for number, device in summary["devices"].items():
        _rows(table, number, device)
    out.print(table)
    for number, device in summary["devices"].items():
        rate = device["frames_per_second"]
        out.print(
            f"Device {number}: {counted(device['frames'], 'frame')}"
            + (f", {rate:.1f} a second" if rate else "")
            + f"; {counted(device['changes'], 'change')}."
        )
    latency = summary["latency_ms"]
    if latency["p50"] is not None:
        out.print(f"From arrival to label: {latency['p50']} ms (median), {latency['p99']} ms (99 %).")
    if summary["events"]:
        events = ", ".join(f"{rule} {times}" for rule, times in summary["events"].items())
        out.print(f"Events: {events}.")


def _rows(table: Table, number: str, device: dict[str, Any]) -> None:
    whole = sum(device["seconds"].values())
    for said, seconds in device["seconds"].items():
        share = 100 * seconds / whole if whole else 0.0
        table.add_row(number, said, f"{seconds:.1f}", f"{share:.0f} %")
