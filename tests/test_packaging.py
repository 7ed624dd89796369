"""A release that others can pick up: locks, wheel, image, and what an installation lacks."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import textwrap
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from tools import dependencies
from willing.cli import app

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "willing"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.name)
def test_a_lock_pins_hashes_and_fits_the_licence(lock: Path) -> None:
    assert dependencies.faults(lock) == []


def test_every_dependency_is_in_the_lock() -> None:
    def names(lines: list[str]) -> set[str]:
        found = {re.split(r"[<>=\[]", line)[0].lower().replace("_", "-") for line in lines}
        return found - {"willing"}

    locked = {lock.stem: {p.name for p in dependencies.packages(lock)} for lock in LOCKS}
    extras = PROJECT["project"]["optional-dependencies"]
    assert names(PROJECT["project"]["dependencies"]) <= locked["core"]
    assert names(extras["nlp"]) | names(extras["web"]) <= locked["team"]
    assert set().union(*map(names, extras.values())) <= locked["all"]
    assert set(extras) == {"nlp", "llm", "web", "cluster", "dev"}


def test_the_licence_check_can_fail(tmp_path: Path) -> None:
    lock = tmp_path / "bad.lock"
    lock.write_text("numpy==2.0.0\nhttps://example.org/x.whl\nscipy>=1\n")
    assert len(dependencies.faults(lock)) == 4  # no hash, two not pinned, an address
    strong = dependencies.Package("x", "1", 1, "GPL-3.0-or-later", "1")
    either = dependencies.Package("x", "1", 1, "MPL-1.1 OR GPL-2.0-only", "1")
    assert (strong.fits, either.fits) == (False, True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return out


def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    assert all(n.startswith(("willing/", "willing-")) for n in names)
    shipped = {n.removeprefix("willing/") for n in names if n.startswith("willing/")}
    here = {
        str(p.relative_to(SRC))
        for p in SRC.rglob("*")
        if p.is_file() and p.suffix not in {".pyc", ".nbi", ".nbc"}
    }
    assert shipped == here
    changed = [n for n in here if archive.read(f"willing/{n}") != (SRC / n).read_bytes()]
    assert changed == []
    assert "py.typed" in shipped
    assert any(n.endswith("licenses/LICENSE") for n in names)


def test_the_sdist_holds_what_builds_tests_and_documents_it(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {n.split("/", 1)[1] for n in archive.getnames() if "/" in n}
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "NOTICE",
        "THIRD_PARTY_NOTICES.md",
        "CITATION.cff",
        "Makefile",
        "mkdocs.yml",
        "Containerfile",
        "compose.yaml",
        "requirements/core.lock",
        "tests/conftest.py",
        "docs/index.md",
        "notebooks/shipped-case.ipynb",
        "tools/lock.py",
    ):
        assert name in names, name
    assert not [n for n in names if n.startswith((".venv", "site/", "dist/")) or ".pyc" in n]


def lend_kernels(package: Path) -> None:
    """Put what is compiled here beside the same sources there.

    A cache of numba's counts where its source has the same time and size. Compiling all kernels
    once more takes most of a minute and would say nothing about the wheel.
    """
    for compiled in SRC.rglob("__pycache__/*.nb[ic]"):
        source = compiled.parent.parent / f"{compiled.name.partition('.')[0]}.py"
        beside = package / source.relative_to(SRC)
        if source.is_file() and beside.is_file():
            (beside.parent / "__pycache__").mkdir(exist_ok=True)
            shutil.copy2(compiled, beside.parent / "__pycache__")
            shutil.copystat(source, beside)


def test_the_installed_wheel_does_the_main_job(built: Path, tmp_path: Path) -> None:
    """Away from the checkout, from the wheel alone: what data it lacks would show here."""
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    lend_kernels(tmp_path / "site" / "willing")
    done = subprocess.run(
        [sys.executable, "-m", "willing", "assess", "ukraine-2025", "--draws", "40"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "First" in done.stdout


def test_without_extras_every_command_works_or_says_one_sentence(tmp_path: Path) -> None:
    """Hide every package that the core lock does not hold, and try all commands."""
    core = sorted(p.name for p in dependencies.packages(ROOT / "requirements" / "core.lock"))
    (tmp_path / "a.txt").write_text("Poland said it will not send troops to Ukraine.\n")
    script = textwrap.dedent(
        f"""
        import sys
        from importlib.metadata import packages_distributions

        core = set({core!r}) | {{"willing"}}
        held = {{
            module
            for module, names in packages_distributions().items()
            if any(n.lower().replace("_", "-").replace(".", "-") in core for n in names)
        }}
        others = set(packages_distributions()) - held

        class Hide:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in others:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

        sys.meta_path.insert(0, Hide())
        from pathlib import Path
        from contextlib import redirect_stderr, redirect_stdout
        import io
        from willing.cli import main

        for line in sys.stdin.read().splitlines():
            sys.argv = ["willing", *line.split()]
            out, err, status = io.StringIO(), io.StringIO(), 0
            with redirect_stdout(out), redirect_stderr(err):
                try:
                    main()
                except SystemExit as end:
                    status = end.code or 0
            said = " ".join(err.getvalue().split())
            print(f"{{line}}|{{status}}|{{said}}")
        """
    )
    commands = {
        "version": 0,
        "new made --title T": 0,
        "check made": 0,
        "positions haiti-2023": 0,
        "forum unsc --date 2025-04-05": 0,
        "routes haiti-2023 --draws 40": 0,
        "assess haiti-2023 --draws 40 --out b.html": 0,
        "score haiti-2023 --draws 40": 0,
        "read a.txt --queue q": 0,
        "review q --json": 0,
        "bargain ukraine-2025#mission --model mean": 0,
        "force haiti-2023 --time-limit 1 --draws 20 --checked 0": 0,
        "force haiti-2023 --time-limit 1 --draws 20 --checked 0 --out f.xlsx": "web",
        "export haiti-2023 --as package --out p": 0,
        "export haiti-2023 --as geojson --out g.json": 0,
        "read a.txt --extractor spacy": "nlp",
        "read https://example.org/a": "nlp",
        "read a.txt --extractor llm --endpoint http://127.0.0.1:9 --model m": "llm",
        "sweep haiti-2023 --over levers --draws 40 --cluster tcp://127.0.0.1:1": "cluster",
        "serve": "web",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        input="\n".join(commands),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = dict(line.split("|", 1) for line in done.stdout.splitlines())
    for command, expected in commands.items():
        status, words = said[command].split("|", 1)
        if expected == 0:
            assert status == "0", f"{command}: {words}"
        else:
            assert status == "2", f"{command}: {words}"
            assert words.startswith("willing: "), words
            assert f"pip install 'willing[{expected}]'" in words
            assert len(words) < 140


def options(command: str) -> set[str]:
    group: Any = typer.main.get_command(app)
    return {flag for p in group.commands[command].params for flag in p.opts}


def test_the_image_is_built_from_pins_and_runs_without_root() -> None:
    assert "--require-hashes -r requirements/team.lock" in CONTAINER
    assert CONTAINER.rindex("\nUSER willing") < CONTAINER.index("\nENTRYPOINT")
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() == ignored
    for line in re.findall(r"^COPY (?!--from)(.*)$", CONTAINER, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, source
    version = re.search(r"python:(3\.\d+)", CONTAINER)
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in PROJECT["project"]["classifiers"]
    (command,) = re.findall(r"^CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    words = yaml.safe_load(command)
    assert words[0] == "serve"
    assert {w for w in words if w.startswith("--")} <= options("serve")


def test_what_the_image_names_is_there(tmp_path: Path) -> None:
    """Stages, the account, folders, settings, the port and the address of the health check."""
    from willing.workbench import create_app

    joined = CONTAINER.replace("\\\n", " ")
    last = joined[joined.rindex("\nFROM ") :]
    stages = re.findall(r"^FROM \S+ AS (\w+)$", joined, re.MULTILINE)
    assert set(re.findall(r"--from=(\w+)", joined)) <= set(stages)
    (account,) = re.findall(r"^USER (\w+)$", last, re.MULTILINE)
    assert re.search(rf"useradd .*\b{account}\b", last)
    (volume,) = re.findall(r"^VOLUME (\S+)$", last, re.MULTILINE)
    made = re.search(rf"install -d -o {account} -g {account} (.*)$", last, re.MULTILINE)
    assert made
    assert volume in made[1].split()
    named = dict(re.findall(r"(\w+)=(\S+)", last[last.index("\nENV") : last.index("\nUSER")]))
    source = "".join(p.read_text(encoding="utf-8") for p in SRC.rglob("*.py"))
    for name, value in named.items():
        assert not name.startswith("WILLING") or f'"{name}"' in source, name
        assert "/data" not in value or value.rpartition("sqlite:///")[2].startswith(volume), name
    serve: Any = typer.main.get_command(app)
    (port,) = [p.default for p in serve.commands["serve"].params if p.name == "port"]
    assert re.findall(r"^EXPOSE (\d+)$", last, re.MULTILINE) == [str(port)]
    checked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", last)
    assert checked
    assert checked[1] == str(port)
    workbench = create_app(f"sqlite:///{tmp_path / 's.db'}", shipped=False)
    assert checked[2] in {getattr(route, "path", "") for route in workbench.routes}
    workbench.state.jobs.close()
    workbench.state.store.close()


def test_the_team_file_holds_no_secret_and_listens_on_loopback_alone() -> None:
    service = COMPOSE["services"]["willing"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert "ports" not in COMPOSE["services"]["database"]
    assert service["cap_drop"] == ["ALL"]
    assert {w for w in service["command"] if w.startswith("--")} <= options("serve")
    # an image in the OCI format carries no health check: both places say the same
    (check,) = re.findall(r"^HEALTHCHECK .*CMD +(\[.*\])$", CONTAINER.replace("\\\n", " "), re.M)
    assert service["healthcheck"]["test"] == ["CMD", *yaml.safe_load(check)]
    for each in COMPOSE["services"].values():
        for key, value in each["environment"].items():
            if "PASSWORD" in key or "://" in value:
                assert re.search(r"\$\{\w+:\?", value), key
    named = {v.split(":")[0] for s in COMPOSE["services"].values() for v in s["volumes"]}
    assert named == set(COMPOSE["volumes"])


def test_versions_agree() -> None:
    from willing import __version__

    assert PROJECT["project"]["version"] == __version__
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
