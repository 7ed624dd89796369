"""Electoral democracy, alignment in the General Assembly, and income, by country and year."""

from __future__ import annotations

from pathlib import Path

from willing.data.loaders._source import Source
from willing.data.loaders._table import Column, number, read_table

__all__ = [
    "UNGA_SOURCE",
    "VDEM_SOURCE",
    "WORLD_BANK_SOURCE",
    "load_ideal_points",
    "load_polyarchy",
    "load_world_bank",
]

VDEM_SOURCE = Source(
    "Coppedge et al. (2025), V-Dem dataset v15, electoral democracy index, via Marquez, "
    "democracyData",
    "V-Dem CC BY-SA 4.0 (package GPL-3); revised every year, so not what was known then",
    "https://www.v-dem.net",
)
UNGA_SOURCE = Source(
    "Bailey, Strezhnev and Voeten (2017), Estimating dynamic state preferences from United "
    "Nations voting data",
    "MIT",
    "https://github.com/evoeten/United-Nations-General-Assembly-Votes-and-Ideal-Points",
)
WORLD_BANK_SOURCE = Source(
    "World Bank, World Development Indicators: GDP (current US$), population",
    "World Bank CC BY 4.0 (package ODC-PDDL); revised every year",
    "https://github.com/datasets/gdp",
)


def load_polyarchy(path: Path) -> dict[tuple[int, int], float]:
    """Return {(COW code, year): electoral democracy, 0-1}."""
    columns = [
        Column("vdem_cowcode", numeric=True, low=1, high=999),
        Column("year", numeric=True, blank=False, low=1789, high=2100),
        Column("v2x_polyarchy", numeric=True, low=0, high=1),
    ]
    return {
        (int(float(row["vdem_cowcode"])), int(float(row["year"]))): number(row["v2x_polyarchy"])
        for _, row in read_table(path, columns)
        if row["vdem_cowcode"]
    }


def load_ideal_points(path: Path) -> dict[tuple[int, int], float]:
    """Return {(COW code, year): ideal point}, about -3 to 3."""
    columns = [
        Column("ccode", numeric=True, blank=False, low=1, high=999),
        Column("year", numeric=True, blank=False, low=1945, high=2100),
        Column("IdealPoint", numeric=True, low=-10, high=10),
    ]
    return {
        (int(float(row["ccode"])), int(float(row["year"]))): number(row["IdealPoint"])
        for _, row in read_table(path, columns)
    }


def load_world_bank(path: Path) -> dict[tuple[str, int], float]:
    """Return {(ISO code or aggregate, year): value}."""
    columns = [
        Column("Country Code", blank=False),
        Column("Year", numeric=True, blank=False, low=1950, high=2100),
        Column("Value", numeric=True, low=0),
    ]
    return {
        (row["Country Code"], int(float(row["Year"]))): number(row["Value"])
        for _, row in read_table(path, columns)
    }
