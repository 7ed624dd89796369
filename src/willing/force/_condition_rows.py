"""Contributors' conditions that depend on the plan, as rows of the programme.

Who joins, how many join and what is covered are decided by the plan. The expressions are monotone
in those, so each becomes a column that can be 1 only if the expression holds.
"""

from __future__ import annotations

from willing.case.expressions import And, AtLeast, Call, Expr, Or, unparse
from willing.errors import UsageError
from willing.force._conditions import holds
from willing.force._model import Model

Term = int | bool


class Conditions:
    """Turns expressions into columns of one model, each built once."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._terms: dict[str, Term] = {}

    def allows(self, expr: Expr) -> Term:
        """Return True, False, or the column that can be 1 only if the expression holds."""
        text = unparse(expr)
        if text not in self._terms:
            self._terms[text] = self._build(expr)
        return self._terms[text]

    def _build(self, expr: Expr) -> Term:
        known = holds(expr, self.model.rules.holds)
        if known is not None:
            return known
        milp = self.model.milp
        match expr:
            case And(args):
                parts = [p for p in (self.allows(a) for a in args) if p is not True]
                if any(p is False for p in parts):
                    return False
                column = milp.column(1.0, whole=True)
                for part in parts:
                    milp.row([(column, 1.0), (part, -1.0)], 0.0)
                return column
            case Or(args):
                parts = [p for p in (self.allows(a) for a in args) if p is not False]
                if any(p is True for p in parts):
                    return True
                if not parts:
                    return False
                column = milp.column(1.0, whole=True)
                milp.row([(column, 1.0), *((p, -1.0) for p in parts)], 0.0)
                return column
            case Call("joins", call_args):
                return self._joins(*call_args)
            case Call("covered", call_args):
                return self._covered(1.0, *call_args)
            case AtLeast(Call("covered", call_args), float(share)):
                return self._covered(share, *call_args)
            case AtLeast(Call("members", call_args), float(number)):
                return self._members(number, *call_args)
        raise UsageError(f"{unparse(expr)!r} cannot be a condition of an offer")

    def _joins(self, actor: str, domain: str = "any") -> Term:
        text = f"joins({actor}, {domain})"
        if text not in self._terms:
            model = self.model
            columns = [
                i
                for i in model.by_actor.get(actor, [])
                if domain in ("any", model.offers[model.chains[i].offer].domain)
            ]
            if columns:
                column = model.milp.column(1.0, whole=True)
                model.milp.row([(column, 1.0), *((i, -1.0) for i in columns)], 0.0)
                self._terms[text] = column
            else:
                self._terms[text] = False
        return self._terms[text]

    def _members(self, number: float, domain: str = "any") -> Term:
        if number <= 0:
            return True
        members = [
            part
            for part in (self._joins(actor, domain) for actor in self.model.by_actor)
            if part is not False
        ]
        if len(members) < number:
            return False
        column = self.model.milp.column(1.0, whole=True)
        self.model.milp.row([(column, number), *((m, -1.0) for m in members)], 0.0)
        return column

    def _covered(self, share: float, domain: str = "any") -> Term:
        model = self.model
        terms: list[tuple[int, float]] = []
        total = 0.0
        for row, line in enumerate(model.requirement.lines):
            if line.weight <= 0 or domain not in ("any", line.domain) or not sum(line.required):
                continue
            # a domain's lines share a measure; across domains the weights make them comparable
            each = line.weight / sum(line.required) if domain == "any" else 1.0
            for month, need in enumerate(line.required):
                total += each * need
                if model.covered[row, month] >= 0:
                    terms.append((int(model.covered[row, month]), -each))
        if not total:
            return share <= 0
        column = model.milp.column(1.0, whole=True)
        model.milp.row([(column, share), *((i, v / total) for i, v in terms)], 0.0)
        return column
