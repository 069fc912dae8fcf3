"""How would a market look whose true values are known? One drawn from laws that share nothing with the engine.

Tastes are products of powers (Cobb–Douglas) of S-shaped utilities; parks differ in a quality nobody states; pairs get
shocks; much of a park's sheet is not stated. Written before the engine was measured on it, and left alone since.
Only `planted_documents` speaks to the engine, in NEED.json and PARKS.json.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from matching.evaluate.planted_tables import cities, supply, trades

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Noise:
    """How much is hidden: spread of the shock on log value, of the quality, share of sheets that are complete."""

    shock: float
    quality: float
    complete: float


NOISES: Mapping[str, Noise] = {
    "low": Noise(0.04, 0.5, 0.95),
    "mid": Noise(0.10, 1.0, 0.75),
    "high": Noise(0.25, 1.5, 0.4),
}

# What a firm cares for, on average, and how one firm differs from another (a Dirichlet of this concentration).
TASTES = ("chain", "distance", "market", "price", "wage", "talent", "service", "land", "energy", "delivery", "green")
TASTE_MEANS = np.array([0.22, 0.13, 0.10, 0.13, 0.09, 0.08, 0.10, 0.05, 0.04, 0.03, 0.03])
TASTE_MEANS = TASTE_MEANS / TASTE_MEANS.sum()
TASTE_CONCENTRATION = 15.0
# What a park cares for.
WISHES = ("investment", "tax", "chain", "energy", "jobs", "pollution")
WISH_MEANS = np.array([0.22, 0.24, 0.26, 0.10, 0.08, 0.10])
WISH_CONCENTRATION = 20.0

SHEET = ("land", "plot", "power", "energy", "wastewater", "cod", "nox", "price", "wage", "green", "ready")
ASKED = ("land", "power", "energy", "wastewater", "cod", "nox")
SHARES = (1.0, 0.6, 0.4)  # of a park's trades, in the order it names them
KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True, eq=False)
class Parks:
    """Arrays (n_parks,); `named` the trades in a park's own order; `stated` which cells of the sheet a reader sees."""

    city: Ints
    lon: Floats
    lat: Floats
    national: Flags
    named: tuple[tuple[int, ...], ...]
    sheet: Mapping[str, Floats]
    stated: Mapping[str, Flags]
    chemical: Flags
    refuses_dirty: Flags
    investment_min: Floats
    tax_min: Floats
    quality: Floats
    response: Floats
    response_stated: Flags
    wishes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Arrays (n_needs,); `tastes` (n_needs, n_tastes); `asks` by name; `order` the tastes each states, or none."""

    trade: Ints
    code: tuple[str, ...]
    phrase: tuple[str, ...]
    city: Ints
    asks: Mapping[str, Floats]
    investment: Floats
    tax: Floats
    jobs: Floats
    output: Floats
    needed: Floats
    price_max: Floats
    tastes: Floats
    order: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """A planted market: `supply` is the disturbed table, `noise` what is hidden, `shock` (n_needs, n_parks)."""

    parks: Parks
    needs: Needs
    supply: Floats
    noise: Noise
    shock: Floats


def market(parks: int, needs: int, noise: str, seed: int) -> Market:
    """A market of this size. The same seed gives the same market."""
    rng = np.random.default_rng([seed, parks, needs, sorted(NOISES).index(noise)])
    law = NOISES[noise]
    table = disturbed_supply(rng)
    made = _parks(rng, parks, law)
    return Market(made, _needs(rng, needs), table, law, rng.standard_normal((needs, parks)) * law.shock)


def disturbed_supply(rng: Generator) -> Floats:
    """Who supplies whom in this market: the table of 2020, each cell disturbed."""
    found: Floats = supply() * rng.lognormal(0.0, 0.5, supply().shape)
    return found


def drawn_sheet(rng: Generator, city: Ints) -> dict[str, Floats]:
    """A park's sheet by the law that made it: what one may expect of a cell that is not stated."""
    count, wealth = len(city), _wealth()[city]
    land = rng.lognormal(np.log(400), 0.9, count)
    return {
        "land": land,
        "plot": land * rng.uniform(0.3, 1.0, count),
        "power": rng.lognormal(np.log(40_000), 0.9, count),
        "energy": rng.lognormal(np.log(25_000), 0.9, count),
        "wastewater": rng.lognormal(np.log(3_000), 0.9, count),
        "cod": rng.lognormal(np.log(30), 0.9, count),
        "nox": rng.lognormal(np.log(40), 0.9, count),
        "price": np.clip(14 + 9 * wealth + rng.normal(0, 5, count), 5, None),
        "wage": np.clip(7.5 + 1.0 * wealth + rng.normal(0, 0.7, count), 4, None),
        "green": rng.beta(2, 3, count),
        "ready": rng.integers(-200, 260, count).astype(np.float64),
    }


def quality_given(rng: Generator, response: Floats, stated: Flags, noise: Noise) -> Floats:
    """A quality by the law, given the answers a park is known for: of two normals, the posterior."""
    spread = noise.quality
    heard = np.log(response / (1 - response)) - 0.8
    gain = 0.9 * spread**2 / (0.81 * spread**2 + 0.25)
    mean = np.where(stated, gain * heard, 0.0)
    width = np.where(stated, np.sqrt(spread**2 * (1 - 0.9 * gain)), spread)
    return mean + width * rng.standard_normal(len(response))


def drawn_tastes(rng: Generator, count: int) -> Floats:
    """Tastes by the law, (count, n_tastes)."""
    return np.maximum(rng.dirichlet(TASTE_MEANS * TASTE_CONCENTRATION, count), 1e-6)


def _wealth() -> Floats:
    size = np.log(cities().output)
    found: Floats = (size - size.mean()) / size.std()
    return found


def _parks(rng: Generator, count: int, law: Noise) -> Parks:
    place = cities()
    weight = place.output**0.4
    city = rng.choice(len(weight), count, p=weight / weight.sum())
    named = tuple(tuple(rng.choice(len(trades()), rng.integers(1, 4), replace=False).tolist()) for _ in range(count))
    complete = rng.random(count) < law.complete
    quality = rng.normal(0, law.quality, count)
    wealth = _wealth()[city]
    dirty = np.array([trade.chemical for trade in trades()])
    return Parks(
        city=city,
        lon=place.lon[city] + rng.normal(0, 0.15, count),
        lat=place.lat[city] + rng.normal(0, 0.15, count),
        national=rng.random(count) < 0.25,
        named=named,
        sheet=drawn_sheet(rng, city),
        stated={name: complete | (rng.random(count) < 0.5) for name in SHEET},
        chemical=np.array([any(dirty[list(own)]) for own in named]) | (rng.random(count) < 0.1),
        refuses_dirty=rng.random(count) < 0.15,
        investment_min=np.where(
            rng.random(count) < 0.6, np.clip(170 + 60 * wealth + rng.normal(0, 60, count), 50, 500), 0
        ),
        tax_min=np.where(rng.random(count) < 0.5, np.clip(9 + 4 * wealth + rng.normal(0, 4, count), 2, 40), 0),
        quality=quality,
        response=1 / (1 + np.exp(-(0.8 + 0.9 * quality + 0.5 * rng.standard_normal(count)))),
        response_stated=complete | (rng.random(count) < 0.5),
        wishes=rng.dirichlet(WISH_MEANS * WISH_CONCENTRATION, count),
    )


def _needs(rng: Generator, count: int) -> Needs:
    place = cities()
    weight = np.where(place.lon > 112, place.output, place.output**0.5)
    trade = rng.integers(0, len(trades()), count)
    dirty = np.array([each.dirty for each in trades()])[trade]
    land = rng.lognormal(np.log(80), 0.8, count)
    heavy = np.where(dirty, 2.0, 1.0)
    tastes = drawn_tastes(rng, count)
    investment = land * rng.lognormal(np.log(320), 0.5, count)
    return Needs(
        trade=trade,
        code=tuple(str(rng.choice(trades()[each].codes)) for each in trade),
        phrase=tuple(str(rng.choice(trades()[each].phrases)) for each in trade),
        city=rng.choice(len(weight), count, p=weight / weight.sum()),
        asks={
            "land": land,
            "power": land * heavy * rng.lognormal(np.log(70), 0.5, count),
            "energy": land * heavy * rng.lognormal(np.log(40), 0.6, count),
            "wastewater": land * heavy * rng.lognormal(np.log(3), 0.6, count),
            "cod": land * heavy * rng.lognormal(np.log(0.02), 0.6, count),
            "nox": land * heavy * rng.lognormal(np.log(0.02), 0.6, count),
        },
        investment=investment,
        tax=land * rng.lognormal(np.log(17), 0.5, count),
        jobs=land * rng.lognormal(np.log(4), 0.6, count),
        output=investment * rng.lognormal(np.log(1.6), 0.3, count),
        needed=np.where(rng.random(count) < 0.5, rng.integers(60, 500, count), np.nan),
        price_max=np.where(rng.random(count) < 0.4, rng.uniform(15, 45, count), np.nan),
        tastes=tastes,
        order=tuple(_stated_order(rng, taste) for taste in tastes),
    )


def _stated_order(rng: Generator, taste: Floats) -> tuple[int, ...]:
    """Half of the firms name what matters most, three things, with slips (Plackett and Luce on the squared taste)."""
    if rng.random() < 0.5:
        return ()
    noisy = 2 * np.log(taste) + rng.gumbel(size=len(taste))
    return tuple(np.argsort(-noisy)[:3].tolist())
