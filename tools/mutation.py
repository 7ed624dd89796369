"""Change the code one small step at a time and see whether a test notices (`make mutation`).

mutmut makes the mutants. This driver imports code and tests once and runs each test once as the
code stands, to learn which lines it reaches and what it costs. Then it forks a child for each
mutant, which puts the changed function in place and runs only the tests that reach the changed
statement, until one fails: those first that are cheap, are of the module's own test file or
noticed other changes of the function.
Results are appended to a file: a run that was stopped goes on where it stopped, and a function
that was edited starts anew.

Linux only. Limits are processor time. Tests that start another process see no mutant there.
Compiled functions (numba) are left out unless NUMBA_DISABLE_JIT=1 makes plain Python of them.
"""

# ruff: noqa: E402
import argparse
import functools
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

for library in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import coverage
import hypothesis
import pytest
from _pytest.runner import runtestprotocol

from tools.mutants import KINDS, Mutant, behind, mutants_of

# Rooms whose caches no mutant of an engine can have touched: they import none.
SPARED = ("willing.case", "willing.data")
RESULTS = ("killed", "too slow", "crashed", "not reached", "compiled", "survived")
ENDS = {0: "survived", 1: "killed", -signal.SIGPROF: "too slow", -signal.SIGALRM: "too slow"}


class Driver:
    """A pytest plugin that runs the tests in its own way."""

    def __init__(self, mutants: Sequence[Mutant], options: argparse.Namespace) -> None:
        self.mutants, self.options = mutants, options
        self.ours = {m.module.partition(".")[0] for m in mutants} | {"tests"}
        self.cost: dict[str, float] = {}
        self.reached: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.modules, self.caches = 0, list[Any]()

    def pytest_configure(self) -> None:
        # After the tests' own profile. To fail is enough: no search for the smallest example.
        hypothesis.settings.register_profile(
            "mutation",
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
            derandomize=True,
            database=None,
            deadline=None,
        )
        hypothesis.settings.load_profile("mutation")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be read")
        done = read(self.options.file)
        for entry in done.values():
            self.kills[entry["function"]][entry["test"]] += entry["result"] == "killed"
        again = {key for key, entry in done.items() if entry["result"] in self.options.again}
        todo = [m for m in self.mutants if m.key not in done]
        todo += [m for m in self.mutants if m.key in again]
        say(f"{len(self.mutants)} mutants, {len(todo)} to try; {len(session.items)} tests first")
        items = self.learn(session.items) if todo else {}
        self.options.file.parent.mkdir(parents=True, exist_ok=True)
        with self.options.file.open("a", encoding="utf-8") as out:
            for n, mutant in enumerate(todo, start=1):
                out.write(json.dumps(self.try_one(mutant, items), ensure_ascii=False) + "\n")
                out.flush()
                if n % 50 == 0 or n == len(todo):
                    say(f"{n} of {len(todo)} tried, {mutant.module}")
        return True

    def learn(self, items: Sequence[pytest.Item]) -> dict[str, pytest.Item]:
        """Run each test alone in a child, then here, so that what it loads or compiles stays.

        Not here where it leaves threads behind: a child would have none, and wait for them.
        """
        kept: dict[str, pytest.Item] = {}
        for n, item in enumerate(items):
            if n % 50 == 0:
                say(f"{n} of {len(items)} tests run")
            code, said, cost = self.child(functools.partial(self.traced, item))
            if code != 0:
                say(f"left out (skipped, or fails in a child as the code stands): {item.nodeid}")
                continue
            found = json.loads(said)
            kept[item.nodeid], self.cost[item.nodeid] = item, cost
            for file, lines in found["lines"].items():
                for line in lines:
                    self.reached[file, line].add(item.nodeid)
            if found["threads"] == threads():
                self.forget()
                start = time.process_time()
                passes(item)
                self.cost[item.nodeid] = time.process_time() - start  # without tracer and fork
        self.forget()
        return kept

    def traced(self, item: pytest.Item, pipe: int) -> int:
        files = sorted({m.file for m in self.mutants})
        cov = coverage.Coverage(data_file=None, config_file=False, include=files)
        cov.start()
        passed = passes(item)
        cov.stop()
        lines = {file: cov.get_data().lines(file) for file in cov.get_data().measured_files()}
        os.write(pipe, json.dumps({"threads": threads(), "lines": lines}).encode())
        return 0 if passed else 1

    def changed(self, mutant: Mutant, items: Sequence[pytest.Item], pipe: int) -> int:
        mutant.apply()
        for item in items:
            os.write(pipe, f"{item.nodeid}\n".encode())
            signal.setitimer(signal.ITIMER_PROF, 2 + 10 * self.cost[item.nodeid])
            if not passes(item):
                return 1
        return 0

    def child(self, work: Callable[[int], int]) -> tuple[int, str, float]:
        """Fork; return how the work ended (minus the signal that did), what it said, seconds."""
        inside, outside = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 2
            try:
                null = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(null, stream)
                resource.setrlimit(resource.RLIMIT_DATA, (4 << 30, 4 << 30))
                signal.alarm(150)  # for what waits and does nothing
                self.forget()
                code = work(outside)
            finally:
                os._exit(code)
        os.close(outside)
        with os.fdopen(inside, encoding="utf-8") as pipe:
            said = pipe.read()
        _, status, usage = os.wait4(pid, 0)
        return os.waitstatus_to_exitcode(status), said, usage.ru_utime + usage.ru_stime

    def forget(self) -> None:
        """Empty the caches: what is in them was made by other code than is tried now."""
        if len(sys.modules) != self.modules:
            self.modules = len(sys.modules)
            gc.unfreeze()
            found = [c for c in gc.get_objects() if isinstance(c, functools._lru_cache_wrapper)]
            found = [c for c in found if c.__module__.partition(".")[0] in self.ours]
            self.caches = [c for c in found if not c.__module__.startswith(SPARED)]
            gc.freeze()  # a collection in a child would touch, and so copy, all there is
        for cache in self.caches:
            cache.cache_clear()

    def try_one(self, mutant: Mutant, items: dict[str, pytest.Item]) -> dict[str, Any]:
        """Return what is written down of one mutant."""
        kills = self.kills[mutant.function]
        budget = self.options.budget / (1 if mutant.kind == "code" else 4)
        tests = set().union(*(self.reached[mutant.file, line] for line in mutant.lines))
        chosen, sum_of_costs, spent, result, test = list[str](), 0.0, 0.0, "not reached", ""
        own = f"test_{mutant.module.rpartition('.')[2].lstrip('_')}.py"
        rank = {t: self.cost[t] / (1 + 10 * kills[t] + 10 * (own in t)) for t in tests}
        for name in sorted(tests, key=lambda t: (rank[t], t)):
            if not chosen or sum_of_costs + self.cost[name] <= budget:
                chosen.append(name)
                sum_of_costs += self.cost[name]
        if behind(vars(importlib.import_module(mutant.module)), mutant.function) is None:
            result = "compiled"
        elif chosen:
            work = functools.partial(self.changed, mutant, [items[name] for name in chosen])
            code, said, spent = self.child(work)
            result, test = ENDS.get(code, "crashed"), said.strip().rpartition("\n")[2]
        kills[test] += result == "killed"
        shown = ("key", "module", "function", "line", "before", "after", "kind")
        entry = {name: getattr(mutant, name) for name in shown}
        entry |= {"result": result, "test": test, "tests": len(chosen), "seconds": round(spent, 3)}
        return entry | {"left": len(tests) - len(chosen)}


def threads() -> int:
    return len(os.listdir("/proc/self/task"))


def passes(item: pytest.Item) -> bool:
    """Run a test alone, with its fixtures; skipped is not passed."""
    return all(report.passed for report in runtestprotocol(item, log=False, nextitem=None))


def say(text: str) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"[{sum(u.ru_utime + u.ru_stime for u in used):6.0f} s] {text}", flush=True)


def read(file: Path) -> dict[str, dict[str, Any]]:
    """Return the last result of each mutant in a file of results."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    return {entry["key"]: entry for entry in map(json.loads, lines)}


def summary(mutants: Sequence[Mutant], done: dict[str, dict[str, Any]]) -> str:
    """Return a table: a line for each module; survivors by kind at its end."""
    count: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for m in mutants:
        result = done[m.key]["result"] if m.key in done else ""
        for row in (m.module, "total"):
            count[row].update(("mutants", "tried", result) if result else ("mutants",))
            count[row][m.kind] += result == "survived"
    columns = ("mutants", "tried", *RESULTS, *KINDS)
    lines = ["| module | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in sorted(count, key=lambda r: (r == "total", r)):
        lines.append(f"| {row} | " + " | ".join(f"{count[row][c]:,}" for c in columns) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("code", nargs="+", type=Path, help="files or packages to change")
    parser.add_argument("--tests", nargs="+", default=[], help="test files or folders to run")
    parser.add_argument("--file", type=Path, default=Path("build/mutation.jsonl"), help="results")
    parser.add_argument("--again", nargs="*", default=[], choices=RESULTS, help="try these again")
    parser.add_argument("--only", default="", help="only mutants with these words in their key")
    parser.add_argument(
        "--budget",
        type=float,
        default=6,
        help="seconds of tests for one change of code (words and types: a quarter)",
    )
    parser.add_argument("--show", nargs="*", choices=(*RESULTS, *KINDS), help="show, run nothing")
    options = parser.parse_args()
    files = [f for c in options.code for f in (sorted(c.rglob("*.py")) if c.is_dir() else [c])]
    mutants = [m for file in files for m in mutants_of(file) if options.only in m.key]
    if options.show is None:
        command = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov", "-s"]
        command += ["--assert=plain", "--tb=native", f"--basetemp={options.file}.tmp"]
        code = pytest.main([*command, *options.tests], plugins=[Driver(mutants, options)])
        if code:
            return int(code)
    done, shown = read(options.file), options.show or ()
    for m in mutants:
        result = done[m.key]["result"] if m.key in done else ""
        if result in shown or (result == "survived" and m.kind in shown):
            print(f"{m.module}:{m.line} {m.function} [{m.kind}]\n    {m.before}\n    {m.after}")
    print(summary(mutants, done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
