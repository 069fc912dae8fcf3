"""Which parks does a code of a park or of a region mean?"""

from difflib import get_close_matches

from matching.errors import Fault, InputError
from matching.index import Index
from matching.reference import regions

REGION_DIGITS = (2, 4, 6)


def parks_in(index: Index, where: str, code: str) -> list[str]:
    """The park of this code, or every park in the region of this adcode (2, 4 or 6 digits). Raises InputError."""
    asked = code.strip()
    if asked in index.row_of:
        return [asked]
    if not asked.isascii() or not asked.isdigit() or len(asked) not in REGION_DIGITS:
        raise InputError([_no_park(index, where, asked)])
    inside, _ = index.columns.within((asked,))
    found = [park.code for park, here in zip(index.parks, inside, strict=True) if here]
    if found:
        return found
    if asked.ljust(6, "0") in regions():
        raise InputError([Fault(where, "No park lies in {place}.", {"place": _name(asked)})])
    raise InputError([_no_region(where, asked)])


def _no_park(index: Index, where: str, asked: str) -> Fault:
    near = get_close_matches(asked.upper(), index.row_of, 1)
    if near:
        name = index.parks[index.row_of[near[0]]].name
        message = "There is no park {code}; did you mean {near} {name}?"
        return Fault(where, message, {"code": asked, "near": near[0], "name": name})
    return Fault(where, "{code} is neither a park's code nor an adcode of 2, 4 or 6 digits.", {"code": asked})


def _no_region(where: str, asked: str) -> Fault:
    near = get_close_matches(asked.ljust(6, "0"), list(regions()), 1)
    message = "There is no region {code}; did you mean {near} {name}?"
    if not near:
        return Fault(where, "{code} is neither a park's code nor an adcode of 2, 4 or 6 digits.", {"code": asked})
    return Fault(where, message, {"code": asked, "near": near[0], "name": regions()[near[0]].name})


def _name(asked: str) -> str:
    region = regions().get(asked.ljust(6, "0"))
    return asked if region is None else f"{asked} {region.name}"
