"""Which trades are bound to a chemical park, which are screened as 两高, and does a code lie among them?"""

from functools import lru_cache

from matching.reference import gbt

# Source: GB/T 4754-2017 C25 and 261 to 266; 267 (explosives) and 268 (household chemicals) are not bound to a 化工园区.
CHEMICAL = ("25", "261", "262", "263", "264", "265", "266")
# Source: 环环评〔2021〕45号: coal power, petrochemicals and coking, chemicals, steel, smelting, building materials. The
# document names six trades, provinces list the processes; of 30 these are cement, lime and gypsum, brick, flat glass,
# building and sanitary ceramics, refractories and carbon, which every provincial list read so far holds.
HIGH_ENERGY = ("251", "252", "26", "301", "3031", "3041", "3071", "3072", "3089", "3091", "31", "321", "322", "323")
COAL_FIRED = ("4411", "4412", "443")


def covers(above: str, code: str) -> bool:
    """Whether a GB/T 4754 code is `above` or lies below it; a section is a letter, the rest are digits."""
    if code == above or (above.isdigit() and code.startswith(above)):
        return True
    industry = gbt().get(code)
    return industry is not None and industry.section == above


@lru_cache(maxsize=8192)
def touched(codes: tuple[str, ...], industry: str) -> bool:
    """Whether the industry is one of these, or names a division or group that holds some of them."""
    return industry.isdigit() and any(covers(code, industry) or covers(industry, code) for code in codes)
