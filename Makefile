# Preceptor. `make help` lists the commands.
#
# On a fresh machine `make demo` is enough: it needs Python 3.12 or newer, and Pango for the PDFs.

BIN := .venv/bin
PYTHON := $(BIN)/python
PORT ?= 8000
HOST ?= 127.0.0.1
CODE := portal training evaluations certifications tests bench manage.py

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# ---- set-up and demo ---------------------------------------------------------------------------

.PHONY: setup
setup: .venv/installed .venv/assets ## Environment and front-end files: everything but data

.venv/installed: requirements-dev.lock .ci/setup
	@.ci/setup environment
	@touch $@

.venv/assets: package-lock.json portal/ui/assets.py .venv/installed
	@.ci/setup assets
	@touch $@

demo demo-data demo-reset: export PRECEPTOR_DEMO := 1
demo demo-data demo-reset: export SITE_URL ?= http://localhost:$(PORT)
demo demo-data demo-reset: export LOG_LEVEL ?= WARNING
demo: export HOST := $(HOST)
# Celery warns of root at length; a demo in a container is root.
demo: export PYTHONWARNINGS := ignore:You're running the worker

.PHONY: demo
demo: demo-data ## Everything: set up, load the demo organization, start it on PORT (8000)
	@$(PYTHON) manage.py demo_accounts
	@echo "Preceptor answers on $(SITE_URL)  (Ctrl-C ends it)"
	@exec $(BIN)/honcho --env /dev/null start --port $(PORT)

.PHONY: demo-data
demo-data: setup ## Migrate, and load the demo where there is none (COPIES=84: 10,000 people)
	@$(PYTHON) manage.py migrate --no-input --verbosity 0
	@$(PYTHON) manage.py load_demo --if-empty $(if $(COPIES),--copies $(COPIES))

.PHONY: demo-reset
demo-reset: setup ## Throw the demo's data away and load it again
	@if [ -n "$(DATABASE_URL)" ]; then echo "demo-reset clears the embedded database only; DATABASE_URL is set."; exit 1; fi
	@rm -rf var/db.sqlite3* var/beat-schedule* var/broker var/cache var/content var/mail var/private
	@$(MAKE) demo-data

# ---- tests -------------------------------------------------------------------------------------

PYTEST := $(BIN)/pytest -q --durations 5 --durations-min 2
PARALLEL := -n auto --dist worksteal

# What a machine says against it would have every worker of every run compile all tests anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: test
test: setup ## The test suite on the embedded default, without any server or network
	@$(PYTEST) $(PARALLEL) $(ARGS)

.PHONY: test-long
test-long: setup ## Simulations, bulk and kill tests: some minutes
	@$(PYTEST) $(PARALLEL) -m long $(ARGS)

.PHONY: test-services
test-services: setup ## The test suite on PostgreSQL and Redis
	@.ci/services $(PYTEST) $(PARALLEL) -m "not long and not browser" $(ARGS)

.PHONY: test-browser
test-browser: setup ## The real stack in Chromium, with axe
	@$(PYTEST) -m browser $(ARGS)

.PHONY: scenario
scenario: ## Run the stories of FILE on a throw-away database (DATABASE_URL: on that PostgreSQL)
	@$(MAKE) setup >&2
	@$(if $(filter postgres%,$(DATABASE_URL)),PRECEPTOR_TEST_SERVICES=1) $(PYTHON) -m tests.scenarios "$(FILE)"

# ---- checks ------------------------------------------------------------------------------------

CHECKS := check-format check-lint check-imports check-types check-templates check-template-lines check-migrations check-deploy

.PHONY: check $(CHECKS)
check: ## Format, lint, types, imports, templates, migrations, production settings
	@$(MAKE) --keep-going $(CHECKS)

check-format: setup
	@ruff format --check --quiet --output-format concise $(CODE) || { echo "make fmt puts this right."; exit 1; }

check-lint: setup
	@ruff check --quiet --output-format concise $(CODE)

check-imports: setup
	@lint-imports --no-logo

check-types: setup
	@mypy

check-templates: setup
	@djlint --quiet --lint templates

check-template-lines:
	@! grep -rnE '^.{141,}' templates --include='*.html' --include='*.txt' | cut -c 1-100 | sed 's/$$/... (over 140 characters)/' | grep .
	@! grep -rnE '\{#([^#]|#[^}])*$$' templates | sed 's/$$/ (a comment ends on its line, or is printed)/' | grep .

check-migrations: setup
	@DATABASE_URL=sqlite://:memory: $(PYTHON) manage.py makemigrations --check --no-input

check-deploy: setup
	@.ci/production $(PYTHON) manage.py check --deploy --fail-level WARNING

.PHONY: fmt
fmt: setup ## Format the code, sort the imports, put right what can be put right
	@ruff check --fix-only --quiet $(CODE)
	@ruff format --quiet $(CODE)

.PHONY: bench
bench: setup ## Measure what must stay fast, on both databases with 10,000 people (ARGS="--json FILE")
	@.ci/services $(PYTHON) -m bench.run $(ARGS)

# ---- dependencies ------------------------------------------------------------------------------

COMPILE := uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header \
	--annotation-style line $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: setup ## Resolve the dependencies anew into the lock files (UPGRADE=1: take newer ones)
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --output-file requirements-dev.lock --group dev --constraint requirements.lock pyproject.toml
	@$(COMPILE) --output-file requirements-node.lock --group node
