"""Change the code one small step at a time and see whether a test notices.

    python tools/mutation.py src/willing/record --tests tests/record

mutmut makes the mutants. This driver imports code and tests once and runs every test once as the
code stands, to learn which lines it reaches and what it costs. Then it forks a child for each
mutant, which puts the changed function in place and runs only the tests that reach the changed
statement, cheapest first and those that noticed other changes of the function before, until one
fails. Results are appended to a file: a run that was stopped goes on where it stopped, and a
function that was edited starts anew.

Limits are processor time. Tests that start another process see no mutant there. Compiled
functions (numba) are left out unless NUMBA_DISABLE_JIT=1 makes plain Python of them.
"""

import argparse
import functools
import gc
import hashlib
import importlib
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

for library in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
os.environ["COVERAGE_CORE"] = "ctrace"  # the other tracer does not say which test ran a line

import coverage
import hypothesis
import libcst as cst
import pytest
from _pytest.runner import runtestprotocol
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider
from mutmut.mutation.file_mutation import create_mutations

# mutmut passes over decorated functions; behind these decorators a function can be reached.
DECORATOR = re.compile(r"^[ \t]*@(property|cache|jit|njit\(.*\))[ \t]*$", re.MULTILINE)
# Who keeps results in memory that a mutant may have touched; `case` and `data` import no engine.
OURS = re.compile(r"(?!willing\.(case|data)\b)(willing|tests?|toy)\b")
RESULTS = ("killed", "survived", "too slow", "not reached", "compiled", "crashed")
ENDS = {0: "survived", 1: "killed", -signal.SIGPROF: "too slow", -signal.SIGALRM: "too slow"}
TYPES = re.compile(r"dtype=[^,)]*|, (?:bool|float|int|np\.\w+)\)")


@dataclass(frozen=True)
class Mutant:
    """One change: where and what, and how the source of the changed function is made."""

    module: str
    function: str
    number: int
    version: str
    line: int
    lines: frozenset[int]
    file: str
    before: str
    after: str
    kind: str
    source: Callable[[], str] = field(repr=False)

    @property
    def key(self) -> str:
        return f"{self.module}:{self.function}:{self.number}:{self.version}"

    def apply(self) -> None:
        """Give the function in memory the changed code and defaults."""
        space = vars(importlib.import_module(self.module))
        changed = dict(space)
        exec(compile(self.source(), self.file, "exec", dont_inherit=True), changed)
        old, new = behind(space, self.function), behind(changed, self.function)
        assert old and new
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        old.__kwdefaults__ = new.__kwdefaults__


def behind(space: dict[str, Any], name: str) -> FunctionType | None:
    """Return the function behind properties, caches and class methods; None if it is compiled."""
    first, _, method = name.partition(".")
    found = vars(space[first])[method] if method else space[first]
    for wrapped in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, wrapped, found)
    return found if isinstance(found, FunctionType) else None


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield all mutants of a file, in the order of the file."""
    code = DECORATOR.sub("", path.read_text(encoding="utf-8"))
    module, mutations, _, _ = create_mutations(str(path), code)
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    places = wrapper.resolve(PositionProvider)
    parents = wrapper.resolve(ParentNodeProvider)
    numbers: Counter[str] = Counter()
    for m in mutations:
        function = m.contained_by_top_level_function
        if not isinstance(function, cst.FunctionDef):
            continue
        above = parents.get(parents[function])
        owner = above.name.value if isinstance(above, cst.ClassDef) else ""
        name = f"{owner}.{function.name.value}".lstrip(".")
        numbers[name] += 1
        statement: cst.CSTNode = m.original_node
        while not isinstance(statement, cst.BaseStatement):
            statement = parents[statement]
        first, last = places[statement].start.line, places[statement].end.line
        if isinstance(statement, cst.If | cst.For | cst.While | cst.With):
            last = max(first, places[statement.body].start.line - 1)
        before, after = module.code_for_node(m.original_node), module.code_for_node(m.mutated_node)
        yield Mutant(
            module=module_name(path),
            function=name,
            number=numbers[name],
            version=hashlib.sha256(module.code_for_node(function).encode()).hexdigest()[:8],
            line=places[m.original_node].start.line,
            lines=frozenset(range(first, last + 1)),
            file=str(path.resolve()),
            before=" ".join(before.split()),
            after=" ".join(after.split()),
            kind=kind_of(m.original_node, before, after, module.code_for_node(statement)),
            source=functools.partial(changed_source, function, owner, m),
        )


def changed_source(function: cst.FunctionDef, owner: str, mutation: Any) -> str:
    """Return the source of the changed function, inside its class if it has one."""
    new = function.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(new, cst.FunctionDef)
    body: cst.BaseStatement = new
    if owner:
        body = cst.ClassDef(cst.Name(owner), cst.IndentedBlock([new]))
    return "from __future__ import annotations\n" + cst.Module([body]).code


def module_name(path: Path) -> str:
    """Return the dotted name: folders count as long as they are packages."""
    parts, up = ([] if path.stem == "__init__" else [path.stem]), path.parent
    while (up / "__init__.py").is_file():
        parts, up = [up.name, *parts], up.parent
    return ".".join(parts)


def kind_of(node: cst.CSTNode, before: str, after: str, statement: str) -> str:
    """Name the kinds of change that seldom mean anything; the others have to be read."""
    if statement.lstrip().startswith("raise "):
        return "words of an error"
    if isinstance(node, cst.SimpleString):
        return "words and keys"
    if before.count("strict=True") != after.count("strict=True"):
        return "strict=True"
    if isinstance(node, cst.Call) and TYPES.findall(before) != TYPES.findall(after):
        return "type of an array"
    return "code"


class Driver:
    """A pytest plugin that runs the tests in its own way."""

    def __init__(self, mutants: Sequence[Mutant], options: argparse.Namespace) -> None:
        self.mutants, self.options = mutants, options
        self.files = sorted({m.file for m in mutants})
        self.cost: dict[str, float] = {}
        self.reached: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.kills: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.done: dict[str, dict[str, Any]] = read(options.file)
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
        known = {m.key for m in self.mutants}
        for entry in self.done.values():
            if entry["result"] == "killed":
                self.kills[entry["module"] + entry["function"]][entry["test"]] += 1
        again = {k for k, e in self.done.items() if e["result"] in self.options.again}
        todo = [m for m in self.mutants if m.key not in self.done or m.key in again]
        say(f"{len(known)} mutants, {len(todo)} to try; {len(session.items)} tests run once first")
        items = self.learn(session.items)
        gc.freeze()
        self.options.file.parent.mkdir(parents=True, exist_ok=True)
        with self.options.file.open("a", encoding="utf-8") as out:
            for n, mutant in enumerate(todo, start=1):
                entry = self.try_one(mutant, items)
                self.done[mutant.key] = entry
                out.write(json.dumps(entry, ensure_ascii=False) + "\n")
                out.flush()
                if n % 50 == 0 or n == len(todo):
                    say(f"{n} of {len(todo)} tried, {mutant.module}")
        return True

    def forget(self) -> None:
        """Empty the caches: what is in them was made by other code than is tried now."""
        if len(sys.modules) != self.modules:
            self.modules = len(sys.modules)
            found = [c for c in gc.get_objects() if isinstance(c, functools._lru_cache_wrapper)]
            self.caches = [c for c in found if OURS.match(c.__module__)]
        for cache in self.caches:
            cache.cache_clear()

    def learn(self, items: Sequence[pytest.Item]) -> dict[str, pytest.Item]:
        """Run each test alone in a child, then here, so that what it compiles or loads stays.

        Not here where it leaves threads behind: they are not there in a child, which then waits.
        """
        kept = {}
        for item in items:
            code, said, cost = self.child(functools.partial(self.traced, item))
            if code != 0:
                continue  # skipped; or fails as the code stands, or where its process is a child
            found = json.loads(said)
            kept[item.nodeid], self.cost[item.nodeid] = item, cost
            for file, lines in found["lines"].items():
                for line in lines:
                    self.reached[file, line].add(item.nodeid)
            if found["threads"] == threads():
                self.forget()
                passes(item)
        say(f"{len(items) - len(kept)} tests left out: skipped, or no use in a child process")
        return kept

    def traced(self, item: pytest.Item, pipe: int) -> int:
        cov = coverage.Coverage(data_file=None, config_file=False, include=self.files)
        cov.start()
        passed = passes(item)
        cov.stop()
        data = cov.get_data()
        lines = {file: data.lines(file) for file in data.measured_files()}
        tell(pipe, json.dumps({"threads": threads(), "lines": lines}))
        return 0 if passed else 1

    def changed(self, mutant: Mutant, items: Sequence[pytest.Item], pipe: int) -> int:
        mutant.apply()
        for item in items:
            tell(pipe, item.nodeid + "\n")
            signal.setitimer(signal.ITIMER_PROF, 2 + 10 * self.cost[item.nodeid])
            if not passes(item):
                return 1
        return 0

    def child(self, work: Callable[[int], int]) -> tuple[int, str, float]:
        """Fork; return how the work ended there (minus the signal), what it told, its seconds."""
        sys.stdout.flush()
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

    def try_one(self, mutant: Mutant, items: dict[str, pytest.Item]) -> dict[str, Any]:
        """Return what is written down of one mutant."""
        kills = self.kills[mutant.module + mutant.function]
        tests = sorted(
            set().union(*(self.reached[mutant.file, line] for line in mutant.lines)),
            key=lambda t: (self.cost[t] / (1 + 10 * kills[t]), t),
        )
        chosen: list[str] = []
        for test in tests:
            spent = sum(self.cost[t] for t in chosen) + self.cost[test]
            if not chosen or spent <= self.options.budget:
                chosen.append(test)
        result, test, spent = "not reached", "", 0.0
        if behind(vars(importlib.import_module(mutant.module)), mutant.function) is None:
            result = "compiled"
        elif chosen:
            work = functools.partial(self.changed, mutant, [items[t] for t in chosen])
            code, said, spent = self.child(work)
            result, test = ENDS.get(code, "crashed"), said.strip().rpartition("\n")[2]
        if result == "killed":
            kills[test] += 1
        shown = ("module", "function", "line", "before", "after", "kind")
        return {
            "key": mutant.key,
            **{name: getattr(mutant, name) for name in shown},
            "result": result,
            "test": test,
            "tests": len(chosen),
            "left": len(tests) - len(chosen),
            "seconds": round(spent, 3),
        }


def tell(pipe: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(pipe, data) :]


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
    """Return a table: a line for each module, a column for each result."""
    count: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for m in mutants:
        for row in (m.module, "total"):
            count[row]["mutants"] += 1
            if m.key in done:
                count[row].update(("tried", done[m.key]["result"]))
    columns = ("mutants", "tried", *RESULTS)
    lines = ["| module | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in [*(r for r in count if r != "total"), "total"]:
        lines.append(f"| {row} | " + " | ".join(f"{count[row][c]:,}" for c in columns) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("code", nargs="+", type=Path, help="files or packages to change")
    parser.add_argument("--tests", nargs="+", required=True, help="test files or folders to run")
    parser.add_argument("--file", type=Path, default=Path("build/mutation.jsonl"), help="results")
    parser.add_argument("--again", nargs="*", default=[], choices=RESULTS, help="try these again")
    parser.add_argument("--only", default="", help="only mutants with these words in their key")
    parser.add_argument("--budget", type=float, default=6, help="seconds of tests for one mutant")
    parser.add_argument("--show", nargs="*", choices=RESULTS, help="run nothing, show results")
    options = parser.parse_args()
    files = [f for c in options.code for f in (sorted(c.rglob("*.py")) if c.is_dir() else [c])]
    mutants = [m for file in files for m in mutants_of(file) if options.only in m.key]
    if options.show is None:
        driver = Driver(mutants, options)
        command = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:pytest_cov"]
        command += ["-s", "--assert=plain", "--tb=native", "-o", "tmp_path_retention_policy=none"]
        code = pytest.main([*command, *options.tests], plugins=[driver])
        if code:
            return int(code)
    done = read(options.file)
    for m in mutants:
        if m.key in done and done[m.key]["result"] in (options.show or ()):
            print(f"{m.file}:{m.line} {m.function} [{m.kind}]\n    {m.before}\n    {m.after}")
    print(summary(mutants, done))
    return 0


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    sys.exit(main())
