"""What domains, stances and targets are called, and colours; apart from the charts, so that
words and tables need none of them.

Colours: a blue-to-brown ladder after Brewer's BrBG, readable in grey.
"""

from willing.case import STANCES

__all__ = ["DOMAIN_LABELS", "STANCE_COLOURS", "STANCE_LABELS", "TARGET_LABELS", "feature"]

DOMAIN_LABELS = {
    "land": "land",
    "air": "air",
    "sea": "sea",
    "air_defence": "air defence",
    "training": "training",
    "finance": "finance",
    "any": "any domain",
}
#: what a backtest asks
TARGET_LABELS = {
    "ever": "goes at all",
    "within_91": "within 91 days",
    "within_183": "within 183 days",
    "within_365": "within 365 days",
    "joins": "joins",
    "veto": "is vetoed",
    "t50": "months to half strength",
    "within_24m": "a mission comes",
}
STANCE_LABELS = {s: s.replace("_", " ") for s in STANCES}
STANCE_COLOURS = {
    "threaten": "#543005",
    "oppose": "#8c510a",
    "decline": "#bf812d",
    "support_no_troops": "#dfc27d",
    "undecided": "#d9dde2",
    "consider": "#a6d5de",
    "conditional": "#5aabbf",
    "commit": "#1f7a99",
    "lead": "#0a4a66",
}

#: what past missions are compared by, as a reader would say it
_FEATURES = {
    "war": "kind of war",
    "us_support": "stance of the United States",
    "p5_opposed": "opposition of a permanent member",
    "neighbour_opposed": "opposition of a neighbour",
    "host_consent": "consent of the host",
    "parties_consent": "consent of the parties",
    "high_risk": "risk",
    "no_land": "forces on land",
}


def feature(name: str) -> str:
    """Return a feature of past missions in words."""
    return _FEATURES.get(name, name.replace("_", " "))
