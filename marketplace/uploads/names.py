"""Under which name is a file shown? Never a path: what is kept is found by an id of ours."""

import re
import unicodedata

MOST_SIGNS = 80
_SPACES = re.compile(r"\s+")
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
_HELD = frozenset('<>:"|?*;%')  # signs a file system or a header would read as its own


def shown_name(name: str, suffix: str, *, otherwise: str = "document") -> str:
    """The last part of a name without control, invisible and direction signs, with the suffix of what is inside."""
    text = unicodedata.normalize("NFKC", name).replace("\\", "/").rpartition("/")[2]
    kept = (sign for sign in text if sign.isspace() or unicodedata.category(sign) not in _UNSEEN)
    text = _SPACES.sub(" ", "".join(sign for sign in kept if sign not in _HELD)).strip()
    stem = text[: -len(suffix)] if text.casefold().endswith(suffix) else text.rpartition(".")[0] or text
    return f"{stem[:MOST_SIGNS].strip(' .') or otherwise}{suffix}"


def suffix_of(name: str) -> str:
    """The last ending of a name, in small letters: `.pdf`."""
    stem, dot, ending = unicodedata.normalize("NFKC", name).strip().rpartition(".")
    return f".{ending.casefold()}" if dot and stem else ""
