"""Scenarios in any of the formats this room knows, from and to text."""

from __future__ import annotations

from willing.bargaining._ktab import is_scholz, read_csv, read_scholz, write_csv
from willing.bargaining._ktab_xml import read_xml, write_xml
from willing.bargaining._negotiation import Negotiation
from willing.errors import Fault, FaultsError


def read_scenario(text: str, file: str = "scenario") -> Negotiation:
    """Read KTAB's CSV or XML, or the four-column Scholz CSV, told apart by their first line.

    Raises FaultsError naming line and column of every fault.
    """
    if not text.strip("\ufeff \t\r\n"):
        raise FaultsError([Fault(file, 1, 1, "an empty file", "a KTAB or Scholz scenario")])
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        return read_xml(text.lstrip("\ufeff"), file)
    return read_scholz(text, file) if is_scholz(text) else read_csv(text, file)


__all__ = ["read_csv", "read_scenario", "read_scholz", "read_xml", "write_csv", "write_xml"]
