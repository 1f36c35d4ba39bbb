# Everything here runs without activating anything: .venv comes first on PATH, and with it the
# `python3` that the DVC stages call.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.venv/bin:$(PATH)

# The Python that .venv is made with.
PYTHON ?= python3
PY := .venv/bin/python
STAMP := .venv/.complete

# MLEM runs on Python 3.11 alone, on old neighbours, in an environment of its own.
MLEM_PYTHON ?= $(PYTHON)
ROOM := src/mlem_room
MLEM_STAMP := .venv-mlem/.complete

# Processes that run the tests: one for each core, or as many as `make test JOBS=2` says. Files of tests are not divided,
# so that what a file's tests share is made once.
JOBS ?= logical
PYTEST := $(PY) -m pytest --numprocesses $(JOBS) --maxprocesses 8 --dist loadfile --no-loadscope-reorder

# Says before a run how long it takes; where nobody reads it, `make quickstart ESTIMATE=:` leaves it out.
ESTIMATE := $(PY) -m benchmarks.estimate

# Parameters of `make quickstart`: all eight stages in minutes on two cores.
QUICK := \
	-S "params.py:PrepareLocalizeParams.MAX_IMAGES=8000" \
	-S "params.py:TrainLocalizeParams.EPOCHS=3" \
	-S "params.py:PrepareOCRParams.MAX_IMAGES=11000" \
	-S "params.py:TrainOCRParams.EPOCHS=5" \
	-S "params.py:PrepareStackParams.MAX_IMAGES=1000"

# Parameters of `make finetune`: for up to 200 photographs at most ten minutes on two cores. An epoch's pictures are half
# photographs, seen again each time in another way (PHOTO_SHARE). The localizer that has learned the plates' places finds the
# corners that the reader needs (photos_wait_for).
FINE := \
	-S "photos_wait_for=out/models/localize" \
	-S "params.py:PrepareLocalizeParams.MAX_IMAGES=4400" \
	-S "params.py:TrainLocalizeParams.EPOCHS=3" \
	-S "params.py:PrepareOCRParams.MAX_IMAGES=5000" \
	-S "params.py:TrainOCRParams.EPOCHS=5" \
	-S "params.py:PrepareStackParams.MAX_IMAGES=300" \
	-S "params.py:PrepareStackParams.HARD_IMAGES=60"

# Tools of `make lock`, kept out of .venv: Poetry's own needs would bind the project's versions.
POETRY_PACKAGES := poetry==2.5.1 poetry-plugin-export==1.10.1 poetry-plugin-pypi-mirror==0.6.5
POETRY := .cache/poetry/bin/poetry

.PHONY: help
help:  ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: $(STAMP)  ## Make .venv with everything in it (nothing to do a second time).

# The stamp comes last: without it a set-up was interrupted and starts over from an empty .venv.
$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
		|| { echo "Python 3.11 to 3.14 is needed, and $(PYTHON) is not that: run make setup PYTHON=/path/to/python3" >&2; exit 1; }
	@if [ -e $@ ]; then rm $@; else $(PYTHON) -m venv --clear .venv; fi
	@$(PY) -m pip install --quiet "pip==26.3"
	@echo "Installing torch: 200 MB without CUDA, several GB with it ..."
	@$(PY) -m pip install --no-compile --constraint constraints.txt "$$($(PY) -c '$(DEPENDENCIES)' pyproject.toml | grep '^torch==')"
	@echo "Installing the rest: about a minute ..."
	@$(PY) -c '$(DEPENDENCIES)' pyproject.toml > .venv/requirements.txt
	@$(PY) -m pip install --quiet --no-compile --constraint constraints.txt --requirement .venv/requirements.txt --group dev
	@$(PY) $(COMPILE) .venv/lib || true
	@touch $@

# pip would compile 15,000 modules on one core; these are all cores, and leave out the libraries' own tests, a seventh of
# it. A few modules are templates, and cannot be compiled.
COMPILE := -m compileall -qq --workers 0 -x '/tests?/' --invalidation-mode timestamp

# Prints what a pyproject.toml asks for; pip cannot install a project's dependencies without the project.
# Ray is for clusters, and 250 MB: whoever has one installs it there.
DEPENDENCIES := import sys, tomllib; project = tomllib.load(open(sys.argv[1], "rb"))["project"]; \
	extras = project.get("optional-dependencies", {}); extras.pop("ray", None); \
	print(*project["dependencies"], *sum(extras.values(), []), sep="\n")

.PHONY: mlem
mlem: $(MLEM_STAMP)  ## For mlem serve only: make .venv-mlem, and MLEM's card of the model saved last.
	@if [ -e out/models/stack/card.json ]; then .venv-mlem/bin/python -m src.mlem_model; else echo \
		"No model is saved yet: run python3 -m src.save_stack, which saves what was trained, then make mlem again; or, for the released one, .venv-mlem/bin/python -m src.mlem_model --model release"; fi

$(MLEM_STAMP): $(ROOM)/pyproject.toml $(ROOM)/constraints.txt
	@command -v $(MLEM_PYTHON) >/dev/null && $(MLEM_PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
		|| { echo "MLEM needs Python 3.11, and $(MLEM_PYTHON) is not that: run make mlem MLEM_PYTHON=/path/to/python3.11" >&2; exit 1; }
	@rm -f $@ && $(MLEM_PYTHON) -m venv --clear .venv-mlem
	@.venv-mlem/bin/python -m pip install --quiet "pip==26.3"
	@.venv-mlem/bin/python -c '$(DEPENDENCIES)' $(ROOM)/pyproject.toml > .venv-mlem/requirements.txt
	@.venv-mlem/bin/python -m pip install --quiet --no-compile --constraint $(ROOM)/constraints.txt --requirement .venv-mlem/requirements.txt
	@.venv-mlem/bin/python $(COMPILE) .venv-mlem/lib || true
	@touch $@

.PHONY: quickstart
quickstart: git-checkout $(STAMP)  ## Set up, run all eight stages in minutes, show what came out.
	@$(ESTIMATE) $(QUICK) || true
	$(PY) -m dvc exp run $(QUICK)
	@$(PY) -m src.save_stack
	@$(PY) -m src.summary

.PHONY: pipeline
pipeline: git-checkout $(STAMP)  ## Run the stages that are out of date, with params.py as it stands: the default run.
	@git diff --quiet HEAD -- params.py params.yaml \
		|| echo "Note: the parameters differ from the last commit (git diff params.py params.yaml shows how)."
	@$(ESTIMATE) || true
	$(PY) -m dvc exp run
	@$(PY) -m src.save_stack
	@$(PY) -m src.summary

.PHONY: finetune
finetune: git-checkout $(STAMP)  ## Train on your photographs from the released model; before and after.
	@$(PY) -m src.finetune $(FINE)

.PHONY: runs
runs: $(STAMP)  ## Compare the last experiments in a table that fits a screen.
	@$(PY) -m src.runs

.PHONY: remote
remote: $(STAMP)  ## Make a folder or a storage the DVC remote of this clone: DIR=../plates-storage
	@[ -n "$(DIR)" ] || { echo "Say where: make remote DIR=../plates-storage" >&2; exit 1; }
	@.github/scripts/remote.sh "$(DIR)"

.PHONY: pull
pull: $(STAMP)  ## Fetch models and prepared sets from the DVC remote, each checked against dvc.lock.
	@$(PY) .github/scripts/listings.py
	$(PY) -m dvc pull

.PHONY: report
report: $(STAMP)  ## Write report.md: what changed since this checkout left main, and whether it got better.
	$(PY) -m src.report

.PHONY: git-checkout
git-checkout:  # Check that this is a git repository, and that DVC can set aside what was changed in it.
	@[ "$$(git rev-parse --verify --quiet HEAD >/dev/null 2>&1 && git rev-parse --show-prefix || echo none)" = "" ] || { echo \
		"DVC needs a git repository here: clone the project, or run git init && git add -A && git -c user.name=me -c user.email=me@localhost commit -m Start" >&2; exit 1; }
	@git diff --quiet HEAD || { git config user.name && git config user.email; } >/dev/null || { echo \
		"DVC sets changed files aside while it runs, for which git needs a name: run git config user.name me && git config user.email me@localhost" >&2; exit 1; }

.PHONY: test
test: $(STAMP)  ## Run every test.
	$(PYTEST)

.PHONY: test-fast
test-fast: $(STAMP)  ## Run the tests that take seconds.
	$(PYTEST) -m "not slow"

.PHONY: check
check: lint types test  ## Run lint, types and every test.

.PHONY: lint
lint: $(STAMP)  ## Check format and style.
	$(PY) -m ruff format --check
	$(PY) -m ruff check

.PHONY: format
format: $(STAMP)  ## Rewrite the code in the project's format.
	$(PY) -m ruff check --fix-only
	$(PY) -m ruff format

.PHONY: types
types: $(STAMP)  ## Check types.
	$(PY) -m mypy

.PHONY: serve
serve: $(STAMP)  ## Save the model trained last, and serve it, or else the released one, over HTTP.
	@if [ -e out/models/localize/card.json ] && [ -e out/models/ocr/card.json ]; then $(PY) -m src.save_stack; fi
	$(PY) -m src.serve

.PHONY: release
release: $(STAMP)  ## Save both models and copy them to release/, which is committed.
	$(PY) -m src.save_stack
	$(PY) -m src.release

# Makes its arguments to those of src.promote; each is left out where it is empty.
PROMOTE = $(if $(MODEL),--model "$(MODEL)") $(if $(VERSION),--version "$(VERSION)") $(if $(PUSH),--push "$(PUSH)")

.PHONY: promote
promote: $(STAMP)  ## Bring a released model into a stage: STAGE=prod, MODEL=release/swiss or @staging, PUSH=origin
	@[ -n "$(STAGE)" ] || { echo "Say which stage: make promote STAGE=prod" >&2; exit 1; }
	@$(PY) -m src.promote to "$(STAGE)" $(PROMOTE)

.PHONY: rollback
rollback: $(STAMP)  ## Bring back into a stage what was there before: STAGE=prod
	@[ -n "$(STAGE)" ] || { echo "Say which stage: make rollback STAGE=prod" >&2; exit 1; }
	@$(PY) -m src.promote back "$(STAGE)" $(PROMOTE)

.PHONY: sign
sign: SIGNED = $(or $(MODEL),release)/SHA256SUMS
sign:  ## Sign a released model with a key of ssh-keygen -t ed25519: KEY=~/.ssh/id_ed25519
	@[ -n "$(KEY)" ] || { echo "Say with which key: make sign KEY=~/.ssh/id_ed25519" >&2; exit 1; }
	@ssh-keygen -l -f $(KEY) | grep -q "(ED25519)$$" || { echo "$(KEY) is no key of ssh-keygen -t ed25519" >&2; exit 1; }
	@ssh-keygen -Y sign -n plates -f $(KEY) < "$(SIGNED)" > "$(SIGNED).sig.partial" \
		|| { rm -f "$(SIGNED).sig.partial"; exit 1; }
	@mv "$(SIGNED).sig.partial" "$(SIGNED).sig" && echo "wrote $(SIGNED).sig"

.PHONY: sbom
sbom: $(STAMP)  ## Write what a released model and its server are made of: report/sbom.cdx.json
	@$(PYTHON) -m venv --clear .cache/serve
	@.cache/serve/bin/python -m pip install --quiet --no-compile --constraint constraints.txt --requirement docker/serve-requirements.txt
	@$(PY) -m src.sbom $(MODEL) --python .cache/serve/bin/python --out $(or $(OUT),report/sbom.cdx.json)

.PHONY: lock
lock: $(POETRY)  ## Bring each poetry.lock and constraints.txt in line with its pyproject.toml.
	for room in . $(ROOM); do $(POETRY) --directory $$room lock; $(POETRY) --directory $$room $(EXPORT); done

EXPORT := export --without-hashes --all-groups --all-extras --format constraints.txt --output constraints.txt

$(POETRY): Makefile
	$(PYTHON) -m venv --clear .cache/poetry
	.cache/poetry/bin/python -m pip install --quiet $(POETRY_PACKAGES)
	@touch $@

.PHONY: pin-images
pin-images:  ## Pin the images that Docker builds on by their digests: docker/images.lock (needs docker).
	$(PYTHON) docker/pin_images.py

.PHONY: clean
clean:  ## Remove caches and reports that any command makes again; data, models and .venv stay.
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis dvc_plots lightning_logs
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
