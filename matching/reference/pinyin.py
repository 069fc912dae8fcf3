"""How is a place or an industry written in pinyin, for search and for English pages?

By pypinyin, without tones, a space between syllables; the readings below mend what it gets wrong in names of places.
"""

import re
from functools import cache

# The first reading is the usual one in names of places: 长丰, 都昌, 曾都, 青藏.
SINGLE = {
    "长": "cháng,zhǎng",
    "都": "dū,dōu",
    "曾": "zēng,céng",
    "藏": "zàng,cáng",
    "漯": "luò,tà",
    "佛": "fó,fú",
    "勒": "lè,lēi",
    "什": "shí,shén",
    "涡": "guō,wō",
}
PHRASES = {
    "洪洞": ["hóng", "tóng"],
    "漯河": ["luò", "hé"],
    "长治": ["cháng", "zhì"],
    "长子县": ["zhǎng", "zǐ", "xiàn"],
    "单县": ["shàn", "xiàn"],
    "六合": ["lù", "hé"],
    "会稽": ["kuài", "jī"],
    "什邡": ["shí", "fāng"],
    "荥经": ["yíng", "jīng"],
    "闵行": ["mǐn", "háng"],
    "朝阳": ["cháo", "yáng"],
    "成长": ["chéng", "zhǎng"],
    "长洲": ["cháng", "zhōu"],
    "长庆": ["cháng", "qìng"],
    "乐平": ["lè", "píng"],
    "南乐": ["nán", "lè"],
    "民乐": ["mín", "lè"],
    "柏林": ["bǎi", "lín"],
    "马尾": ["mǎ", "wěi"],
    "蚌山": ["bèng", "shān"],
    "浚县": ["xùn", "xiàn"],
    "泊头": ["bó", "tóu"],
    "召陵": ["shào", "líng"],
    "龙圩": ["lóng", "xū"],
    "繁峙": ["fán", "shì"],
    "浪卡子": ["làng", "kǎ", "zǐ"],
    "储藏": ["chǔ", "cáng"],
    "冷藏": ["lěng", "cáng"],
    "收藏": ["shōu", "cáng"],
    "贮藏": ["zhù", "cáng"],
    "人参": ["rén", "shēn"],
}


def pinyin(text: str) -> str:
    """`合肥高新区` → `he fei gao xin qu`; Latin letters and digits stay, marks become spaces."""
    from pypinyin import lazy_pinyin  # a large dictionary: loaded only where words are written, never to read

    _mend()
    syllables = " ".join(lazy_pinyin(text)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", syllables))


@cache
def _mend() -> None:
    """Once: pypinyin rebuilds its whole word list each time."""
    from pypinyin import load_phrases_dict, load_single_dict

    load_single_dict({ord(char): reading for char, reading in SINGLE.items()})
    load_phrases_dict({word: [[reading] for reading in readings] for word, readings in PHRASES.items()})
