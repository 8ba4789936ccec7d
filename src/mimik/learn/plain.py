"""Frozen dataclasses to plain data (what JSON can hold) and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from mimik.errors import DataError

__all__ = ["from_plain", "to_plain"]

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Turn dataclasses into dicts and tuples into lists, all the way down."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    return value


def from_plain(kind: type[T], data: Any, *, where: str) -> T:
    """Build a dataclass from what ``to_plain`` made of one.

    Args:
        kind: the dataclass. Its fields may be dataclasses, plain values, enums, ``tuple[X, ...]``,
            ``Mapping[str, X]``, or any of these ``| None``.
        data: plain data.
        where: names the data in errors.

    Raises:
        DataError: a field is missing or is not what its type says.
    """
    if not isinstance(data, Mapping):
        raise DataError(f"{where}: expected the fields of {kind.__name__}, got {type(data).__name__}")
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):  # type: ignore[arg-type]  # T is a dataclass, which TypeVar cannot say
        if field.name not in data:
            raise DataError(f"{where}: {field.name!r} of {kind.__name__} is missing")
        values[field.name] = _value(hints[field.name], data[field.name], f"{where}.{field.name}")
    return kind(**values)


def _value(hint: Any, data: Any, where: str) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        options = [arg for arg in args if arg is not NoneType]
        return None if data is None else _value(options[0], data, where)
    if origin is tuple:
        return tuple(_value(args[0], item, where) for item in _expect(list, data, where))
    if origin is Mapping:
        return {key: _value(args[1], item, where) for key, item in _expect(dict, data, where).items()}
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, data, where=where)
    return _scalar(hint, data, where)


def _scalar(hint: Any, data: Any, where: str) -> Any:
    if get_origin(hint) is not None:  # a Literal
        if data not in get_args(hint):
            raise DataError(f"{where}: expected one of {get_args(hint)}, got {data!r}")
        return data
    if hint is float:
        return float(_expect((int, float), data, where))
    if hint in (str, int, bool):
        return _expect(hint, data, where)
    try:
        return hint(data)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: {error}") from error


def _expect(kind: Any, data: Any, where: str) -> Any:
    if not isinstance(data, kind):
        raise DataError(f"{where}: expected {getattr(kind, '__name__', kind)}, got {data!r}")
    return data
