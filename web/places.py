"""What is a place called in the reader's language?"""

from marketplace import taxonomy
from web import i18n


def english() -> bool:
    """Whether the reader reads English."""
    return i18n.current.get() is i18n.Language.EN


def place(code: str | None) -> str:
    """安徽省 滁州市; Chuzhou, Anhui; empty where the place is not known."""
    return taxonomy.region_label(code, english=english()) if code and taxonomy.region_of(code) else ""


def whole(code: str) -> str:
    """A place as one may type it again: 安徽省滁州市, or Chuzhou where there is no other."""
    region = taxonomy.region_of(code)
    if region is None:
        return code
    if english():
        meant, sure = taxonomy.places_like(taxonomy.english_name(region))
        if sure and meant[0] == region:
            return taxonomy.english_name(region)
    return taxonomy.full_name(region)


def industry(code: str | None) -> str:
    """3841 锂离子电池制造; the code alone where it is none of GB/T 4754."""
    if not code or taxonomy.industry_of(code) is None:
        return code or ""
    return f"{code} {taxonomy.industry_label(code, english=english())}"
