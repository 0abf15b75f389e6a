# What a person runs here. Needs GNU make and python3 >= 3.11 with venv, and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# python of the virtual environment: every tool is run through it.
VPY := $(BIN)/python
READY := $(VENV)/.callsheet-ready
REPORTS := build/reports
SHIP := build/ship/.ready
RUN := build/run/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test torture check lint types imports contracts image-check chart-check chart-readme sbom audit licences bench screenshots docs lock clean

# Settings of pip that would install elsewhere, or something else, than what stands here. Where packages come from
# (index, proxy, certificates) stays the machine's own choice.
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PIP_CONSTRAINT PIP_REQUIREMENT PIP_EDITABLE PIP_NO_DEPS PIP_DRY_RUN
unexport PIP_REQUIRE_HASHES PIP_NO_BINARY PIP_ONLY_BINARY PIP_PLATFORM PIP_PYTHON PIP_PYTHON_VERSION
unexport PIP_NO_BUILD_ISOLATION PIP_IGNORE_INSTALLED PIP_REPORT PIP_LOG PYTHONPATH PYTHONHOME
export PIP_USER := 0
export PIP_REQUIRE_VIRTUALENV := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Images often set it; every worker, and every program that a test starts, would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

help: ## This list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

setup: $(READY) ## Make .venv with the locked dependencies and callsheet itself (PYTHON=python3.12 takes another python)

# An environment that works is kept, whatever $(PYTHON) is by now.
SOUND = $(VPY) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
AGAIN = make $(or $(MAKECMDGOALS),setup)

$(READY): requirements.lock pyproject.toml
	@$(SOUND) || command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) is not here. Install Python 3.11 or later (Debian, Ubuntu: apt install python3 python3-venv)," >&2; \
	  echo "or name the one you have: $(AGAIN) PYTHON=python3.12" >&2; exit 1; }
	@$(SOUND) || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Callsheet needs Python 3.11 or later, and this is $$($(PYTHON) --version 2>&1). Install a later one" >&2; \
	  echo "beside it and name it: $(AGAIN) PYTHON=python3.12" >&2; exit 1; }
	@$(SOUND) || $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) can't make virtual environments: its module venv or ensurepip is missing." >&2; \
	  echo "Install it (Debian, Ubuntu: apt install python3-venv) and run $(AGAIN) again." >&2; exit 1; }
	@$(SOUND) || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the locked dependencies into $(VENV); the first time takes a minute or two."
	$(VPY) -m pip install --quiet --require-hashes -r requirements.lock
	$(VPY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## Watch the main job on a pretend company, in under two minutes (ARGS=--serve stays up)
	@$(BIN)/callsheet demo $(ARGS)

test: $(READY) ## Every test that needs no system package (ARGS go to pytest)
	@mkdir -p $(REPORTS)
	$(VPY) -m pytest -n auto --dist worksteal -q -m "not system" --junitxml=$(REPORTS)/test.xml $(ARGS)
	@$(VPY) .ci/skips.py $(REPORTS)/test.xml

SEEDS ?= 2000
torture: $(READY) ## Prove the promises: SEEDS=2000 runs among faults (SEED=7 replays one and prints all of it)
	$(VPY) -m tests.torture $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(ARGS)

check: lint types imports contracts ## Lint, types, import contracts, contract tests, and what needs a system package

lint: $(READY)
	$(VPY) -m ruff check .
	$(VPY) -m ruff format --check .

types: $(READY)
	$(VPY) -m mypy

imports: $(READY)
	$(BIN)/lint-imports

contracts: $(READY)
	@mkdir -p $(REPORTS)
	$(VPY) -m pytest -n auto -q -m "system or contracts" --ignore tests/image --ignore tests/chart \
	  --junitxml=$(REPORTS)/check.xml $(ARGS)
	@$(VPY) .ci/skips.py $(REPORTS)/check.xml

# These two take minutes and need programs that are no Python packages; where one is missing, a skip names it.
image-check: $(READY) ## Build the image without Docker, and run it as nobody on a read-only root (as root)
	@mkdir -p $(REPORTS)
	$(VPY) -m pytest -q -s tests/image --junitxml=$(REPORTS)/image.xml $(ARGS)
	@$(VPY) .ci/skips.py $(REPORTS)/image.xml

chart-check: $(READY) $(SHIP) ## Hold the Helm chart, its alerts and its dashboard against real tools (Go builds helm)
	@mkdir -p $(REPORTS)
	$(VPY) -m pytest -q -s tests/chart --junitxml=$(REPORTS)/chart.xml $(ARGS)
	@$(VPY) .ci/skips.py $(REPORTS)/chart.xml

chart-readme: $(READY) ## Write the chart's README anew from its values
	$(VPY) -m tests.chart.rig

# Tools that look at what we ship, in an environment of their own: they never meet the dependencies that they judge.
$(SHIP): locks/ship.lock | $(READY)
	$(VPY) -m venv --clear $(dir $@)
	$(dir $@)bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# Exactly what the image holds.
$(RUN): locks/run.lock pyproject.toml | $(READY)
	$(VPY) -m venv --clear $(dir $@)
	$(dir $@)bin/python -m pip install --quiet --require-hashes -r locks/run.lock
	$(VPY) -m hatchling build -t wheel -d $(dir $@)dist
	$(dir $@)bin/python -m pip install --quiet --no-deps --no-index $(dir $@)dist/*.whl
	$(dir $@)bin/python -m pip uninstall --quiet --yes pip setuptools
	@touch $@

sbom: $(READY) $(SHIP) $(RUN) ## Write build/callsheet.cdx.json: what the image holds, in CycloneDX
	$(dir $(SHIP))bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --output-reproducible \
	  --output-file build/callsheet.cdx.json $(dir $(RUN))bin/python

audit: $(READY) $(SHIP) ## Look for known vulnerabilities in what the image holds; asks the internet
	$(dir $(SHIP))bin/pip-audit --strict --require-hashes --disable-pip --requirement locks/run.lock

licences: $(READY) ## Write docs/licences.md anew from the installed dependencies
	$(VPY) .ci/licences.py

bench: $(READY) ## Count requests and measure time and memory; judges nothing (ARGS=backfill takes one part)
	$(VPY) -m tests.benchmarks $(ARGS)

screenshots: $(READY) ## Take the pictures in docs/images anew, of a pretend company in Chromium
	$(VPY) -m tests.browser.pictures

docs: $(READY) ## Write docs/configuration.md anew from the classes that read the variables
	@$(VPY) -m callsheet.settings.reference docs/configuration.md

LOCK = $(VPY) -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet \
  $(if $(UPGRADE),--upgrade)

# The image takes the same versions as the tests: locks/run.lock and locks/build.lock are parts of requirements.lock.
lock: $(READY) ## Write requirements.lock and locks/ anew from pyproject.toml (UPGRADE=1 takes the latest versions)
	$(LOCK) pyproject.toml --extra dev --output-file requirements.lock
	$(LOCK) pyproject.toml --constraint requirements.lock --output-file locks/run.lock
	$(LOCK) --group build --constraint requirements.lock --output-file locks/build.lock
	$(LOCK) --group ship --output-file locks/ship.lock

clean: ## Remove what these commands made: .venv, caches, reports, the demo's folder
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache callsheet-demo
	find src connectors tests -name __pycache__ -type d -prune -exec rm -rf {} +
