# `make help` lists the tasks. Set-up happens by itself: each task depends on the stamps it needs.
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 2
LOG := .venv/set-up.log
EXTRAS := blog users database frontend worker all dev
SERVICES := blog=api.blog users=api.users database=database_service
SPA_SOURCES := $(shell find spa/src spa/scripts -type f -not -path '*/generated/*') \
  spa/index.html spa/vite.config.js spa/svelte.config.js $(wildcard openapi/blog.json openapi/users.json)
# what the program needs to run, and what its tests need on top
RUN := .venv/.run spa/dist/.vite/built
DEV := .venv/.dev spa/dist/.vite/built
# what pytest is told besides; who chooses tests chooses no JavaScript
ARGS ?=
# as many at once as the smallest machine of ours has processors
WORKERS ?= 2
PYTEST = $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal
VITEST = $(if $(ARGS),,spa/with-node npm --prefix spa test --silent)

# the tests start hundreds of processes; without bytecode each would compile the program anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## list the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

# run and demo; services and containers; bench
include $(wildcard flask_blog/*.mk deploy/*.mk benchmarks/*.mk)

.PHONY: build
build: $(RUN) ## install what the program needs and build the SPA

.PHONY: test
test: $(DEV) ## run the tests in moderate numbers (ARGS="-k slug" chooses, WORKERS=4 at once)
	$(VITEST)
	$(PYTEST) -m "not full" $(ARGS)

.PHONY: test-full
test-full: $(DEV) ## run all tests, with the larger numbers too: an hour
	$(VITEST)
	$(PYTEST) $(ARGS)

.PHONY: torture
torture: .venv/.dev ## kill the Database Service and PostgreSQL again and again, for MINUTES=10
	$(BIN)/python -m tests.database_service.torture --minutes $(or $(MINUTES),10)

.PHONY: check
check: $(DEV) lint-api ## formats, lints, types, import rules, house rules, contracts up to date and judged
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	spa/with-node npm --prefix spa run --silent check
	spa/with-node npm --prefix spa run --silent budget
	$(BIN)/python -m pytest --quiet tests/house tests/contract

.PHONY: format
format: .venv/.dev ## format the Python code and mend what ruff can
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

.PHONY: openapi
openapi: .venv/.dev ## regenerate the published contracts, openapi/*.json
	@for service in $(SERVICES); do echo "openapi/$${service%=*}.json"; \
	  $(BIN)/python -m $${service#*=}.spec > openapi/.new && mv openapi/.new openapi/$${service%=*}.json || exit 1; done

.PHONY: screenshots
screenshots: $(DEV) ## take the README's pictures of the demonstration blog
	PYTHONPATH=. $(BIN)/python docs/screenshots/take.py

.PHONY: lint-api
lint-api: openapi/judges/node_modules/.installed ## judge the contracts by Spectral, OWASP's rules and Redocly
	spa/with-node npm --prefix openapi/judges run --silent lint

.PHONY: release-contracts
release-contracts: openapi ## at a release: its contracts become what later ones are held to
	cp openapi/blog.json openapi/users.json openapi/released/
	sed -i '/^[^#]/d' openapi/approved-changes.txt

.PHONY: lock
lock: .venv/.dev ## compile requirements/*.txt from pyproject.toml
	for extra in $(EXTRAS); do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --extra $$extra --no-emit-package flask-blog pyproject.toml \
	  --output-file requirements/$$extra.txt || exit 1; done

.PHONY: clean
clean: ## remove what was built and installed; data/ stays
	rm -rf .venv spa/node_modules spa/dist spa/src/generated openapi/judges/node_modules benchmarks/lighthouse/node_modules test-results
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis *.egg-info

.venv/.run: requirements/all.txt pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo 'Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3.' >&2; exit 1; }
	@test -x $(BIN)/pip || "$(PYTHON)" -m venv --clear .venv >/dev/null || \
	  { echo 'Python cannot make a virtual environment here: install its venv module (Debian: apt install python3-venv).' >&2; exit 1; }
	@echo 'Installing the Python packages (once; a minute or so) …'
	@{ $(PIP) --require-hashes -r requirements/all.txt && $(PIP) --no-deps --no-build-isolation --editable .; } >$(LOG) 2>&1 || \
	  { echo 'The Python packages could not be installed: check the network and run make again ($(LOG) has the details).' >&2; exit 1; }
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@echo 'Installing the tools for the tests …'
	@$(PIP) --require-hashes -r requirements/dev.txt >$(LOG) 2>&1 || \
	  { echo 'The tools for the tests could not be installed: check the network and run make again ($(LOG) has the details).' >&2; exit 1; }
	@touch $@

%/node_modules/.installed: %/package-lock.json %/package.json | .venv/.run
	@echo 'Installing the JavaScript packages of $*/ (once) …'
	@spa/with-node npm --prefix $* ci --fetch-retries=1 >$(LOG) 2>&1 || \
	  { echo 'The JavaScript packages could not be installed: check the network and run make again ($(LOG) has the details).' >&2; exit 1; }
	@touch $@

spa/dist/.vite/built: spa/node_modules/.installed $(SPA_SOURCES)
	@echo 'Building the pages …'
	@spa/with-node npm --prefix spa run --silent build >/dev/null
	@touch $@
