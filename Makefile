# The verbs people rely on. Everything happens inside .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASE ?= ukraine-2025
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: setup assess test coverage mutation serve bench peers lint docs reference lock clean help

help:
	@echo "make assess   assess the shipped case, print the result, write briefing.html"
	@echo "make setup    everything: all extras, developer tools, warmed kernels"
	@echo "make test     the whole test suite"
	@echo "make coverage coverage of the engines by branch"
	@echo "make mutation changes of the code that no test notices; an hour or two, goes on where it was stopped"
	@echo "make serve    the workbench at http://127.0.0.1:8420"
	@echo "make bench    measured speed, as ratios in one run"
	@echo "make peers    other packages, apart, for the benchmarks to measure beside"
	@echo "make lint     ruff and mypy --strict"
	@echo "make docs     build the documentation into site/"
	@echo "make reference  write the pages that say what the code says"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else "Willing needs Python 3.11 to 3.13; found " + sys.version.split()[0] + ". Try: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

# The locks hold everything, so nothing is left to resolve: a release of tomorrow cannot break them.
# What is installed to be edited is compiled here, as pip does it for the rest: where Python is told
# to write no bytecode, every command would compile two hundred modules anew.
$(VENV)/.core: requirements/core.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/core.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@

$(VENV)/.all: requirements/all.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements/all.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q src
	@touch $@ $(VENV)/.core

setup: $(VENV)/.all
	$(BIN)/python -m willing.forecast.warm

assess: $(VENV)/.core
	$(BIN)/willing assess $(CASE) --out briefing.html

# Kernels that changed are compiled first: both workers would compile them at the same time.
test: $(VENV)/.all
	$(BIN)/python -m willing.forecast.warm
	$(BIN)/python -m pytest -n 2

# Compiled kernels run once more as plain Python: a tracer cannot see into compiled code. The fits
# that draw thousands of samples and the tables of a thousand actors would take minutes there.
ENGINES := forums bargaining force history participation
PLAIN := tests/bargaining/test_smp.py tests/bargaining/test_scholz.py tests/force/test_annealing.py \
	tests/history/test_proportional_odds.py tests/history/test_discrete_hazard.py \
	tests/history/test_deployment_speed.py::test_the_likelihood_is_the_integral_it_stands_for \
	tests/history/test_ramp.py tests/participation/test_extra_trees.py \
	tests/forums/test_binary_decision_diagram.py tests/forums/test_birnbaum.py
coverage: $(VENV)/.all
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest $(ENGINES:%=tests/%) -n 2 --dist loadgroup --cov --cov-report=
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest $(PLAIN) -k "not posterior and not many_actors" \
		-n 2 --cov --cov-append --cov-report=
	set -e; for engine in $(ENGINES); do \
		$(BIN)/coverage report --include="*/willing/$$engine/*" --skip-covered --fail-under=95; done

# For maintainers, no part of the tests. Results are kept in build/mutation.jsonl: see CONTRIBUTING.
MUTATED ?= forums record
mutation: $(VENV)/.all
	nice $(BIN)/python -m tools.mutation $(MUTATED:%=src/willing/%) --tests $(MUTATED:%=tests/%) $(MUTATION)

serve: $(VENV)/.all
	$(BIN)/willing serve

bench: $(VENV)/.all
	$(BIN)/willing bench

# What other packages need must not touch what Willing needs: an environment of their own.
peers:
	$(PYTHON) -m venv .peers
	.peers/bin/pip install --quiet -r benchmarks/peers.txt

lint: $(VENV)/.all
	$(BIN)/ruff check src tests tools benchmarks notebooks
	$(BIN)/ruff format --check src tests tools benchmarks notebooks
	$(BIN)/mypy

docs: $(VENV)/.all
	$(BIN)/mkdocs build --strict

# The pages that are written from the code, and what else is made from it.
reference: $(VENV)/.all
	$(BIN)/python -m tools.reference
	$(BIN)/python tools/schema.py
	$(BIN)/python tools/notices.py

lock: $(VENV)/.all
	$(BIN)/python tools/lock.py

clean:
	rm -rf $(VENV) site build dist briefing.html .pytest_cache .mypy_cache .ruff_cache
