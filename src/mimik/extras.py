"""Optional parts of Mimik: what is said where one of them is not installed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from mimik.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["needs_extra"]


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a missing package into the advice which extra to install.

    Raises:
        MissingExtra: an import inside the ``with`` block found no package.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"This needs the optional part {extra!r} of Mimik; the package {error.name!r} is not installed.",
            hint=f"pip install 'mimik[{extra}]', or in a checkout: pip install -e '.[{extra}]'",
        ) from error
