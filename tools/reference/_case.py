"""Tables of the case folder's nouns and of the condition language."""

from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from willing.case.expressions import FUNCTIONS, MEANING
from willing.case.fields import meaning
from willing.case.folder._parse import NOUNS
from willing.case.ladder import Domain, Stance
from willing.case.schema import nouns
from willing.case.values import (
    CONDITION_LANGUAGE,
    ActorId,
    CaseId,
    Day,
    Finite,
    Outcome,
    Positive,
    Range,
    Rate,
    Share,
    Slug,
    Whole,
)

EVERY = {noun.__name__: noun for noun in [*nouns(), Range, *NOUNS.values()]}
_WORDS: dict[Any, str] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
    Stance: "rung",
    Domain: "domain",
    Range: "range",
    Positive: "range ≥ 0",
    Share: "range 0-1",
    Rate: "rate",
    Slug: "id",
    CaseId: "id",
    ActorId: "actor's id",
    Day: "date",
    Whole: "whole number",
    Finite: "number",
    Outcome: "0 or 1",
}


def kind_of(kind: Any) -> str:
    """Say what a field can hold."""
    for known, word in _WORDS.items():
        if kind is known or kind == known:
            return word
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        if CONDITION_LANGUAGE in inner:
            return "expression"
        return bounded(kind_of(inner[0]), inner[1:])
    if origin in {Union, UnionType}:
        return " or ".join(kind_of(one) for one in inner if one is not type(None))
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin is tuple:
        return f"list of {kind_of(inner[0])}"
    if origin is dict:
        return f"{kind_of(inner[0])}: {kind_of(inner[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    return str(kind)


def bounded(word: str, metadata: Any) -> str:
    """Add the bounds that a type carries."""
    bounds: list[str] = []
    for one in metadata:
        for bound in getattr(one, "metadata", [one]):
            for name, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<")):
                if getattr(bound, name, None) is not None:
                    bounds.append(f"{sign} {getattr(bound, name):g}")
    return " ".join([word, *bounds])


def fields(name: str) -> str:
    """Return the table of a noun's fields."""
    noun = EVERY[name]
    lines = ["| field | holds | if left out | meaning |", "|---|---|---|---|"]
    for field, info in noun.model_fields.items():
        kind: Any = info.annotation
        for extra in info.metadata:
            kind = Annotated[kind, extra]
        held = "expression" if CONDITION_LANGUAGE in info.metadata else kind_of(kind)
        default = info.default
        if info.is_required():
            absent = "**a fault**"
        elif default in (None, "", ()):
            absent = "nothing"
        else:
            absent = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        said = meaning(noun, field).replace("|", "\\|")
        lines.append(f"| `{info.alias or field}` | {held} | {absent} | {said} |")
    return "\n".join(lines) + "\n"


def functions(_: str) -> str:
    """Return the table of the condition language's functions."""
    arguments = {
        "members": "[domain]",
        "joins": "actor [, domain]",
        "stance": "actor [, domain or issue]",
        "consent": "actor",
        "vote": "forum",
        "approval": "actor",
        "covered": "[domain]",
        "last": "fact",
        "after": "date",
    }
    after = {"no": "", "needed": " >= ...", "may": " [>= share]"}
    lines = ["| function | holds when |", "|---|---|"]
    for name, (_, _, threshold) in FUNCTIONS.items():
        lines.append(f"| `{name}({arguments[name]}){after[threshold]}` | {MEANING[name]} |")
    return "\n".join(lines) + "\n"
