"""Covariates of every state in a year, towards a host, gathered from tables others own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from willing.data.loaders.country_years import load_ideal_points, load_polyarchy, load_world_bank
from willing.data.loaders.cow import load_capabilities, load_defence_pacts, load_distances
from willing.data.missions import actors_by_cow_code
from willing.errors import UnreadableError

__all__ = ["StateCovariates", "load_state_covariates"]

FILES = {
    "capabilities": "cow/nmc_1946_2022.csv.gz",
    "distances": "cow/mindist_1995_2019.csv.gz",
    "pacts": "cow/atop_defense_dyads_1990_2018.csv.gz",
    "polyarchy": "democracy/vdem_polyarchy_1945_2024.csv.gz",
    "ideal points": "unga/ideal_points_1946_2019.csv.gz",
    "gdp": "wb-gdp-pop/gdp_current_usd.csv.gz",
    "population": "wb-gdp-pop/population.csv.gz",
}
USA = 2
PERMANENT = frozenset({2, 200, 220, 365, 710})
# A mission in Kosovo before its recognition is a mission in what was Yugoslavia, one in East
# Timor before 2002 a mission in Indonesia.
HOST_CODES = {"XKX": 345, "TLS": 850}


@dataclass(frozen=True, slots=True)
class StateCovariates:
    """The tables, read once. Distances fall back to the nearest year that has them."""

    capabilities: dict[tuple[int, int], tuple[float, float]]
    distances: dict[tuple[int, int], list[tuple[int, float]]]
    pacts: dict[int, set[tuple[int, int]]]
    polyarchy: dict[tuple[int, int], float]
    ideal: dict[tuple[int, int], float]
    gdp: dict[tuple[str, int], float]
    population: dict[tuple[str, int], float]

    def states(self, year: int) -> list[str]:
        """States that voted in the General Assembly in a year: the universe of who could join."""
        actors = actors_by_cow_code()
        last = min(year, max(y for _, y in self.ideal))
        codes = sorted(code for code, y in self.ideal if y == last and code in actors)
        return [actors[code] for code in codes]

    def of(self, actor: str, host: str, year: int) -> dict[str, float]:
        """Covariates of one state in a year towards a host; NaN where a table has none."""
        codes = {a: c for c, a in actors_by_cow_code().items()}
        code, place = codes.get(actor, 0), HOST_CODES.get(host, codes.get(host, 0))
        missing = (math.nan, math.nan)
        personnel, share = self.capabilities.get((code, min(year, 2022)), missing)
        people = self.population.get((actor, year), math.nan)
        gdp = self.gdp.get((actor, min(year, 2023)), math.nan)
        at = min(year, 2019)
        ideal, usa = self.ideal.get((code, at), math.nan), self.ideal.get((USA, at), math.nan)
        pacts = self.pacts.get(min(year, 2018), set())
        return {
            "lmil": math.log1p(personnel),
            "lcinc": math.log(share) if share > 0 else math.nan,
            "lgdppc": math.log(gdp / people) if people > 0 and gdp > 0 else math.nan,
            "poly": self.polyarchy.get((code, year), math.nan),
            "ldist": math.log1p(self._distance(code, place, year)),
            "idist": abs(ideal - usa),
            "us_ally": float((USA, code) in pacts or code == USA),
            "p5": float(code in PERMANENT),
        }

    def _distance(self, a: int, b: int, year: int) -> float:
        if a == b:
            return 0.0
        entries = self.distances.get((a, b), [])
        return min(entries, key=lambda e: abs(e[0] - year))[1] if entries else math.nan


def load_state_covariates(folder: Path) -> StateCovariates:
    """Read all tables from a folder laid out as FILES says.

    Raises UnreadableError naming every file that is not there.
    """
    absent = [name for name in FILES.values() if not (folder / name).is_file()]
    if absent:
        raise UnreadableError(f"{folder}: covariates of states need {', '.join(absent)}")
    return StateCovariates(
        capabilities=load_capabilities(folder / FILES["capabilities"]),
        distances=load_distances(folder / FILES["distances"]),
        pacts=load_defence_pacts(folder / FILES["pacts"]),
        polyarchy=load_polyarchy(folder / FILES["polyarchy"]),
        ideal=load_ideal_points(folder / FILES["ideal points"]),
        gdp=load_world_bank(folder / FILES["gdp"]),
        population=load_world_bank(folder / FILES["population"]),
    )
