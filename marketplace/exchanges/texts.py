"""What exactly do people agree to, word for word, and how is it told later that it was these words?"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
CONSENT, PROMISE = "consent", "promise"
CURRENT = {CONSENT: "1", PROMISE: "1"}  # an older text stays in its file: somebody agreed to it


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages. The Chinese binds; `sha256` is of both files, so that either tells a change."""

    version: str
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        """What a consent keeps of its text."""
        return hashlib.sha256(f"{self.zh}\0{self.en}".encode()).hexdigest()


@cache
def text_of(name: str, version: str = "") -> Text:
    """The text in force, or an earlier one."""
    version = version or CURRENT[name]
    zh, en = ((FOLDER / f"{name}-{version}.{lang}.md").read_text("utf-8") for lang in ("zh", "en"))
    return Text(version, zh, en)


@cache
def versions(name: str) -> tuple[str, ...]:
    """Every version there has been, the latest first."""
    found = (path.name.split("-")[1].split(".")[0] for path in FOLDER.glob(f"{name}-*.zh.md"))
    return tuple(sorted(found, key=int, reverse=True))
