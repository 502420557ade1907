# Everything runs in .venv, which the first target that needs it sets up.

# A Python that works, see CONTRIBUTING.md. Another can be named: make PYTHON=python3.12 test
# All of PATH is looked through, since a version manager may put the name of a Python that isn't
# installed before one that is, and Debian packs what makes environments by itself.
WORKS := import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON ?= $(shell IFS=:; \
	for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	for folder in $$PATH; do \
	"$$folder/$$name" -c '$(WORKS)' 2>/dev/null && echo "$$folder/$$name" && exit; done; done)
NEEDED := Python 3.11 to 3.14 with its modules venv and ensurepip is needed (Debian: python3-venv), \
	and none was found.
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The files of the SPARQL page, of search by name and of the typeface. Without npm a site is built without these.
BROWSER := mipex_kg/site/browser
ASSETS := mipex_kg/site/_assets/assets.json
NPM := $(shell command -v npm)

# The portals' harvesters that the tests run, each in an environment of its own.
HARVESTERS := $(patsubst tests/harvest/requirements-%.txt,.harvest/%/.installed,$(wildcard tests/harvest/requirements-*.txt))

# What the tests check the pages with. Without npm those tests are skipped.
TOOLS := tests/tools
TOOLS_STAMP := $(TOOLS)/node_modules/.installed

# What makes a website of the documentation, in an environment of its own: it is large.
DOCS_STAMP := .docs-site/.installed

# What finds versions for every Python that is promised, and keeps those that are written down.
# Newer ones: make constraints UPGRADE=--upgrade
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make constraints' $(UPGRADE)
SAME := --constraint constraints/development.txt

# Tests wait for processes and servers now and then: one worker more than there are cores.
JOBS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
ALL := --quiet --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder --durations 20
# Tests write some hundred thousand small files: where there is room for them in memory, and programs
# may be run there, that is no matter of a disk. Servers that run as others have to read them.
ROOM := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 2>/dev/null \
	&& echo /dev/shm)
IN_MEMORY := $(if $(ROOM),folder=$$(mktemp -d $(ROOM)/mipex-kg-XXXXXX) && chmod 755 "$$folder" && \
	trap 'chmod -R u+rwX "$$folder"; rm -rf "$$folder"' EXIT INT TERM && \
	echo : > "$$folder/run" && chmod 755 "$$folder/run" && "$$folder/run" && \
	export TMPDIR="$$folder";)
# What these reach of the package, with all processes that they start, is measured. They tell most
# in least time: what kills processes, waits for servers or looks at whole sites is left out, and so
# reaches nothing here. pyproject.toml says how much it has to be.
REACHING := mipex_kg $(addprefix tests/remote/test_,client.py plain.py transport.py) \
	tests/attack/test_rewriting.py \
	$(addprefix tests/test_,$(addsuffix .py,api bad_files catalogue_faults datatypes explain export \
	folding formats github html_data init_from jsonld_reading keepers lexical_forms lints \
	misspelt network ontology_pages phases quality_score query rdfxml_reading \
	reuse search served shacl shacl_operators shacl_parameters spreadsheets structured_data tables \
	thesaurus tiles validate_places verbosity void w3c_shacl))

# All that is run here leaves its bytecode for what runs next, whatever the environment says: the
# tests take half as long to be read.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help assets harvesters publish test coverage compatible lint fmt types docs docs-site screenshots bench dist licences golden constraints clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints/build.txt constraints/development.txt
	@test -n "$(PYTHON)" || { echo "$(NEEDED)"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement constraints/build.txt
	$(BIN)/pip install --quiet --no-build-isolation --require-hashes \
		--requirement constraints/development.txt
	$(BIN)/pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

$(ASSETS): $(BROWSER)/package-lock.json $(BROWSER)/.npmrc $(wildcard $(BROWSER)/*.mjs $(BROWSER)/src/*.js $(BROWSER)/src/*/*.js)
	@test -n "$(NPM)" || { echo "npm is needed to make what the SPARQL page, search by name and headings load, and it was not found."; exit 2; }
	cd $(BROWSER) && npm ci --ignore-scripts --loglevel=error && npm run --silent build
	@touch $@

$(TOOLS_STAMP): $(TOOLS)/package-lock.json $(TOOLS)/.npmrc
	cd $(TOOLS) && npm ci --ignore-scripts --loglevel=error
	@touch $@

.harvest/%/.installed: constraints/%.txt constraints/build.txt
	@test -n "$(PYTHON)" || { echo "$(NEEDED)"; exit 2; }
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --require-hashes --requirement constraints/build.txt
	$(@D)/bin/pip install --quiet --no-build-isolation --no-deps --require-hashes \
		$$(grep '^--' tests/harvest/requirements-$*.txt) --requirement $<
	@touch $@

harvesters: $(HARVESTERS) ## Install CKAN's and udata's harvesters, for the tests to run

assets: $(ASSETS) ## Bundle what the SPARQL page, search by name and headings load (needs npm)

publish: $(STAMP) $(if $(NPM),$(ASSETS)) ## Build the bundled graph into site/, checked before and after
	$(BIN)/mipex-kg --project . validate
	$(BIN)/mipex-kg --project . build --output site
	$(BIN)/mipex-kg --project . check site

# To check the types keeps one core busy for a while.
test: $(STAMP) $(if $(NPM),$(ASSETS) $(TOOLS_STAMP)) lint ## Run all checks and tests
	$(BIN)/mypy & $(IN_MEMORY) $(BIN)/pytest $(ALL); tested=$$?; wait $$! && exit $$tested

# From Python 3.12 on, to measure takes little.
coverage: $(STAMP) ## Run the tests that reach most, and see how much it is
	rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest --quiet --numprocesses $(JOBS) --dist loadfile $(REACHING)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --skip-covered

# What depends on the version of Python: the examples, regular expressions, processes, packing.
# Of serving, all but what asks for every file, or thousands of times.
compatible: $(STAMP) ## Run what may differ between Pythons
	$(BIN)/pytest --quiet --numprocesses $(JOBS) --dist loadfile mipex_kg tests/serving \
		$(addprefix --ignore=tests/serving/test_,check.py generated.py limits.py) \
		tests/test_locate.py tests/test_patterns.py tests/test_wheel.py tests/test_workers.py
	folder=$$(mktemp -d) && $(BIN)/mipex-kg --project tests/lighthouses build --output "$$folder/site" && rm -r "$$folder"

lint: $(STAMP) ## Check the style of the code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/zizmor --offline --quiet .github action.yml

fmt: $(STAMP) ## Format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: $(STAMP) ## Check the types
	$(BIN)/mypy

docs: $(STAMP) ## Generate the reference pages
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/run_notebook.py

$(DOCS_STAMP): constraints/docs.txt constraints/build.txt
	@test -n "$(PYTHON)" || { echo "$(NEEDED)"; exit 2; }
	$(PYTHON) -m venv --clear $(@D)
	$(@D)/bin/pip install --quiet --require-hashes --requirement constraints/build.txt
	$(@D)/bin/pip install --quiet --require-hashes --requirement $<
	@touch $@

docs-site: $(DOCS_STAMP) ## Make a website of the documentation, in build/docs-site
	$(dir $(DOCS_STAMP))bin/python docs/website.py $(dir $(DOCS_STAMP))bin/zensical

screenshots: publish ## Take the pictures of docs/gallery.md (needs Chromium)
	folder=$$(mktemp -d) && $(BIN)/mipex-kg init "$$folder/new" \
		&& $(BIN)/mipex-kg --project "$$folder/new" build --output "$$folder/site" \
		&& $(BIN)/python docs/screenshots.py site "$$folder/site" && rm -r "$$folder"

bench: $(STAMP) ## Measure beside the peers that are installed (see bench/README.md)
	$(BIN)/python -m bench

dist: $(STAMP) $(ASSETS) licences ## Build what a release is made of: wheel, sources, list of parts
	rm -rf dist
	MIPEX_KG_BUILD_COMPLETE=1 $(BIN)/python -m build --no-isolation --outdir dist
	$(BIN)/python -m zipfile --extract dist/*.whl dist/wheel
	mv dist/wheel/*.dist-info/sboms/*.json dist && rm -r dist/wheel

licences: $(STAMP) ## Show the licences of all that runs
	$(BIN)/python -m release.licences

golden: $(STAMP) ## Write the expected dataset again, to be reviewed as a diff
	$(BIN)/python -m tests.golden

constraints: $(STAMP) ## Write the versions and hashes of all packages again
	$(COMPILE) --group dev --all-extras pyproject.toml --output-file constraints/development.txt
	$(COMPILE) $(SAME) pyproject.toml --output-file constraints/runtime.txt
	$(COMPILE) $(SAME) --group build --output-file constraints/build.txt
	$(COMPILE) $(SAME) --group docs --output-file constraints/docs.txt
	for name in ckan udata; do $(COMPILE) --no-deps tests/harvest/requirements-$$name.txt \
		--output-file constraints/$$name.txt || exit; done

clean: ## Remove what the other targets made
	rm -rf $(VENV) .venv-* .coverage* .docs-site .harvest build site dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	rm -rf $(dir $(ASSETS)) $(BROWSER)/node_modules $(TOOLS)/node_modules
