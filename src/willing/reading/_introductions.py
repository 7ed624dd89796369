"""Persons a text introduces itself: `Estonian lawmaker X`, `Y, the foreign minister of Z`.

Only those with an office or an official body count; an analyst is remembered as speaking for
nobody.
"""

from __future__ import annotations

import re

from willing.reading._cues import Roles
from willing.reading._gazetteer import Found
from willing.reading._view import fold
from willing.reading._who import State

__all__ = ["introduce"]

_CAPITAL = "[A-ZÀ-ÖØ-ÞŠŽČĆŁŚŻ]"
_NAME = (
    rf"{_CAPITAL}[\w’'-]+"
    r"(?:\s(?:de|van|von|der|den|da|di|la|le|bin|al|el|Mc|O')\b)*"
    rf"(?:\s{_CAPITAL}[\w’'.-]*){{1,3}}"
)
_TITLE = re.compile(
    r"(?:Prime|Foreign|Defen[cs]e|Deputy|Vice|First|Interior|Finance|Acting|Interim|Senior|Chief|"
    r"General|Major|"
    r"Lieutenant|Colonel|Admiral|Sir|Dame|Lord|Lady|Dr|Mr|Mrs|Ms|Prof|State|Armed|Forces|"
    r"European|Affairs|"
    r"Permanent|Special|National|Security|Council|Federal|Army|Navy|Air|Force|Minister|President|"
    r"Secretary|"
    r"Ambassador|Chancellor|Premier|Commander|Speaker|Senator|Envoy|Representative|Spokesman|"
    r"Spokeswoman|"
    r"Spokesperson|Commissioner|King|Queen|Governor|Chairman|Head|Office|Ministry|Government|"
    r"Parliament)\.?$"
)
_ROLE_WORDS = 7


def introduce(text: str, names: list[Found], state: State) -> None:
    """Remember persons whom this sentence introduces with an actor and an office."""
    for found in names:
        if found.role == "person" and " " in text[found.start : found.end].strip():
            _remember(found.label, text[found.start : found.end], None, False, state)
    if not names:
        return
    for found in names:
        if found.role in {"person", "capital"}:
            continue
        _before_name(text, found, state)
    for match in re.finditer(
        rf"({_NAME}),\s(?:the\s|a\s|an\s|who\sis\s|who\sserves\sas\s)?([^,;.]{{4,90}})[,.;]", text
    ):
        name, description = match.group(1), match.group(2)
        if _known(match.start(1), names) or _TITLE.match(name.split()[0]):
            continue
        role = _role(description, state.roles)
        if role is None:
            continue
        actors = tuple(
            dict.fromkeys(
                a
                for f in names
                if match.start(2) <= f.start < match.end(2)
                and f.role != "person"
                and not _addressee(text, f)
                for a in f.actors
            )
        )
        former = bool(set(description.lower().split()) & state.roles.former)
        if actors or role == "unofficial":
            _remember(
                name,
                name,
                () if former or role == "unofficial" else actors[:1],
                role == "unofficial",
                state,
            )


def _known(place: int, names: list[Found]) -> bool:
    return any(f.role == "person" and f.start <= place < f.end for f in names)


def _addressee(text: str, found: Found) -> bool:
    """`ambassador to the UN`: the UN is where, not whose."""
    return bool(re.search(r"\bto (?:the )?$", text[: found.start]))


def _role(description: str, roles: Roles) -> str | None:
    words = [w.strip("\"'(),") for w in description.lower().split()]
    for word in words:
        if roles.is_unofficial(word):
            return "unofficial"
    return "official" if any(roles.is_official(w) for w in words) else None


def _before_name(text: str, found: Found, state: State) -> None:
    """`Danish lawmaker Jane Doe`, `Poland's deputy defence minister, Jan Doe`."""
    rest = text[found.end : found.end + 120]
    match = re.match(rf"(?:'s)?\s+((?:[\w’'-]+,?\s+){{1,{_ROLE_WORDS}}}?)({_NAME})", rest)
    if match is None:
        return
    role_words, name = match.group(1), match.group(2)
    parts = name.split()
    while parts and _TITLE.match(parts[0]):
        role_words += parts.pop(0).lower() + " "
    if len(parts) < 2:
        return
    name = " ".join(parts).removesuffix("'s")
    role = _role(role_words, state.roles)
    if role is None or re.search(
        r"[.;:]|\b(?:and|that|said|with|on|in|has|is|was|will)\b", role_words
    ):
        return
    if state.gazetteer.find(name):
        return
    former = bool(set(role_words.lower().split()) & state.roles.former) or bool(
        set(text[: found.start].lower().split()[-1:]) & state.roles.former
    )
    actors = () if role == "unofficial" or former else found.actors
    _remember(name, name, actors, role == "unofficial", state)


def _remember(
    label: str, written: str, actors: tuple[str, ...] | None, dropped: bool, state: State
) -> None:
    surname = written.split()[-1].removesuffix("'s")
    if len(surname) < 3:
        return
    if actors is None:  # a person of the table: only the bare surname is new
        state.persons.setdefault(fold(surname), (label, (), False))
        return
    for form in (label, surname):
        state.persons.setdefault(fold(form), (label, actors, dropped))
