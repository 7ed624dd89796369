"""What a domain is called; apart from the charts, so that text needs none of them."""

__all__ = ["DOMAIN_LABELS"]

DOMAIN_LABELS = {
    "land": "land",
    "air": "air",
    "sea": "sea",
    "air_defence": "air defence",
    "training": "training",
    "finance": "finance",
    "any": "any domain",
}
