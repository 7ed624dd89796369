"""A mixed-integer programme built row by row, and HiGHS behind one function."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
INF = float("inf")


@dataclass(slots=True)
class Milp:
    """Maximise `gain` subject to rows; columns are added first come, first numbered."""

    gain: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(
        self, upper: float = INF, *, lower: float = 0.0, whole: bool = False, gain: float = 0.0
    ) -> int:
        """Add a column and return its number."""
        self.gain.append(gain)
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.gain) - 1

    def row(
        self, terms: Iterable[tuple[int, float]], upper: float = INF, *, lower: float = -INF
    ) -> int:
        """Add a row `lower <= sum(value * column) <= upper` and return its number."""
        merged: dict[int, float] = {}
        for column, value in terms:
            merged[column] = merged.get(column, 0.0) + value
        for column, value in merged.items():
            if value:
                self.index.append(column)
                self.value.append(value)
        self.starts.append(len(self.index))
        self.row_lower.append(lower)
        self.row_upper.append(upper)
        return len(self.row_upper) - 1


@dataclass(frozen=True, slots=True)
class Solution:
    """What a solver call gave.

    `x` is None when no feasible point was found; `bound` is an upper bound on the gain (infinite
    when none is known). `row_dual` (LP only) is the gain per unit of a row's upper limit.
    """

    x: Array | None
    gain: float
    bound: float
    status: str
    seconds: float
    row_dual: Array | None = None
    column_dual: Array | None = None


class Highs:
    """HiGHS holding one programme, whose limits can change between runs (warm starts)."""

    def __init__(self, model: Milp, *, relax: bool = False) -> None:
        # Imported here: HiGHS loads a native library that `willing --help` does not need.
        import highspy

        module: Any = highspy
        self._module = module
        self.columns = len(model.gain)
        self.relaxed = relax
        # The number of threads is left alone: HiGHS keeps one scheduler a process and does not run
        # when two objects ask for different numbers.
        self._options: dict[str, Any] = {
            "output_flag": False,
            "random_seed": 1,
            # small coverage weights must not be lost in the default absolute tolerances
            "mip_feasibility_tolerance": 1e-7,
        }
        program = module.HighsLp()
        program.num_col_ = self.columns
        program.num_row_ = len(model.row_upper)
        program.sense_ = module.ObjSense.kMaximize
        program.col_cost_ = np.asarray(model.gain, dtype=float)
        program.col_lower_ = np.asarray(model.lower, dtype=float)
        program.col_upper_ = np.asarray(model.upper, dtype=float)
        program.row_lower_ = np.asarray(model.row_lower, dtype=float)
        program.row_upper_ = np.asarray(model.row_upper, dtype=float)
        program.a_matrix_.format_ = module.MatrixFormat.kRowwise
        program.a_matrix_.start_ = np.asarray(model.starts, dtype=np.int32)
        program.a_matrix_.index_ = np.asarray(model.index, dtype=np.int32)
        program.a_matrix_.value_ = np.asarray(model.value, dtype=float)
        if not relax:
            kind = module.HighsVarType
            program.integrality_ = [kind.kInteger if w else kind.kContinuous for w in model.whole]
        self._solver: Any = self._with(program)

    def _with(self, program: Any) -> Any:
        """Return a solver that holds a programme."""
        solver = self._module.Highs()
        for name, value in self._options.items():
            solver.setOptionValue(name, value)
        solver.passModel(program)
        return solver

    def option(self, name: str, value: Any) -> None:
        """Set a HiGHS option."""
        self._options[name] = value
        self._solver.setOptionValue(name, value)

    def limit_columns(
        self, columns: Sequence[int] | NDArray[Any], lower: Array, upper: Array
    ) -> None:
        """Change the bounds of some columns."""
        index = np.asarray(columns, dtype=np.int32)
        self._solver.changeColsBounds(len(index), index, np.asarray(lower), np.asarray(upper))

    def limit_row(self, row: int, lower: float, upper: float) -> None:
        """Change the limits of a row."""
        self._solver.changeRowBounds(row, lower, upper)

    def run(
        self, *, seconds: float = INF, start: Array | None = None, rel_gap: float = 1e-6
    ) -> Solution:
        """Solve, at most `seconds` long, from a feasible `start` when there is one."""
        if seconds <= 0:
            return Solution(None, -INF, INF, "no time", 0.0)
        if not self.relaxed and self._solver.getRunTime() > 0:
            # HiGHS counts the time limit over all runs of one object, but searches within a search
            # are given what would be left had the run begun at zero: only a new object keeps time
            self._solver = self._with(self._solver.getLp())
        solver, module = self._solver, self._module
        before = solver.getRunTime()
        solver.setOptionValue("time_limit", float(min(before + seconds, 1e9)))
        solver.setOptionValue("mip_rel_gap", rel_gap)
        if start is not None and not self.relaxed:
            point = module.HighsSolution()
            point.col_value = list(map(float, start))
            solver.setSolution(point)
        solver.run()
        info = solver.getInfo()
        status = solver.modelStatusToString(solver.getModelStatus())
        spent = solver.getRunTime() - before
        if info.primal_solution_status != module.SolutionStatus.kSolutionStatusFeasible:
            return Solution(None, -INF, INF, status, spent)
        point = solver.getSolution()
        gain = float(info.objective_function_value)
        x = np.array(point.col_value, dtype=float)
        if self.relaxed:
            bound = gain if status == "Optimal" else INF
            return Solution(
                x,
                gain,
                bound,
                status,
                spent,
                np.array(point.row_dual, dtype=float),
                np.array(point.col_dual, dtype=float),
            )
        return Solution(x, gain, float(info.mip_dual_bound), status, spent)
