"""Which gates does one pair pass, fail or leave open, read off the contract alone?

Written pair by pair and sharing no code with the engine, whose verdicts it checks. It knows the industries that cases
draw (`matching.evaluate.cases`), no others.
"""

from matching.records import Need, Park

AMOUNTS = ("land_m2", "building_m2", "power_kva", "coal_t_a", "water_t_d", "steam_t_h")


def gates(need: Need, park: Park) -> dict[str, str]:
    """Gate → pass, fail or unknown, read off the contract for one pair."""
    return (
        _resources(need, park)
        | _demands(need, park)
        | _supply(need, park)
        | _lists(need, park)
        | _screens(need, park)
        | _region(need, park)
    )


def _resources(need: Need, park: Park) -> dict[str, str]:
    found, share = {}, need.land_least_share or 1
    plain = {"land": "land_m2", "building": "building_m2", "power": "power_kva"}
    plain |= {"coal": "coal_t_a", "water": "water_t_d", "steam": "steam_t_h"}
    for gate, name in plain.items():
        amount = getattr(need.asks, name)
        if amount:
            found[gate] = _amount(amount * (share if gate == "land" else 1), getattr(park.free, name))
    if need.asks.land_m2:
        found["plot"] = _amount(need.asks.land_m2 * share, park.free.largest_plot_m2)
    if need.asks.energy_tce:
        same = need.asks.energy_basis is not None and need.asks.energy_basis == park.free.energy_basis
        found["energy"] = _amount(need.asks.energy_tce, park.free.energy_tce if same else None)
    for name, amount in need.asks.emissions_t_a.items():
        if amount:
            quota = park.free.emissions_t_a.get(name)
            found[f"emission:{name}"] = _amount(amount * park.replacement.get(name, 1), quota)
    return found


def _demands(need: Need, park: Park) -> dict[str, str]:
    found = {}
    land = need.asks.land_m2
    if park.investment_min_cny_m2 is not None:
        silent = need.investment_cny is None or not land
        offered = None if silent else need.investment_cny / land  # type: ignore[operator]
        found["investment"] = _amount(park.investment_min_cny_m2, offered)
    if park.tax_min_cny_m2_a is not None:
        silent = need.tax_cny_a is None or not land
        found["tax"] = _amount(park.tax_min_cny_m2_a, None if silent else need.tax_cny_a / land)  # type: ignore[operator]
    return found


def _supply(need: Need, park: Park) -> dict[str, str]:
    found = {}
    if need.land_price_max_cny_m2:
        price = park.land_price_cny_m2
        found["land_price"] = "unknown" if price is None else _amount(price, need.land_price_max_cny_m2)
    if need.supply_modes:
        common = any(mode in need.supply_modes for mode in park.supply_modes)
        found["supply_mode"] = "unknown" if not park.supply_modes else "pass" if common else "fail"
    if need.needed_on:
        late = park.available_on is not None and park.available_on > need.needed_on
        found["delivery"] = "unknown" if park.available_on is None else "fail" if late else "pass"
    return found


def _amount(needed: float, has: float | None) -> str:
    if has is None:
        return "unknown"
    return "pass" if needed <= has * (1 + 1e-9) else "fail"


def _under(code: str | None, above: str) -> bool:
    """Every code drawn here is manufacturing (C), but for the B that some parks prohibit."""
    return code is not None and (code.startswith(above) or (above == "C" and code != "B"))


def _lists(need: Need, park: Park) -> dict[str, str]:
    if not park.prohibited and not park.restricted:
        return {}
    code = need.industry
    if code is None:
        return {"prohibited": "unknown"}
    if any(_under(code, each) for each in park.prohibited):
        return {"prohibited": "fail"}
    partly = any(_under(each, code) for each in (*park.prohibited, *park.restricted))
    return {"prohibited": "unknown" if partly or any(_under(code, each) for each in park.restricted) else "pass"}


def _screens(need: Need, park: Park) -> dict[str, str]:
    found = {}
    if need.industry in ("26", "2614"):
        refused = "unknown" if need.industry == "26" else "fail"
        found["chemical"] = {True: "pass", False: refused, None: "unknown"}[park.chemical_park]
    if need.industry in ("26", "2614", "3041"):
        filled = need.asks.energy_tce is not None and need.asks.coal_t_a is not None and need.asks.emissions_t_a
        found["high_energy"] = "pass" if filled else "unknown"
    return found


def _region(need: Need, park: Park) -> dict[str, str]:
    only, exclude = need.regions.only, need.regions.exclude
    if not only and not exclude:
        return {}
    if park.adcode is None:
        return {"region": "unknown"}
    place = park.adcode.removesuffix("00")
    inside = any(place.startswith(code) for code in only) or not only
    maybe = any(code.startswith(place) for code in only)
    if any(place.startswith(code) for code in exclude) or not (inside or maybe):
        return {"region": "fail"}
    unsure = not inside or any(code.startswith(place) for code in exclude)
    return {"region": "unknown" if unsure else "pass"}


def standing(need: Need, park: Park) -> str:
    """Feasible, unverified or infeasible."""
    found = gates(need, park).values()
    measurable = any(getattr(need.asks, name) for name in (*AMOUNTS, "energy_tce"))
    if "fail" in found:
        return "infeasible"
    asks_an_amount = measurable or any(need.asks.emissions_t_a.values())
    return "unverified" if "unknown" in found or not asks_an_amount else "feasible"
