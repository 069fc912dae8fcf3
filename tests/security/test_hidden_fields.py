"""A3: does a field that no form has change a column that nobody may set?"""

from collections import Counter
from typing import Any

import pytest
from sqlmodel import select

from marketplace.database import reading
from marketplace.schema import METADATA
from tests.security.crawl import Form, Reader, here, seeds
from tests.security.worlds import Place

PROTECTED = {
    "id": "424242",
    "owner_id": "1",
    "organisation_id": "1",
    "principal_id": "1",
    "user_id": "1",
    "by_user_id": "1",
    "public_id": "hijacked2222",
    "listing_id": "hijacked2222",
    "status": "verified",
    "standing": "verified",
    "role": "admin",
    "level": "3",
    "version": "4242",
    "simulated": "true",
    "two_factors": "true",
    "verified": "true",
    "disabled_at": "2020-01-01T00:00:00Z",
    "created_at": "2020-01-01T00:00:00Z",
    "updated_at": "2020-01-01T00:00:00Z",
    "listed_on": "2020-01-01",
    "expires_at": "2099-01-01T00:00:00Z",
}
RANDOM = {"public_id", "listing_id"}  # looked for by their value instead
FILLED = {"title": "标题", "description": "动力电池", "industry": "3841", "message": "有误", "grounds": "管委会文件"}
FILLED |= {"reason": "材料齐全", "name": "名称二字", "person": "王某", "email": "a@b.invalid", "text": "公开、同一标准"}
FILLED |= {"words": "文字", "days": "30", "scopes": "read"}
BODY = {"industry": "3841", "description": "动力电池"}


def forms_of(place: Place, role: str) -> list[Form]:
    """Each form that somebody is shown, once, with what a person would fill in."""
    browser, found = place.browser(role), dict[str, Form]()
    for where in seeds(place):
        answer = browser.get(where)
        if "html" not in answer.headers.get("content-type", ""):
            continue
        page = Reader()
        page.feed(answer.text)
        for form in page.forms:
            action = here(form.action or where, where)
            if form.method == "POST" and action and not action.startswith(("/sign-", "/language", "/theme")):
                values = {name: value or FILLED.get(name, "") for name, value in form.values.items()}
                found.setdefault(action, Form("POST", action, values))
    return list(found.values())


def protected_state(place: Place) -> Counter[Any]:
    """Every row of every table by its protected columns, and whether one of our ids is anywhere."""
    rows: Counter[Any] = Counter()
    with reading(place.app.state.engine) as session:
        for table in METADATA.sorted_tables:
            columns = [column for column in table.columns if column.name in PROTECTED and column.name not in RANDOM]
            if columns:
                rows.update((table.name, *(str(cell) for cell in row)) for row in session.execute(select(*columns)))
            for column in (column for column in table.columns if column.name in RANDOM):
                taken = session.execute(select(column).where(column == PROTECTED[column.name])).all()
                rows[table.name, "hijacked"] += len(taken)
    return rows


def after(place: Place, role: str, form: Form, extra: dict[str, str]) -> tuple[int, Counter[Any]]:
    with place.kept():
        status = place.browser(role).post(form.action, data={**form.values, **extra}).status_code
        return status, protected_state(place)


@pytest.mark.parametrize("role", ["firm_admin", "park_admin", "platform_admin", "firm_pending"])
def test_fields_that_no_form_has_change_no_protected_column(place: Place, role: str, full: bool) -> None:
    if not full and not place.takes(role, ("firm_admin", "park_admin")):
        pytest.skip("two roles, each on one database; all on both with --full")
    changed = []
    forms = forms_of(place, role)
    assert len(forms) > 5
    place.restore()
    for form in forms:
        extra = {name: value for name, value in PROTECTED.items() if name not in form.values}
        plain, first = after(place, role, form, {})
        hostile, second = after(place, role, form, extra)
        if first != second and hostile < 400:
            changed.append((form.action, plain, hostile, list(((second - first) + (first - second)).items())[:6]))
    assert changed == []


def test_fields_that_json_does_not_have_are_refused_by_name(place: Place) -> None:
    browser = place.browser("firm_admin")
    need = place.world.ids["need:firm"]
    before = protected_state(place)
    for name, value in PROTECTED.items():
        for method, where in (("POST", "/api/v1/needs"), ("PUT", f"/api/v1/needs/{need}")):
            answer = browser.request(method, where, json={**BODY, name: value})
            assert answer.status_code == 422, (method, name)
            assert [fault["where"] for fault in answer.json()["errors"]] == [name]
    after_all = protected_state(place)
    refused = {row: times for row, times in (after_all - before).items() if row[0] not in ("journal", "refusal")}
    assert refused == {}
