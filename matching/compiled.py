"""How is a function compiled, and when is what was compiled before still the function that is written here?

numba keeps what it compiled beside the module, under a hash of that one file; but a caller's copy holds all it calls
and every number it reads, from whichever module. So what a module takes from others is part of the stamp here: whoever
changes a callee, a constant or the fields of a named tuple elsewhere is not answered by what was compiled before.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import TypeVar, cast

from numba import njit
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

Function = TypeVar("Function", bound=Callable[..., object])
_stamps: dict[str, str] = {}  # by module, as of its last compiled function; a module imported from is complete


class StampedCache(FunctionCache):
    """What numba keeps of a function, fresh only while what its module takes from others is the same too."""

    def __init__(self, function: Callable[..., object], stamp: str) -> None:
        super().__init__(function)  # type: ignore[no-untyped-call]
        self._cache_file._source_stamp = stamp


def compiled(**options: object) -> Callable[[Function], Function]:
    """Compile at the first call, for good: the next process loads it from the cache, where one can be written."""

    def make(function: Function) -> Function:
        found = njit(nogil=True, error_model="numpy", **options)(function)  # type: ignore[call-overload]
        stamp = _stamps[function.__module__] = _stamp(function)
        with suppress(RuntimeError):  # nowhere to write: neither beside the module nor at home
            found._cache = StampedCache(function, stamp)
        return cast("Function", found)

    return make


def _stamp(function: Callable[..., object]) -> str:
    """A hash of the file and of everything that came from other modules by now. Raises TypeError for a module's name:
    what is looked up in it would not be seen."""
    read = [function.__globals__.get(name) for name in function.__code__.co_names]
    package = function.__module__.partition(".")[0]
    if any(isinstance(each, ModuleType) and each.__name__.partition(".")[0] == package for each in read):
        raise TypeError(f"{function.__qualname__} reads a module: import what it reads by name")
    own = sha256(Path(function.__code__.co_filename).read_bytes())
    own.update("\n".join(_taken(function.__module__, function.__globals__)).encode())
    return own.hexdigest()


def _taken(module: str, names: Mapping[str, object]) -> list[str]:
    """What is there of numbers, of named tuples and of compiled functions of other modules, one line each."""
    found = []
    for name, value in sorted(names.items()):
        if name.startswith("__"):
            continue
        if isinstance(value, int | float | str | tuple):
            found.append(f"{name}={value!r}")
        elif isinstance(value, type) and hasattr(value, "_fields"):
            found.append(f"{name}={value._fields}")
        elif isinstance(value, Dispatcher) and value.py_func.__module__ != module:
            found.append(f"{name}={_stamps.get(value.py_func.__module__)}")
    return found


# No `nnan`, no `ninf`: a ratio may be infinite. No `fast`: what is exact must stay exact.
quick = compiled(fastmath={"contract", "reassoc", "nsz"})
exact = compiled()
