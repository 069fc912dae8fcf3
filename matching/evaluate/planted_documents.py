"""What do the parks and firms of a planted market say of themselves? NEED.json and PARKS.json, and nothing more."""

from datetime import date, timedelta
from typing import Any

from matching.evaluate.planted import Market
from matching.evaluate.planted_tables import cities, trades

DAY = date(2027, 1, 1)
# How a form calls what firms care for; service is the answers a park is known for.
CRITERIA = {
    "chain": "industry_chain",
    "distance": "distance",
    "market": "market",
    "price": "land_price",
    "wage": "labour_cost",
    "talent": "talent",
    "service": "response_rate",
    "land": "land_slack",
    "energy": "energy_slack",
    "delivery": "delivery",
    "green": "green_power",
}
FREE = {"land": "land_mu", "plot": "largest_plot_mu", "power": "power_kva", "energy": "energy_tce"}
FREE |= {"wastewater": "wastewater_t_d"}
QUOTAS = {"cod": "COD", "nox": "NOx"}
DIRTY = ("26", "25")


def park_documents(market: Market) -> list[dict[str, Any]]:
    """PARKS.json: one object for each park, what it does not state left out."""
    return [_park(market, row) for row in range(len(market.parks.city))]


def need_documents(market: Market) -> list[dict[str, Any]]:
    """NEED.json of each firm."""
    return [_need(market, row) for row in range(len(market.needs.trade))]


def code_of(row: int) -> str:
    """The code of a park: the order of the codes is the order of the rows."""
    return f"P{row:05d}"


def _park(market: Market, row: int) -> dict[str, Any]:
    parks = market.parks
    said = {name: float(parks.sheet[name][row]) for name, seen in parks.stated.items() if seen[row]}
    free: dict[str, Any] = {field: said[name] for name, field in FREE.items() if name in said}
    free |= {"energy_basis": "calorific"} if "energy" in said else {}
    quotas = {name: said[own] for own, name in QUOTAS.items() if own in said}
    prices = {field: said[name] for name, field in (("price", "land_10k_mu"), ("wage", "wage_10k_a")) if name in said}
    gates = {"investment_10k_mu": parks.investment_min[row], "tax_10k_mu_a": parks.tax_min[row]}
    document: dict[str, Any] = {
        "code": code_of(row),
        "adcode": cities().adcode[parks.city[row]],
        "lon": round(float(parks.lon[row]), 4),
        "lat": round(float(parks.lat[row]), 4),
        "level": "national" if parks.national[row] else "provincial",
        "industries": _words(parks.named[row], row),
        "chemical_park": bool(parks.chemical[row]),
        "prohibited": list(DIRTY) if parks.refuses_dirty[row] else [],
        "free": free | ({"emissions_t_a": quotas} if quotas else {}),
        "gates": {name: float(least) for name, least in gates.items() if least > 0},
        "prices": prices,
    }
    document |= {"available_on": (DAY + timedelta(days=int(said["ready"]))).isoformat()} if "ready" in said else {}
    document |= {"green_power_share": said["green"]} if "green" in said else {}
    document |= {"response_rate": float(parks.response[row])} if parks.response_stated[row] else {}
    return document


def _words(named: tuple[int, ...], row: int) -> list[str]:
    """One word for each trade, in the park's order; which of its words differs from park to park."""
    words = (trades()[trade].words for trade in named)
    return list(dict.fromkeys(each[(row + place) % len(each)] for place, each in enumerate(words)))


def _need(market: Market, row: int) -> dict[str, Any]:
    needs = market.needs
    asks = {name: float(needs.asks[name][row]) for name in needs.asks}
    document: dict[str, Any] = {
        "id": f"N{row:05d}",
        "industry": needs.code[row],
        "description": needs.phrase[row],
        "origin": cities().adcode[needs.city[row]],
        "land_mu": asks["land"],
        "power_kva": asks["power"],
        "energy_tce": asks["energy"],
        "energy_basis": "calorific",
        "wastewater_t_d": asks["wastewater"],
        "emissions_t_a": {"COD": asks["cod"], "NOx": asks["nox"]},
        "investment_10k": float(needs.investment[row]),
        "tax_10k_a": float(needs.tax[row]),
        "output_10k_a": float(needs.output[row]),
        "jobs": float(needs.jobs[row]),
        "importance": [CRITERIA[name] for name in _tastes(needs.order[row])],
    }
    if needs.needed[row] == needs.needed[row]:
        document["needed_on"] = (DAY + timedelta(days=int(needs.needed[row]))).isoformat()
    if needs.price_max[row] == needs.price_max[row]:
        document["land_price_max_10k_mu"] = float(needs.price_max[row])
    return document


def _tastes(order: tuple[int, ...]) -> list[str]:
    names = list(CRITERIA)
    return [names[each] for each in order]
