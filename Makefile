# KAT Monitor. `make demo` shows a working clinic, `make test` proves the promises; each sets up what it needs in .venv.
# Options for the program behind a verb travel in ARGS: make demo ARGS="--port 8123 --speed 30"

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test check bench bench-ui validate-simulator test-long docs lock

ARGS ?=
BIN := .venv/bin
# Asked for only by the verbs that need it, so that `make` by itself runs anywhere.
SYSTEM_PYTHON = $$(PYTHON="$(PYTHON)" tools/find_python.sh)

help: ## these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

setup: ## everything that the server needs, in .venv (again costs nothing)
	@python=$(SYSTEM_PYTHON) && "$$python" tools/setup.py

setup-test: ## the same, with what checks and tests need
	@python=$(SYSTEM_PYTHON) && "$$python" tools/setup.py --test

demo: setup ## a simulated clinic on http://127.0.0.1:8000; ARGS="--port 8123 --speed 30"
	@$(BIN)/kat-monitor demo $(ARGS)

test: setup-test ## every test, with a real PostgreSQL and a real Chromium; ARGS goes to pytest
	@tools/need.sh chromium chromium "the browser tests drive the system's Chromium"
	@$(BIN)/python tools/dashboard.py test
	@$(BIN)/python -m pytest $(ARGS)

check: setup-test ## linters, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/dashboard.py check

bench: setup-test ## measurements beside their limits, into bench/results.json
	@tools/need.sh wrk wrk "the load of the measurements comes from it"
	@$(BIN)/python -m tests.bench $(ARGS)

bench-ui: setup-test ## what the dashboard costs a browser, into bench/results-ui.json
	@tools/need.sh chromium chromium "the dashboard is measured in the system's Chromium"
	@$(BIN)/python tools/dashboard.py build
	@$(BIN)/python -m tests.bench.ui $(ARGS)

validate-simulator: setup-test ## the simulators beside the published tables, and a plot
	@$(BIN)/python -m kat_simulators.validate $(ARGS)

test-long: setup-test ## the long property runs (20,000 generated sessions and more)
	@$(BIN)/python -m pytest -m long --long $(ARGS)

docs: setup ## the generated tables of docs/: routes with their roles, settings
	@$(BIN)/python tools/api_page.py $(ARGS)

lock: setup-test ## compiles requirements/*.txt anew from pyproject.toml; ARGS=--upgrade takes newer versions
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/lock.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/lock.py $(ARGS)
