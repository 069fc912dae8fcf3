"""How is an amount typed, kept and shown?

A field holds an exact Decimal in the unit its name bears; the database holds an integer of base units; people type
numbers with any unit of the same dimension, in Chinese or English. Base units are fine enough for every amount that
occurs: 10⁻⁶ 亩, 分, 分/m², kVA, g of coal equivalent, litres a day, kg, g.
"""

from marketplace.units.columns import Scaled, ScaledMap
from marketplace.units.known import (
    ENERGY_TCE,
    FLOOR,
    FLOOR_AREA_RATIO,
    FLOOR_LOAD,
    GAS_M3_D,
    GAS_PRICE,
    HEIGHT,
    INVESTMENT_PER_LAND,
    LAND,
    LAND_PRICE,
    MONEY_10K,
    MONEY_10K_A,
    MULTIPLE,
    PARK_AREA,
    POLLUTANT_T_A,
    POWER_KVA,
    POWER_PRICE,
    RENT,
    SHARE,
    STEAM_T_H,
    TAX_PER_LAND,
    TONNES,
    TONNES_A,
    WAGE,
    WATER_PRICE,
    WATER_T_D,
)
from marketplace.units.measures import Measure, Rung, Unfit, plain_number
from marketplace.units.showing import Piece, doubt, doubts, measures_of, shown

__all__ = [
    "ENERGY_TCE",
    "FLOOR",
    "FLOOR_AREA_RATIO",
    "FLOOR_LOAD",
    "GAS_M3_D",
    "GAS_PRICE",
    "HEIGHT",
    "INVESTMENT_PER_LAND",
    "LAND",
    "LAND_PRICE",
    "MONEY_10K",
    "MONEY_10K_A",
    "MULTIPLE",
    "PARK_AREA",
    "POLLUTANT_T_A",
    "POWER_KVA",
    "POWER_PRICE",
    "RENT",
    "SHARE",
    "STEAM_T_H",
    "TAX_PER_LAND",
    "TONNES",
    "TONNES_A",
    "WAGE",
    "WATER_PRICE",
    "WATER_T_D",
    "Measure",
    "Piece",
    "Rung",
    "Scaled",
    "ScaledMap",
    "Unfit",
    "doubt",
    "doubts",
    "measures_of",
    "plain_number",
    "shown",
]
