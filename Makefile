# Two commands do everything: `make demo` and `make test`. The rest are parts of them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
ZVONAR := .venv/bin/zvonar
QUOTA ?= 3
TALKS ?= 10000
CASES ?= 100
FAULTS ?= 60
SEED ?= 1
EXAMPLES ?= 20000

.PHONY: help setup setup-dev ui screenshots demo test check unit talks images chaos fuzz fuzz-api lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

setup: ## packages, virtual environment, a recognition model, pages; leaves .venv/bin/zvonar (VOICES=rhvoice adds better voices)
	@tools/setup.sh runtime
	@tools/ui.sh

setup-dev:
	@tools/setup.sh dev
	@tools/ui.sh

ui: ## the pages in the browser (robot/web/ui), built again when their sources or the API have changed
	@tools/ui.sh

demo: setup ## the main job on embedded defaults: simulated clients, real audio (QUOTA=3)
	$(ZVONAR) demo --quota $(QUOTA)

check: setup-dev ## ruff, mypy, import contract, unit tests: some minutes
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	tools/ui.sh check
	$(MAKE) --no-print-directory unit

unit:
	$(PY) -m pytest -q -n auto --dist loadfile tests/unit

test: check ## everything, the tests against real engines, a real PostgreSQL and two real Asterisks included
	ZVONAR_THOROUGH=1 $(PY) -m pytest -q -n auto --dist loadfile -m property tests/unit
	$(PY) -m pytest -q tests/asterisk # alone: frames are due every 20 ms
	$(PY) -m pytest -q tests/web # alone: Playwright's loop is in the way of others
	$(PY) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder tests --ignore tests/unit --ignore tests/asterisk \
	  --ignore tests/web

talks: setup-dev ## random talks with every script that ships (TALKS=10000 with each), what fails is shrunk
	ZVONAR_TALKS=$(TALKS) $(PY) -m pytest -q -n auto --durations=0 --durations-min=1 tests/unit/scripts_dialog/test_random_talks.py

screenshots: setup-dev ## every page of the workplace as pictures in screenshots/: light, dark, phone, empty, loading, failed, 10,000 rows
	PYTHONPATH=. $(PY) -m tests.web.screenshots screenshots

images: setup-dev ## the images of robot and Asterisk without a Docker engine, as root (docker/)
	tools/images.sh

chaos: setup-dev ## three nodes with fifty calls: processes killed, connections cut, disk filled, clocks set; all is counted (FAULTS=60 SEED=1)
	$(ZVONAR) chaos --faults $(FAULTS) --seed $(SEED)

fuzz: setup-dev ## the parsers of strangers' bytes, with many examples each (EXAMPLES=20000)
	ZVONAR_FUZZ_PARSERS=$(EXAMPLES) $(PY) -m pytest -q -n auto --dist load tests/fuzz

fuzz-api: setup-dev ## ask the API what its description allows and forbids (CASES=100 for each address, SQLite and PostgreSQL)
	ZVONAR_FUZZ=$(CASES) $(PY) -m pytest -q -n auto --dist loadfile tests/e2e/test_fuzzed_api.py tests/postgres/test_fuzzed_api_postgres.py

lock: ## resolve the dependencies again (needs uv: .venv/bin/pip install uv)
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml --group build -o requirements/runtime.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml --group build --group dev -c requirements/runtime.txt \
	  -o requirements/dev.txt
	.venv/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --group pyproject.toml:ui -o requirements/ui.txt

clean: ## the virtual environment and caches; data and models stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
