"""The options of the Spatial Model of Politics, by the names its own files use."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from willing.errors import UsageError, nearest

# XML element -> (field, accepted values); the first value is the default of KTAB.
OPTIONS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "VictoryProbModel": ("victory", ("Linear", "Square", "Quartic", "Octic", "Binary")),
    "VotingRule": ("voting", ("Prop", "Binary", "PropBin", "PropCbc", "Cubic", "ASymProsp")),
    "PCEModel": ("election", ("Conditional", "MarkovIncentive", "MarkovUniform")),
    "StateTransitions": ("transitions", ("Deterministic", "Stochastic")),
    "BigRRange": ("risk_range", ("Mid", "Min", "Max")),
    "BigRAdjust": ("risk_view", ("OneThird", "None", "Half", "TwoThirds", "Full")),
    "ThirdPartyCommit": ("commitment", ("SemiCommit", "NoCommit", "FullCommit")),
    "InterVecBrgn": ("interpolation", ("S2P2", "S1P1", "S2PMax")),
    "BargnModel": ("offers", ("InitOnlyInterp", "InitRcvrInterp", "PWCompInterp")),
}
_FIELDS: Final[dict[str, tuple[str, ...]]] = dict(OPTIONS.values())


@dataclass(frozen=True, slots=True)
class SmpOptions:
    """Every option of the Spatial Model of Politics; the defaults are KTAB's.

    victory: how strength turns into the probability of winning.
    voting: how the difference of two utilities turns into a vote.
    election: how pairwise probabilities turn into one per position.
    transitions: take the likeliest bargain, or draw one by its probability.
    risk_range: the interval risk attitudes are scaled to: Mid [-1/2, 1], Min [0, 1], Max [-1, 1].
    risk_view: how far an actor sees another's risk attitude rather than his own.
    commitment: whether a third party that joined the loser must adopt the winner's position.
    interpolation: how salience and probability weigh the two positions of a bargain.
    offers: whose view of the challenge makes the proposed bargain.
    receiver_probability: with InitRcvrInterp and PWCompInterp KTAB weighs the receiver's offer by
        the expected *gain* where its comment says *probability*. False keeps what KTAB computes,
        True does what it says.
    """

    victory: str = "Linear"
    voting: str = "Prop"
    election: str = "Conditional"
    transitions: str = "Deterministic"
    risk_range: str = "Mid"
    risk_view: str = "OneThird"
    commitment: str = "SemiCommit"
    interpolation: str = "S2P2"
    offers: str = "InitOnlyInterp"
    receiver_probability: bool = False

    def __post_init__(self) -> None:
        for name, valid in _FIELDS.items():
            value = getattr(self, name)
            if value not in valid:
                near = nearest(str(value), list(valid))
                hint = f" Did you mean {near!r}?" if near else ""
                raise UsageError(
                    f"option {name}: found {value!r}; expected one of {', '.join(valid)}.{hint}"
                )

    def codes(self) -> tuple[int, ...]:
        """Return the place of each value in its list, in the order of the fields."""
        return (
            *(valid.index(getattr(self, name)) for name, valid in _FIELDS.items()),
            int(self.receiver_probability),
        )

    def changed(self) -> dict[str, str]:
        """Return the options that differ from KTAB's defaults."""
        return {
            f.name: str(getattr(self, f.name))
            for f in fields(self)
            if getattr(self, f.name) != f.default
        }
