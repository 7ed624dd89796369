"""Interchange: a case and its forecast in the formats other tools read, and resolutions back.

Pure: documents and texts in and out; files are touched by the command line alone. KTAB's scenarios
are read and written by `willing.bargaining`, candidates of a text by `willing.reading`.
"""

from willing.interchange.data_package import data_package
from willing.interchange.geojson import geojson
from willing.interchange.linked_data import provenance, web_annotations
from willing.interchange.question_set import COLUMNS, question_set, resolved, wording

__all__ = [
    "COLUMNS",
    "data_package",
    "geojson",
    "provenance",
    "question_set",
    "resolved",
    "web_annotations",
    "wording",
]
