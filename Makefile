# `make` prints every verb. Local and CI use the same ones.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
export ASTRA_HOME ?= $(CURDIR)/.astra
export PYTHONDONTWRITEBYTECODE ?=
T ?=
# Workers of the tests, each with a database of its own. One more than two cores: much of the time a test waits for a bot or a page.
JOBS ?= 3
PORT ?= 8000
ENGINE ?= local
BEGUN := $(shell date +%s)
PATHS := astra bench deploy tests conftest.py setup.py

.PHONY: help setup demo stop reset test test-postgresql-15 ci check format lint types imports docs journey guarantees browser messages stats locks wheel bench-sandbox

help: ## This list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 28

setup: ## Everything a fresh machine needs: packages, front-end files, catalogues (safe to repeat)
	@PYTHON="$(PYTHON)" scripts/setup

demo: setup ## The product with sandboxes and a seeded shop, until Ctrl-C (DETACH=1: in the background; PORT=8000; ENGINE=docker: bots in containers)
	@$(if $(filter docker,$(ENGINE)),ASTRA_BOT_IMAGE="$$(scripts/bot-image --load)" )$(PY) -m astra demo --port $(PORT) --engine $(ENGINE) $(if $(DETACH),--detach)

stop: ## Ends a demo that runs in the background
	@$(PY) -m astra demo --stop

reset: ## Forgets the demo's data and keys (the tests' own database stays)
	@if [ -x $(PY) ]; then $(PY) -m astra reset --yes; else echo "Nothing is set up here: nothing to forget."; fi; rm -f build/demo.json

test: setup ## All tests, or a part: make test T=astra/core/ledger
	@scripts/setup --browser
	@scripts/setup --engine
	@ASTRA_HOME=$(CURDIR)/.astra/test $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(T)

test-postgresql-15: setup ## The tests against a PostgreSQL 15 of their own, by an administrator who is no superuser
	@ASTRA_HOME=$(CURDIR)/.astra/test ASTRA_TEST_DB=deb15 scripts/with-postgresql-15 $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not browser" $(T)

ci: setup check test ## What CI runs: set-up, all checks, all tests

check: format lint types imports docs ## All checks that read the code

format: ## Formatting is right
	@.venv/bin/ruff format --check $(PATHS)

lint: ## Python and templates
	@.venv/bin/ruff check $(PATHS)
	@.venv/bin/djlint --quiet --lint astra/core
	@.venv/bin/djlint --quiet --lint --profile html --ignore H015,H030,H051 astra/sandbox

types: ## mypy
	@.venv/bin/mypy $(PATHS)

imports: ## Who may import whom
	@.venv/bin/lint-imports --no-cache

docs: ## Generated pages are fresh, links in documents lead somewhere
	@ASTRA_ENVIRONMENT=test ASTRA_HOME=$(CURDIR)/.astra/test $(PY) -m tests.support.documents --check

journey: setup ## The whole first sale by itself over HTTP and the gateway (ENGINE=local, none, docker or pool; kubernetes on a cluster that is lent)
	@ASTRA_JOURNEY_BEGUN=$(BEGUN) $(PY) -m tests.journey --engine $(ENGINE)

guarantees: setup ## The longer proofs under faults; writes build/reports/guarantees.json
	@ASTRA_HOME=$(CURDIR)/.astra/test $(PY) -m tests.guarantees

browser: setup ## The browser ring alone, with screenshots in build/screenshots
	@scripts/setup --browser
	@ASTRA_HOME=$(CURDIR)/.astra/test $(PY) -m pytest -m browser

bench-sandbox: setup ## A thousand bots in the offline Discord, five thousand interactions a minute; writes build/reports/bench-sandbox.json
	@$(PY) -m bench.sandbox

bench-runtime: setup ## Memory and start of a bot by engine, cost of the supervisor, bad neighbours; writes build/reports/bench-runtime.json
	@ASTRA_HOME=$(CURDIR)/.astra/test ASTRA_ENVIRONMENT=test $(PY) -m bench.runtime

messages: setup ## Collects texts to translate and says which are missing
	@ASTRA_HOME=$(CURDIR)/.astra/test $(PY) -m pytest -q tests/architecture/test_translations.py

stats: setup ## Size of the code: files, lines, longest
	@$(PY) -m tests.support.stats

locks: setup ## Compiles requirements/*.txt from pyproject.toml, with hashes and without addresses
	@$(PY) -m pip install --quiet pip-tools
	@compile="$(PY) -m piptools compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --allow-unsafe --strip-extras"; \
	  $$compile --extra product --extra dev --output-file requirements/dev.txt pyproject.toml && \
	  $$compile --extra product -c requirements/dev.txt --output-file requirements/run.txt pyproject.toml && \
	  $$compile --extra product --extra kubernetes -c requirements/dev.txt --output-file requirements/kubernetes.txt pyproject.toml && \
	  $(PY) -c 'import tomllib; print("\n".join(tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bot"]))' | \
	  $$compile -c requirements/dev.txt --output-file requirements/bot.txt -

wheel: setup ## The package as others install it, in build/dist: the sandboxes by an extra, Discord's description inside
	@rm -rf build/dist && $(PY) -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir build/dist . && rm -rf *.egg-info && ls build/dist/*.whl
