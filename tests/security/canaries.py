"""Which words stand in the confidential fields of the tests' world, and in which other forms might they escape?

Every canary is of signs that nothing else on the site holds, so that one hit is one leak and names its field.
"""

import html
import json
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc

# rare signs, each in one canary alone
POOL = (
    "骐骥翮翎飔黼黻鸑鷟氍毹璆琳珅瓒璩瑷璎琬琰珙璜玦瑗珂玕"
    "艨艟舳舻舸艄舫舴艋簋簠甗鬶鬲斝觥觚觯醴醪酎酲酡酴醑醅"
    "骅骝骢骧骎骖骓骠骒骘鹇鹔鹴鹡鸰鹣鹈鹕鸬鹚鹧鹮鹯鹳"
    "犏牦犍犊牯羝羖羱豳邠郇郐郯郾鄄鄌鄍鄏鄠鄩鄪鄫鄬"
    "滹沱潍沭沂泗洙洮湟澧澴滠溵滦潩灞浐泾沣涝潏滈"
    "蘅芷茝荃荪薜荔菖蒲藁芎莼芡薏苡苜蓿蒺藜茭茴芫荽"
    "筚篥箜篌筑缶埙篪瑟镈铙钲铎笙竽箫籥龠"
    "蟠螭虬虺蚴蟉蜥蜴螈鼋鼍鳖鼉鲛鳐鲟鳇鲥鲚鲃"
)
SIZE = 7  # seven initials collide with nothing by chance


@dataclass(frozen=True, slots=True)
class Canary:
    """One confidential value: whose, which field, and how it is written."""

    owner: str
    field: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.field}"

    @property
    def forms(self) -> tuple[str, ...]:
        """The value and what it becomes in addresses, JSON, pinyin and initials; lower-case."""
        return forms_of(self.text)


@cache
def forms_of(text: str) -> tuple[str, ...]:
    """What a text becomes on its way out."""
    made = [text, quote(text), json.dumps(text)[1:-1], html.escape(text)]
    made += [text.encode("ascii", "xmlcharrefreplace").decode()]
    if re.search("[\u3400-\u9fff]", text):
        syllables = lazy_pinyin(text)
        made += ["".join(syllables), " ".join(syllables), "-".join(syllables)]
        made += ["".join(lazy_pinyin(text, style=Style.FIRST_LETTER))]
    return tuple(dict.fromkeys(form.lower() for form in made))


def chinese(place: int) -> str:
    """Seven rare signs, others for every place."""
    signs = "".join(dict.fromkeys(POOL))
    begin = (place * SIZE) % (len(signs) - SIZE)
    turn = place * SIZE // (len(signs) - SIZE)
    word = signs[begin : begin + SIZE]
    return word[turn:] + word[:turn]  # a second round turns the word: still none of the first round's


def code_of(place: int) -> str:
    """A 统一社会信用代码 with the right check sign."""
    body = f"91340100MA{place:07d}"
    return body + uscc.calc_check_digit(body)


def hits(text: str, canaries: list[Canary]) -> list[str]:
    """The names of the canaries that a text holds in any form."""
    folded = text.lower()
    return [canary.name for canary in canaries if any(_holds(folded, form) for form in canary.forms)]


def _holds(text: str, form: str) -> bool:
    """A number alone: not four digits within a longer one, or within a random id."""
    if form not in text:
        return False
    if not re.fullmatch(r"[\d.,]+", form):
        return True
    return re.search(rf"(?<![\w.,-]){re.escape(form)}(?![\w,-]|\.\d)", text) is not None
