# Everything runs in .venv, which the first target that needs it sets up.

# The first Python that is new enough; another can be named: make PYTHON=python3.12 test
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The files of the SPARQL page. Without npm a site is built without that page.
BROWSER := mipex_kg/site/browser
ASSETS := mipex_kg/site/_assets/assets.json
NPM := $(shell command -v npm)

# The portals' harvesters that the tests run, each in an environment of its own.
HARVESTERS := $(patsubst tests/harvest/requirements-%.txt,.harvest/%/.installed,$(wildcard tests/harvest/requirements-*.txt))

# What the tests check the pages with. Without npm those tests are skipped.
TOOLS := tests/tools
TOOLS_STAMP := $(TOOLS)/node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help assets harvesters publish test lint fmt types docs bench golden clean

help: ## Show the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --editable . --group dev
	@touch $@

$(ASSETS): $(BROWSER)/package-lock.json $(BROWSER)/.npmrc $(BROWSER)/build.mjs $(wildcard $(BROWSER)/src/*.js)
	@test -n "$(NPM)" || { echo "npm is needed to make the files of the SPARQL page, and it was not found."; exit 2; }
	cd $(BROWSER) && npm ci --ignore-scripts --loglevel=error && npm run --silent build
	@touch $@

$(TOOLS_STAMP): $(TOOLS)/package-lock.json $(TOOLS)/.npmrc
	cd $(TOOLS) && npm ci --ignore-scripts --loglevel=error
	@touch $@

.harvest/%/.installed: tests/harvest/requirements-%.txt tests/harvest/build-constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 2; }
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --upgrade 'pip>=25.3'
	$(@D)/bin/pip install --quiet --no-deps --requirement $< \
		--build-constraint tests/harvest/build-constraints.txt
	@touch $@

harvesters: $(HARVESTERS) ## Install CKAN's and udata's harvesters, for the tests to run

assets: $(ASSETS) ## Bundle the SPARQL page's editor and engine (needs npm)

publish: $(STAMP) $(if $(NPM),$(ASSETS)) ## Build the bundled graph into site/, checked before and after
	$(BIN)/mipex-kg --project . validate
	$(BIN)/mipex-kg --project . build --output site
	$(BIN)/mipex-kg --project . check site

test: $(STAMP) $(if $(NPM),$(ASSETS) $(TOOLS_STAMP)) lint types ## Run all checks and tests
	$(BIN)/pytest --quiet --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: $(STAMP) ## Check the style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check

fmt: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(STAMP) ## Check the types
	$(BIN)/mypy

docs: $(STAMP) ## Generate the reference pages
	$(BIN)/python docs/generate.py

bench: $(STAMP) ## Measure beside the peers that are installed (see bench/README.md)
	$(BIN)/python -m bench

golden: $(STAMP) ## Write the expected dataset anew, to be reviewed as a diff
	$(BIN)/python -m tests.golden

clean: ## Remove what the other targets made
	rm -rf $(VENV) .harvest site dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf $(dir $(ASSETS)) $(BROWSER)/node_modules $(TOOLS)/node_modules
