"""What somebody who names a source wishes for, and how its parts are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mimik.errors import MimikError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mimik.clock import Clock

__all__ = ["Wish"]


@dataclass(frozen=True, slots=True)
class Wish:
    """A source to be opened.

    Attributes:
        text: as it was written.
        pattern: how sources of this kind are written, such as "lsl[:NAME]"; "" for a file.
        rest: what follows the kind and a colon.
        clock: gives the arrival times.
        number_of: from an identity to a device's number, where there may be several.
        face_model: the file of MediaPipe's FaceLandmarker.
        patience: seconds to wait for what must be there at once.
    """

    text: str
    pattern: str
    rest: str
    clock: Clock
    number_of: Callable[[str], int] | None
    face_model: Path | None
    patience: float

    def number(self, default: int) -> int:
        """Return the port or the camera's number that is all of the rest; raises MimikError."""
        return self._number(self.rest) if self.rest else default

    def address(self, default: int) -> tuple[str, int]:
        """Return the address and the port that the rest is; raises MimikError."""
        host, colon, port = (part.strip() for part in self.rest.partition(":"))
        if not host:
            raise self._misspelt()
        return host, self._number(port) if colon else default

    def _number(self, text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text) <= 65535):
            raise self._misspelt()
        return int(text)

    def _misspelt(self) -> MimikError:
        return MimikError(
            f"Expected {self.pattern}, found {self.text!r}.",
            hint="An address is what the app shows, such as 192.168.1.20. Ports are numbers up to 65535; "
            "Facemotion3d listens on 49993.",
        )
