# Two commands: `make run` shows the product, `make test` checks it. Both set up what they need in $(VENV).
# the distribution's own where it is new enough and whole: optimised, and mended by its security updates; another by PYTHON=...
PYTHON ?= $(shell /usr/bin/python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo /usr/bin/python3 || echo python3)
VENV ?= .venv
BIN := $(VENV)/bin
# three where there are two cores: half of the time a page is waited for, or a process that starts
PYTEST_WORKERS ?= 3
DEMO_ARGS ?=
# somebody else's library for HC1 certificates; it wants another cbor2 than the product has, so it lives by itself
VERIFIER := 'cwt>=3.3,<4' 'base45>=0.4.4,<1'

.PHONY: run test check bench pictures voice soak machine format setup setup-test system-packages clean

run: setup ## a platform and a kiosk with virtual devices, until Ctrl-C
	$(BIN)/kiosk demo $(DEMO_ARGS)

test: setup-test check ## rules, types and every test
	@# Browsers and processes share the cores here. What failed beside others is tried once more alone, and what fails twice has failed.
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup -m "not soak and not machine" tests || \
		{ [ $$? = 1 ] && echo "== once more, alone: what failed beside others" && \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures none --maxfail 3 -m "not soak and not machine" tests; }

check: setup-test ## what machines can say about the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: setup-test ## the measured table, each row beside its yardstick
	$(BIN)/python tests/benchmarks/bench.py

pictures: setup-test ## the pictures of docs/images, taken of the demo in a real Chromium
	$(BIN)/python -m tests.pictures.take

voice: ## the words that the call board speaks, by espeak-ng
	$(PYTHON) tests/voice/make.py

soak: setup-test ## the crash campaigns, long (KIOSK_SOAK_SECONDS each)
	KIOSK_SOAK_SECONDS=$${KIOSK_SOAK_SECONDS:-600} $(BIN)/python -m pytest -m soak tests

machine: setup-test ## the drivers on real devices of Debian's kernel, in a virtual machine (docs/machine.md)
	$(BIN)/python -m tests.machine.image
	$(BIN)/python -m pytest -o timeout=3600 tests/machine

format: setup-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

setup: $(VENV)/.installed
setup-test: system-packages $(VENV)/.installed-test

# setuptools' hint for who names a folder like a package: these folders are the packages. Everything else that pip says is shown.
$(VENV)/.installed $(VENV)/.installed-test: export PYTHONWARNINGS := ignore:Editable installation

$(VENV)/.installed: setup.cfg pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; give one by PYTHON=python3.13")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[platform]'
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[platform,test]'
	-$(PYTHON) -m venv $(VENV)/verifier && $(VENV)/verifier/bin/python -m pip install --quiet $(VERIFIER) || echo "no other verifier of certificates: its test is skipped"
	touch $@

# A browser and a database server for the tests, where they can be had; tests that miss them say so and skip.
system-packages:
	@sh .ci/system-packages

clean:
	rm -rf $(VENV) .venv-* build *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis demo-data
