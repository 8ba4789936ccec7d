"""Several outlets as one: one that fails is let go, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from mimik.live.outlet import Description, Event, Outlet
    from mimik.live.recognition import Recognition

__all__ = ["SeveralOutlets"]


class SeveralOutlets:
    """An outlet that hands everything to each of others.

    Args:
        outlets: in the order in which they get things.
        on_failed: called with the error of an outlet that can't go on, such as where the disk is full. It is
            closed and gets nothing more.

    Attributes:
        failed: how many could not go on.
    """

    def __init__(
        self, outlets: Sequence[Outlet], on_failed: Callable[[MimikError], object] | None = None
    ) -> None:
        self._outlets = list(outlets)
        self._on_failed = on_failed
        self.failed = 0

    def open(self, description: Description) -> None:
        """Open all, or none: if one cannot begin, those that did are closed.

        Raises:
            MimikError: one cannot begin.
        """
        for number, outlet in enumerate(self._outlets):
            try:
                outlet.open(description)
            except BaseException:
                for opened in self._outlets[: number + 1]:
                    opened.close()
                raise

    def send(self, recognition: Recognition) -> None:
        """Take one recognition."""
        for outlet in self._outlets:
            try:
                outlet.send(recognition)
            except MimikError as error:
                self._let_go(outlet, error)

    def tell(self, event: Event) -> None:
        """Take what a rule asked for."""
        for outlet in self._outlets:
            try:
                outlet.tell(event)
            except MimikError as error:
                self._let_go(outlet, error)

    def close(self) -> None:
        """Close all, also if one of them fails at it; may be called twice."""
        for outlet in self._outlets:
            try:
                outlet.close()
            except MimikError as error:
                self._let_go(outlet, error, close=False)

    def _let_go(self, failed: Outlet, error: MimikError, *, close: bool = True) -> None:
        self.failed += 1
        # A new list: the old one is being gone through.
        self._outlets = [outlet for outlet in self._outlets if outlet is not failed]
        self._tell(error)
        if close:
            try:
                failed.close()
            except MimikError as another:
                self._tell(another)

    def _tell(self, error: MimikError) -> None:
        if self._on_failed is not None:
            self._on_failed(error)
