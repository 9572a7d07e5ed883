"""Dataclasses that are quick to load: what the standard library compiles anew for each class is shared by all.

``dataclasses.dataclass`` writes and compiles up to six functions a class, a third of a millisecond; for the hundred
classes before the first frame that took as long as loading NumPy. Here one is compiled, ``__init__``, and the others
are closures over the names of the fields. What a field is, and so `field`, `fields` and `replace`, is the standard
library's, as are the types: to a type checker this is the standard library's `dataclass`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(
        cls: type | None = None, /, *, eq: bool = True, frozen: bool = False, init: bool = True, kw_only: bool = False
    ) -> Any:
        """As the standard library's, with those of its options that are asked for here, and without `InitVar`."""
        if cls is None:
            return lambda cls: dataclass(cls, eq=eq, frozen=frozen, init=init, kw_only=kw_only)
        cls.__doc__ = cls.__doc__ or cls.__name__  # where there is none, one is made of the signature, in 5 ms
        dataclasses.dataclass(cls, init=False, repr=False, eq=False, kw_only=kw_only)
        of = dataclasses.fields(cls)
        made = [_shown(tuple(each.name for each in of if each.repr))]
        if init:
            made.append(_init(cls, of, frozen))
        if eq:
            made += _compared(tuple(each.name for each in of if each.compare))
        if eq and not frozen:
            cls.__hash__ = cls.__dict__.get("__hash__")
        if eq and frozen and "__eq__" in cls.__dict__ and cls.__dict__.get("__hash__") is None:
            del cls.__hash__  # that of a class with an __eq__ of its own is None
        if frozen:
            made += _frozen(cls, frozenset(each.name for each in of))
        for function in made:
            if function.__name__ not in cls.__dict__:  # what a class has of its own stays
                function.__qualname__ = f"{cls.__qualname__}.{function.__name__}"
                setattr(cls, function.__name__, function)
        return cls


def _init(cls: type, of: tuple[Field[Any], ...], frozen: bool) -> Callable[..., None]:
    """``__init__``, which alone is compiled: it is called thousands of times a second.

    Names of its own begin with two underscores, as no field does.
    """
    known: dict[str, Any] = {"__set": object.__setattr__, "__missing": MISSING, "__name__": cls.__module__}
    given: list[str] = []
    by_name: list[str] = []
    body: list[str] = []
    for each in of:
        name, value, default = each.name, each.name, ""
        if each.default_factory is not MISSING:
            known[f"__make_{name}"] = each.default_factory
            value, default = f"__make_{name}() if {name} is __missing else {name}", "=__missing"
        elif each.default is not MISSING:
            known[f"__default_{name}"] = each.default
            default = f"=__default_{name}"
        if each.init:
            (by_name if each.kw_only else given).append(name + default)
        elif each.default_factory is not MISSING:
            value = f"__make_{name}()"
        else:
            continue
        body.append(f'__set(__self, "{name}", {value})' if frozen else f"__self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("__self.__post_init__()")
    words = ["__self", *given, *(["*", *by_name] if by_name else [])]
    text = f"def __init__({', '.join(words)}):\n " + "\n ".join(body or ["pass"])
    exec(text, known)  # noqa: S102 - of the names of fields alone, as the standard library does it
    made: Callable[..., None] = known["__init__"]
    return made


def _values(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """The values of some fields."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda thing: tuple(getattr(thing, name) for name in names)


def _shown(names: tuple[str, ...]) -> Callable[..., Any]:
    @recursive_repr()
    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return __repr__


def _compared(names: tuple[str, ...]) -> Iterator[Callable[..., Any]]:
    values = _values(names)

    def __eq__(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(values(self))

    yield __eq__
    yield __hash__


def _frozen(cls: type[Any], names: frozenset[str]) -> Iterator[Callable[..., Any]]:
    def __setattr__(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    yield __setattr__
    yield __delattr__
