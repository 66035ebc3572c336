# Few verbs: setup demo serve test check bench bench-full profile quality protos lock. Nothing is installed outside the checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROTOS := $(wildcard protos/ftf/resolution/v1/*.proto)
STUBS := clients/python
GOOGLE = $$($(BIN)/python -c "import google.rpc as m, os; print(os.path.dirname(os.path.dirname(list(m.__path__)[0])))")
ADDRESS ?= 127.0.0.1:50051
DATABASE ?= resolver.duckdb

.PHONY: setup demo serve test check bench bench-full profile quality protos lock clean

setup: $(VENV)/.done ## the environment in .venv, and the generated code

$(VENV)/.done: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## records of a dozen countries become identities; ends by itself
	$(BIN)/resolver demo

serve: setup ## a server on ADDRESS with the database DATABASE, until interrupted
	$(BIN)/resolver serve --address $(ADDRESS) --database $(DATABASE) --insecure

test: setup ## all tests
	$(BIN)/python -m pytest

check: setup build/googleapis ## format, lint, types, imports, protos
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/buf lint
	$(BIN)/python -m tests.contract.stubs_are_current

protos: setup build/googleapis ## the generated Python code of the contract
	$(BIN)/buf format -w protos
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m grpc_tools.protoc -Iprotos -I$(GOOGLE) --python_out=$(STUBS) --grpc_python_out=$(STUBS) \
	  --mypy_out=quiet:$(STUBS) --mypy_grpc_out=quiet:$(STUBS) $(PROTOS)

build/googleapis: $(VENV)/.done
	rm -rf $@ && mkdir -p $@/google
	for part in rpc type; do cp -r $(GOOGLE)/google/$$part $@/google/; done
	find $@ -name '*.py*' -delete
	@touch $@

bench: setup ## how fast, against what is asked, with other tools beside: ten minutes; benchmarks/results/performance.md
	$(BIN)/python -m benchmarks.performance
	$(BIN)/python -m benchmarks.readme

bench-full: setup ## the same at 450,000 records: hours, the first time; benchmarks/results/performance-full.md
	$(BIN)/python -m benchmarks.performance --full
	$(BIN)/python -m benchmarks.readme

profile: setup ## where the writer's time goes; benchmarks/results/profiles
	$(BIN)/python -m benchmarks.performance --profile

quality: setup ## how good, against what is asked: a quarter of an hour; benchmarks/results/quality.md
	$(BIN)/python -m benchmarks.quality
	$(BIN)/python -m benchmarks.readme

lock: ## requirements.lock anew from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --group dev pyproject.toml requirements-build.in --output-file requirements.lock

clean: ## what setup and the tests made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
