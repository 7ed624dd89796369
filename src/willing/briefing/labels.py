"""What domains and stances are called, and their colours; apart from the charts, so that words and
tables need none of them.

Colours: a blue-to-brown ladder after Brewer's BrBG, readable in grey.
"""

from willing.case import STANCES

__all__ = ["DOMAIN_LABELS", "STANCE_COLOURS", "STANCE_LABELS"]

DOMAIN_LABELS = {
    "land": "land",
    "air": "air",
    "sea": "sea",
    "air_defence": "air defence",
    "training": "training",
    "finance": "finance",
    "any": "any domain",
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
