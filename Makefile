# Two commands: `make demo` shows what nuchal does, `make test` proves it.
# Both set up everything they need in .venv and are quick when that is done already.

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo demo-all test check-all fuzz kills page-day lint format docs doc-examples bench clean

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
USE_READY := $(VENV)/.ready-to-use
DEV_READY := $(VENV)/.ready-to-develop
MINUTES ?= 10
PYTEST_ARGS ?= -n auto --maxprocesses 4 --dist loadfile

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1 - /p' $(MAKEFILE_LIST)

demo: $(USE_READY) ## what a neck can and cannot do: a report on a made patient, in demo/
	$(BIN)/nuchal demo --out demo

demo-all: $(USE_READY) ## all made patients, in demo-patients/: what is found, and what is true
	$(BIN)/python examples/judge_patients.py

test: $(DEV_READY) ## set everything up and run the tests
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not slow"

check-all: $(DEV_READY) ## all that is tested: the site, what takes long, damaged files, killed commands, a day of the page
	$(MAKE) docs
	PYTHONPATH=tests/checking $(BIN)/python -m pytest $(PYTEST_ARGS) --jaxtyping-packages=nuchal,type_checker.check
	$(MAKE) fuzz page-day kills

fuzz: $(DEV_READY) ## ten minutes of damaged files for every reader, or MINUTES=60 (needs Linux or macOS)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	nice $(BIN)/python -m tests.fuzz.run --minutes $(MINUTES)

kills: $(DEV_READY) ## kill every command that writes at a hundred random moments; hours
	$(BIN)/python tests/kills/run.py

lint: $(DEV_READY) ## style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --num-workers auto
	$(BIN)/lint-imports
	$(BIN)/python scripts/measure_house.py --rules
	$(BIN)/python scripts/check_pages.py

format: $(DEV_READY) ## put the code into the house's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

page-day: $(DEV_READY) ## a day of the page in ten minutes: 500 visits, crashing and hungry files among them
	$(BIN)/python tests/day_of_the_page.py

docs: $(USE_READY) ## the site of docs/, with notebooks and references, in build/site; it needs no network
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python scripts/site/check.py build/site
	@echo "Open build/site/index.html in a browser."

doc-examples: $(DEV_READY) ## run every example of README.md and docs/
	$(BIN)/python -m pytest tests/test_docs.py

bench: $(DEV_READY) ## the speed and accuracy tables of benchmarks/, those of ten minutes at most
	$(BIN)/python scripts/bench.py

clean: ## remove what was built, the environment included
	rm -rf $(VENV) demo demo-patients .fuzz build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "nuchal needs Python 3.11 or newer; install it, or say where it is:" \
		"make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "nuchal needs Python 3.11 or newer; $(PYTHON) is older"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment;" \
		"on Debian or Ubuntu install python3-venv"; exit 1; }

$(USE_READY): $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up $(VENV): a few minutes the first time."
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(DEV_READY): $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up $(VENV): a few minutes the first time."
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(USE_READY) $@
