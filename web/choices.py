"""What did the reader mean by the words typed for an industry or a place?

People type 锂电池, 3841 or 上海嘉定 where the fields hold codes. What is clear becomes a code; what is not comes back
as choices under the field.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from marketplace import needs, taxonomy
from marketplace.errors import Fault, Refusal
from marketplace.needs import Need, NeedFields
from marketplace.taxonomy import Choice
from web import places
from web.forms import Form, Typed

PLACES = ("origin", "hq")
REGIONS = ("only", "prefer", "exclude")
_CODE = re.compile(r"\s*([A-Ta-t]|\d{2,4})(?:\s|$)")
_BETWEEN = re.compile(r"[、,，;；\n]+")
PROVINCE_DIGITS = 2
PLACES_MOST, LETTERS_MOST = 50, 40  # each word is looked up among all names, which takes a while
INDUSTRY_LETTERS_MOST, READ_MOST = 80, 4000  # of the words of an industry; of a description


@dataclass(slots=True)
class Meant:
    """Typed values with codes in place of words, what could not be told, and what to choose from."""

    values: dict[str, list[str]]
    faults: list[Fault] = field(default_factory=list)
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def meant(typed: Typed) -> Meant:
    """Reads industry, places, regions and weights of a posted need."""
    filled = {name: [text for text in texts if text.strip()] for name, texts in typed.items()}
    found = Meant({name: texts for name, texts in filled.items() if texts})
    _industry(found)
    for name in PLACES:
        _place(found, name)
    for kind in REGIONS:
        _regions(found, kind)
    _weights(found)
    _percent(found)
    return found


def need_fields(form: Form[NeedFields]) -> NeedFields:
    """The posted need. Raises Refusal with everything that is wrong, words and amounts together.

    What was chosen from the choices now stands in the field itself.
    """
    understood = meant(form.values)
    form.values = _settled(form.values, understood)
    try:
        fields = Form(NeedFields, understood.values).fields
    except Refusal as refusal:
        raise Refusal([*understood.faults, *refusal.faults]) from None
    if understood.faults:
        raise Refusal(understood.faults)
    return fields


def offered(typed: Typed) -> Mapping[str, list[Choice]]:
    """Under each field, the codes its words may mean; nothing where the words are clear."""
    return meant(typed).choices


def need_form(need: Need) -> Form[NeedFields]:
    """A form that begins with a need, its codes said as words."""
    form = Form.showing(NeedFields, needs.fields_of(need), need.typed)
    values = {name: list(texts) for name, texts in form.values.items()}
    if need.industry:
        values["industry"] = [places.industry(need.industry)]
    for name in PLACES:
        values[name] = [places.whole(code) for code in values.get(name, ())]
    for kind in REGIONS:
        codes = values.get(f"regions.{kind}", [])
        values[f"regions.{kind}"] = [code for code in codes if len(code) == PROVINCE_DIGITS]
        values[f"places.{kind}"] = ["、".join(places.whole(code) for code in codes if len(code) > PROVINCE_DIGITS)]
    percent = [name for name in values if name.startswith("phases.") and name.endswith(".share")]
    for name in [*percent, *(name for name in values if name.startswith("weights."))]:
        values[name] = [f"{float(values[name][0]) * 100:g}"]
    form.values = values
    return form


def industry_choices(words: str) -> list[Choice]:
    """What to offer for words, a name or the beginning of a code."""
    coded = _coded(words)
    return [coded] if coded else taxonomy.industries_like(words)


def place_choices(words: str) -> list[Choice]:
    """Places to offer for words; each is named so that it can be typed."""
    regions, _ = taxonomy.places_like(words)
    return [Choice(region.adcode, taxonomy.full_name(region)) for region in regions]


def _settled(typed: Typed, understood: Meant) -> Typed:
    said = {name: [_last(typed.get(name, ()))] for name in ("industry", *PLACES)}
    said |= {f"regions.{kind}": list(typed.get(f"regions.{kind}", ())) for kind in REGIONS}  # complaints link there
    if code := _last(understood.values.get("industry", ())):
        said["industry"] = [places.industry(code)]
    for name in PLACES:
        if code := _last(understood.values.get(name, ())):
            said[name] = [places.whole(code)]
    return {**typed, **said}


def _coded(words: str) -> Choice | None:
    start = _CODE.match(words)
    return taxonomy.industry_of(start.group(1).upper()) if start else None


def _industry(found: Meant) -> None:
    words = _last(found.values.pop("industry", ()))
    if not words:
        about = _last(found.values.get("description", ()))
        if about:
            found.choices["industry"] = taxonomy.industries_like(about[:READ_MOST])
        return
    if _too_long(found, "industry", words, INDUSTRY_LETTERS_MOST):
        return
    choices = industry_choices(words)
    if choices and (_coded(words) or choices[0].name == words):
        found.values["industry"] = [choices[0].code]
        return
    if meant_one := taxonomy.industry_meant(words):
        found.values["industry"] = [meant_one.code]
        return
    found.choices["industry"] = choices
    if choices:
        message = "Which industry is {words}? Choose one below, or write its code"
    else:
        message = "No industry is called {words}: write what is made, or a GB/T 4754 code"
    found.faults.append(Fault("industry", message, {"words": words}))


def _place(found: Meant, name: str) -> None:
    words = _last(found.values.pop(name, ()))
    if not words or _too_long(found, name, words, LETTERS_MOST):
        return
    regions, sure = taxonomy.places_like(words)
    if sure:
        found.values[name] = [_short(regions[0].adcode)]
        return
    found.choices[name] = [Choice(region.adcode, taxonomy.full_name(region)) for region in regions]
    found.faults.append(unclear(name, words, regions))


def _regions(found: Meant, kind: str) -> None:
    """The boxes of provinces and the line of other places make one list."""
    name = f"regions.{kind}"
    codes = list(found.values.pop(name, ()))
    typed = [words for words in _BETWEEN.split(_last(found.values.pop(f"places.{kind}", ()))) if words.strip()]
    if len(typed) > PLACES_MOST:
        found.faults.append(Fault(name, "These are too many: at most {max_length}", {"max_length": PLACES_MOST}))
        typed = []
    for words in typed:
        if _too_long(found, name, words, LETTERS_MOST):
            continue
        regions, sure = taxonomy.places_like(words)
        if sure:
            codes.append(_short(regions[0].adcode))
        else:
            found.faults.append(unclear(name, words.strip(), regions))
    if codes:
        found.values[name] = list(dict.fromkeys(codes))


def _too_long(found: Meant, where: str, words: str, most: int) -> bool:
    """Whether words are too many to be looked up, which is complained of."""
    if len(words) > most:
        found.faults.append(Fault(where, "This is too long: at most {max_length} characters", {"max_length": most}))
    return len(words) > most


def unclear(where: str, words: str, regions: Sequence[taxonomy.Region]) -> Fault:
    if not regions:
        message = "There is no place called {words}: write a province, city or county, or its code"
        return Fault(where, message, {"words": words})
    message = "{words} could be {places}: write one of them"
    return Fault(where, message, {"words": words, "places": [taxonomy.full_name(each) for each in regions[:4]]})


def _weights(found: Meant) -> None:
    """Typed in percent, kept as shares; what is no number stays as it is, for the model to refuse."""
    for name in [name for name in found.values if name.startswith("weights.")]:
        texts = found.values.pop(name)
        if texts:
            found.values[name] = [_share(texts[-1])]


def _percent(found: Meant) -> None:
    """The share of a phase, typed in percent too."""
    for name in [name for name in found.values if name.startswith("phases.") and name.endswith(".share")]:
        found.values[name] = [_share(found.values[name][-1])]


def _share(text: str) -> str:
    try:
        return repr(round(float(text.strip().rstrip("%％")) / 100, 6))
    except ValueError:
        return text


def _short(adcode: str) -> str:
    while len(adcode) > PROVINCE_DIGITS and adcode.endswith("00"):
        adcode = adcode[:-2]
    return adcode


def _last(texts: Iterable[str]) -> str:
    return next((text.strip() for text in reversed(list(texts)) if text.strip()), "")
