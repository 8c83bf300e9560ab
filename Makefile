# The commands for people, hooks and CI. `make run` and `make test` need Python 3.11 or newer with pip
# and venv, and nothing else; both are quick the second time.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format lint types layers bench pins clean

help:  ## Show these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */  make \1\t/'

run: .venv/.installed  ## Rebuild the feeds of the example snapshots
	@$(BIN)/refeed rebuild -c examples/refeed.toml
	@echo
	@echo "Open examples/feeds/index.html in a browser. For a folder of your own:"
	@echo "  $(BIN)/refeed rebuild --seeds FOLDER --output FEEDS"

test: .venv/.developed  ## Run all tests
	$(BIN)/python -m pytest -n auto

check: format lint types layers test  ## Check formatting, lint, types and layers, and run all tests

format: .venv/.developed
	$(BIN)/ruff format --check .

lint: .venv/.developed
	$(BIN)/ruff check .

types: .venv/.developed
	$(BIN)/mypy

layers: .venv/.developed
	$(BIN)/lint-imports

bench: .venv/.developed  ## Measure speed beside Hugo, if that is installed
	$(BIN)/python -m benchmarks.run

pins:  ## Pin the newest development dependencies (needs uv)
	uv export --quiet --upgrade --no-emit-project --group dev --format requirements-txt \
		--output-file requirements-dev.txt
	rm -f uv.lock

clean:  ## Remove what the commands made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
		examples/feeds examples/.refeed

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "refeed needs Python 3.11 or newer; name one with make PYTHON=…")'
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.developed: .venv/bin/python pyproject.toml requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ .venv/.installed
