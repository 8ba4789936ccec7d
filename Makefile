# Everything from a fresh checkout: needs only make and Python 3.11, 3.12 or 3.13.

VENV := .venv
BIN := $(VENV)/bin
IN_RANGE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(IN_RANGE)' >/dev/null 2>&1 && { echo $$p; break; }; done)

.DEFAULT_GOAL := help
.PHONY: help demo test lint soak pictures lock clean

help:  ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

demo: $(VENV)/learn  ## from nothing to an evaluated recognizer, with simulated people
	$(BIN)/mimik demo

test: $(VENV)/dev $(VENV)/web lint  ## format, lint, types, layers and all tests
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --cov $(TESTFLAGS)

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

soak: $(VENV)/dev  ## the long tests too, such as a thousand kills while recording
	$(BIN)/pytest --soak -m soak

pictures: $(VENV)/dev $(VENV)/web  ## the pictures of the studio's pages in docs/pictures/studio
	$(BIN)/python docs/pictures/studio.py

lock:  ## choose new versions of all dependencies (needs uv)
	uv pip compile pyproject.toml --extra learn $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group dev -c requirements.lock $(LOCK) -o requirements-dev.lock

LOCK := --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet --upgrade

clean:  ## remove what make has made
	rm -rf $(VENV) mimik-demo build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Mimik needs Python 3.11, 3.12 or 3.13. Install one, or name it: make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/learn: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/dev: $(VENV)/learn requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# For the tests in browsers; where these can't be had, they are skipped with a reason.
$(VENV)/web: $(BIN)/python Makefile
	@command -v chromium >/dev/null && command -v WebKitWebDriver >/dev/null && command -v xvfb-run >/dev/null \
		|| { command -v apt-get >/dev/null && test "$$(id -u)" = 0 && apt-get update -qq \
			&& apt-get install -y -qq chromium webkit2gtk-driver xvfb xauth >/dev/null; } \
		|| echo "No Chromium or WebKit here (Debian: apt-get install chromium webkit2gtk-driver xvfb xauth): tests in a browser will be skipped."
	@command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix $@ \
		onnxruntime-web@$(ORT_WEB) axe-core@$(AXE) \
		|| echo "No onnxruntime-web and axe-core (they need npm): tests in a browser will be skipped."
	@mkdir -p $@ && touch $@

ORT_WEB := 1.30.0
AXE := 4.14.1
