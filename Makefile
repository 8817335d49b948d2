PYTHON ?= python3
SIZE ?= 1m
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run serve test lint benchmark benchmark-serving benchmark-importing benchmark-matching soak lock clean

run: $(READY)
	$(BIN)/clusterkg run

serve: run
	$(BIN)/clusterkg serve $(OPTIONS)

test: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(READY)
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy

# Writes benchmarks/RESULTS.md; SIZE=10m goes on to ten million triples.
benchmark: $(READY)
	$(BIN)/python benchmarks/run.py --size $(SIZE) $(OPTIONS)

# Needs wrk: writes benchmarks/SERVING.md.
benchmark-serving: $(READY)
	$(BIN)/python benchmarks/serving.py $(OPTIONS)

# Writes benchmarks/IMPORTING.md; the peer gets an environment of its own.
benchmark-importing: $(READY)
	$(BIN)/python benchmarks/importing.py $(OPTIONS)

# Writes benchmarks/MATCHING.md.
benchmark-matching: $(READY)
	$(BIN)/python benchmarks/matching.py $(OPTIONS)

# Kills a hundred builds at random moments; tries hundreds of random edits.
soak: $(READY)
	$(BIN)/python tests/soak_kill.py 100
	CLUSTERKG_EXAMPLES=300 $(BIN)/python -m pytest tests/test_revision.py tests/test_recheck.py \
	    -k "equals_a_closure or after_a_change"
	CLUSTERKG_EXAMPLES=30 $(BIN)/python -m pytest tests/test_joining.py -k from_nothing
	CLUSTERKG_SWAPS=20 $(BIN)/python -m pytest tests/test_serve.py -k picked_up
	CLUSTERKG_EXAMPLES=5000 $(BIN)/python -m pytest tests/test_fuzz_served.py

# Needs uv: one lock for every platform and Python, with checksums and without addresses.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --extra dev --extra pandas pyproject.toml -o requirements.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) snapshot dist build
