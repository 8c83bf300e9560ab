# The commands for people, hooks and CI. `make run` and `make test` need Python 3.11 or newer with pip
# and venv, and nothing else; both are quick the second time.

PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test check format lint types layers bench quality quality-reading man deb pins release clean

help:  ## Show these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */  make \1\t/'

run: export REFEED_SERVER_LISTEN = 127.0.0.1:$(PORT)
run: .venv/.installed  ## Keep feeds of the example snapshots and serve them, until Ctrl-C
	@echo "Feeds of examples/seeds, at http://127.0.0.1:$(PORT)/ once they are ready; drop a snapshot in and look."
	@echo "Ctrl-C ends this. If something else has port $(PORT): make run PORT=8081"
	@# On a terminal Ctrl-C is for refeed alone: make would end in an error, however well refeed ends.
	@if [ -t 0 ]; then trap '' TSTP; set -m; else start=exec; fi; \
	$$start $(BIN)/refeed run -c examples/refeed.toml

test: .venv/.developed  ## Run all tests; COVERAGE=1 measures what they cover
ifdef COVERAGE
	COVERAGE_FILE="$(CURDIR)/.coverage" $(BIN)/python -m pytest -n auto --cov --cov-report=term
else
	$(BIN)/python -m pytest -n auto
endif

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

man: .venv/bin/python  ## Write the man pages from the commands' help and the schema
	$(BIN)/python scripts/man_pages.py

deb:  ## Build a Debian package in dist/, on Debian 12
	scripts/build_deb.sh

quality-reading: .venv/.developed  ## Compare what is read from labelled pages: make quality-reading PAGES=folder
	@test -n "$(PAGES)" || { echo "name a folder of test sets, as benchmarks/labelled_pages.py describes: make quality-reading PAGES=folder"; exit 2; }
	$(BIN)/python -m benchmarks.reading_quality "$(PAGES)"

quality: .venv/.developed  ## Measure how well articles are cleaned; FOLDER=… reports on a folder
	PYTHONPATH=tests $(BIN)/python -m benchmarks.quality $(FOLDER)

pins:  ## Pin the newest development dependencies (needs uv)
	uv export --quiet --upgrade --no-emit-project --group dev --format requirements-txt \
		--output-file requirements-dev.txt
	rm -f uv.lock

release:  ## Make a release: make release VERSION=0.2.0
	$(PYTHON) scripts/release.py $(VERSION)

clean:  ## Remove what the commands made
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis \
		examples/feeds examples/.refeed

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "refeed needs Python 3.11 or newer; name one with make PYTHON=…")'
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml
	@echo "Installing refeed and what it needs in .venv; this takes a while, once."
	$(BIN)/python -m pip install -qq --disable-pip-version-check --editable .
	@touch $@

.venv/.developed: .venv/bin/python pyproject.toml requirements-dev.txt
	@echo "Installing refeed and what its checks need in .venv; this takes a while, once."
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --editable .
	@touch $@ .venv/.installed
