"""An attribute that is computed when it is first asked for, and kept.

That of `functools` takes a lock each time, in Python 3.11, which costs more than what it is used
for here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class LazyAttribute(Generic[_T]):
    """Makes an attribute of a method without arguments, as a decorator."""

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: object, _owner: type | None = None) -> _T:
        """Compute it; the value is found in the instance from then on."""
        value = self._compute(instance)
        instance.__dict__[self._name] = value
        return value
