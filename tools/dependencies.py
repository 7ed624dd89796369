"""Check the locked packages from their own metadata: licence fits Apache-2.0, pinned, hashed.

    python tools/dependencies.py            what does not fit, exit status 1; else a summary
    python tools/dependencies.py --all      every package with its licence

Known vulnerabilities are not looked up: that needs a database on the network. Where there is one:
`pip-audit -r requirements/team.lock --require-hashes --disable-pip`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

LOCKS = Path(__file__).resolve().parent.parent / "requirements"
#: may be installed beside Apache-2.0 code: permissive, and weak copyleft that stays in its package
FITS = re.compile(
    r"apache|mit\b|mit-|bsd|isc\b|python software|psf|mpl|mozilla|unlicen|cc0|0bsd|zlib|hpnd|"
    r"public domain|lgpl|lesser general|ofl|boost|blueoak",
    re.IGNORECASE,
)
STRONG = re.compile(r"(?<!l)(?<!lesser )\b(a?gpl|general public)", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """A line of a lock, and what its metadata says."""

    name: str
    version: str
    hashes: int
    licence: str
    installed: str

    @property
    def fits(self) -> bool:
        """Whether the licence fits; a package that is not installed here cannot be judged."""
        if not self.installed:
            return True
        choices = re.split(r"\s+or\s+", self.licence, flags=re.IGNORECASE)
        return any(FITS.search(one) and not STRONG.search(one) for one in choices)


def licence_of(name: str) -> tuple[str, str]:
    """Return what the metadata says of a licence, and the version that is installed."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return "", ""
    about = found.metadata
    classifiers = [
        c.split(" :: ")[-1]
        for c in about.get_all("Classifier") or []
        if c.startswith("License ::") and not c.endswith("OSI Approved")
    ]
    short = (about.get("License") or "").strip().splitlines()
    said = about.get("License-Expression") or ", ".join(classifiers) or (short[0] if short else "")
    if not said:  # only the text is there: its own words name it
        for file in found.files or []:
            if re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE):
                text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
                named = re.search(r"MIT License|Apache License|BSD|Permission is hereby", text)
                said = (
                    {"Permission is hereby": "MIT (text)"}.get(named[0], named[0]) if named else ""
                )
                break
    return said, found.version


def packages(lock: Path) -> list[Package]:
    """Return the packages of a lock."""
    text = lock.read_text(encoding="utf-8")
    found = []
    for part in re.split(r"\n(?=[a-z0-9])", text):
        head = re.match(r"([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", part)
        if head:
            licence, installed = licence_of(head[1])
            found.append(
                Package(head[1], head[2], part.count("--hash=sha256:"), licence, installed)
            )
    return found


def faults(lock: Path) -> list[str]:
    """Return what is wrong in a lock, a sentence each."""
    text = lock.read_text(encoding="utf-8")
    every = packages(lock)
    found = [f"{lock.name}: {p.name} has no hash" for p in every if not p.hashes]
    found += [
        f"{lock.name}: {p.name} {p.version}: licence {p.licence or 'not stated'!r}"
        for p in every
        if not p.fits
    ]
    lines = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    found += [f"{lock.name}: not pinned: {line}" for line in lines if "==" not in line]
    found += [f"{lock.name}: an address stands in it" for _ in re.findall(r"https?://", text)]
    return found


def main() -> None:
    """Print what does not fit, or a summary."""
    wrong: list[str] = []
    for lock in sorted(LOCKS.glob("*.lock")):
        every = packages(lock)
        wrong += faults(lock)
        judged = sum(bool(p.installed) for p in every)
        print(f"{lock.name}: {len(every)} packages, {judged} of them installed and judged")
        if "--all" in sys.argv:
            for p in every:
                print(f"  {p.name} {p.version}  {p.licence or '-'}")
    print("\n".join(wrong) if wrong else "every licence fits Apache-2.0; all pinned with hashes")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
