"""How good is an order, how sure is a mean, and how honest is a probability?"""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def ndcg(order: Rows, gains: Floats, top: int = 10) -> float:
    """Normalised discounted cumulative gain of one order of rows; 0 where nothing is worth anything.

    Source: Järvelin & Kekäläinen, ACM TOIS 20 (2002).
    """
    discount = 1 / np.log2(np.arange(2, top + 2))
    ideal = np.sort(gains)[::-1][:top]
    best = float(ideal @ discount[: len(ideal)])
    found = gains[order[:top]]
    return float(found @ discount[: len(found)]) / best if best else 0.0


def interval(samples: Floats, rng: Generator, rounds: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean."""
    if not len(samples):
        return float("nan"), float("nan")
    means = samples[rng.integers(0, len(samples), (rounds, len(samples)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def ratio_interval(above: Floats, below: Floats, rng: Generator, rounds: int = 1000) -> tuple[float, float]:
    """95 % bootstrap interval of mean(above) / mean(below), both drawn together, need by need."""
    rows = rng.integers(0, len(above), (rounds, len(above)))
    low, high = np.quantile(above[rows].mean(axis=1) / below[rows].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def brier_skill(said: Floats, happened: Floats) -> float:
    """1 − the mean squared error of the probabilities over that of the base rate. Source: Brier 1950; Murphy 1973."""
    base = float(((happened.mean() - happened) ** 2).mean())
    return 1 - float(((said - happened) ** 2).mean()) / base if base else 0.0
