# Each goal makes .venv by itself from the lock files; Python 3.11 or newer with venv and make is all it takes.
PYTHONS = python3.13 python3.12 python3.11 python3
BIN = .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
NEEDS = Python 3.11 or newer with its venv module is needed (on Debian and Ubuntu: apt install python3 python3-venv)
SAMPLE = outputs/sample

.PHONY: run test test-all test-long bench bench-docs lint docs lock clean

run: .venv/installed
	@$(BIN)/dedup run sample_data/crawl --out $(SAMPLE)
	@echo && echo "Against its truth: dedup eval $(SAMPLE) sample_data/truth.tsv" && echo
	@$(BIN)/dedup eval $(SAMPLE) sample_data/truth.tsv
	@echo && echo "Look further with: $(BIN)/dedup show $(SAMPLE) ID, $(BIN)/dedup explain $(SAMPLE) A B"

test: lint
	$(BIN)/python -m pytest -q -m "not full and not long"

test-all: .venv/installed-dev
	$(BIN)/python -m pytest -q -m "full and not long"

test-long: .venv/installed-dev
	$(BIN)/python -m pytest -q -m long --timeout 0

bench: .venv/installed-dev
	$(BIN)/python -m benchmarks

bench-docs: .venv/installed-dev
	$(BIN)/python -m benchmarks all --save $(if $(PAGES),--pages $(PAGES))

lint: .venv/installed-dev
	$(BIN)/ruff check -q
	$(BIN)/ruff format -q --check
	$(BIN)/mypy
	$(BIN)/hadolint Dockerfile
	@$(BIN)/lint-imports --no-logo >.venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

docs: .venv/installed-dev
	$(BIN)/python docs/generate.py
	$(BIN)/python -m tests.faults.reliability >.venv/reliability.md && cp .venv/reliability.md docs/reliability.md

lock: .venv/installed-dev
	@$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --no-emit-index-url --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --no-emit-index-url --no-header -q -o requirements-dev.lock

clean:
	rm -rf .venv .venv-peers benchmarks/data $(SAMPLE)

.venv/made:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    $$python -m venv .venv && touch $@ && exit 0; \
	    exit 1; \
	  fi; \
	done; \
	echo "$(NEEDS)" >&2; exit 1

.venv/installed: .venv/made requirements.lock pyproject.toml
	@echo "Installing what requirements.lock names into .venv ..." >&2
	@$(PIP) -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	@echo "Installing what requirements-dev.lock names into .venv ..." >&2
	@$(PIP) -r requirements-dev.lock
	@touch $@
