"""Write every table of the reference anew."""

from tools.reference import DOCS, PAGES, renewed

for page in PAGES:
    path = DOCS / page
    path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
