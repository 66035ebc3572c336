# Few verbs: setup demo serve test thorough noninterference check bench bench-full profile quality soak faults spark protos clients conformance certs lock. Nothing is installed outside the checkout.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PROTOS := $(wildcard protos/ftf/resolution/v1/*.proto)
STUBS := clients/python
GOOGLE = $$($(BIN)/python -c "import google.rpc as m, os; print(os.path.dirname(os.path.dirname(list(m.__path__)[0])))")
ADDRESS ?= 127.0.0.1:50051
DATABASE ?= resolver.duckdb
SECONDS ?= 600

.PHONY: setup demo serve test thorough noninterference check bench bench-full profile quality soak faults spark protos clients conformance certs lock clean

setup: $(VENV)/.done ## the environment in .venv, and the generated code

$(VENV)/.done: requirements.lock pyproject.toml clients/python/pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable clients/python --editable .
	@touch $@

demo: setup ## records of a dozen countries become identities; ends by itself
	$(BIN)/resolver demo

serve: setup ## a server on ADDRESS with the database DATABASE, until interrupted
	$(BIN)/resolver serve --address $(ADDRESS) --database $(DATABASE) --insecure

test: setup build/googleapis ## all tests, on two cores
	$(BIN)/python -m pytest -n 2

thorough: setup build/googleapis ## all tests, with as many rounds, examples and records as they were found good with
	THOROUGH=1 $(BIN)/python -m pytest -n 2

noninterference: setup ## what a caller may not see changes none of its answers: many scenarios, every call
	THOROUGH=1 $(BIN)/python -m pytest -n 2 tests/noninterference

check: setup build/googleapis ## format, lint, types, imports, protos
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf format --diff --exit-code protos
	$(BIN)/buf lint
	$(BIN)/buf build -o build/contract.binpb
	$(BIN)/buf breaking build/contract.binpb --against protos/released.binpb --exclude-imports
	$(BIN)/python -m tests.contract.stubs_are_current

protos: setup build/googleapis ## the generated Python code of the contract
	$(BIN)/buf format -w protos
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m grpc_tools.protoc -Iprotos -Ibuild/googleapis --python_out=$(STUBS) --grpc_python_out=$(STUBS) \
	  --mypy_out=quiet:$(STUBS) --mypy_grpc_out=quiet:$(STUBS) $(PROTOS)

build/googleapis: $(VENV)/.done Makefile
	rm -rf $@ && mkdir -p $@/google
	for part in api longrunning rpc type; do cp -r $(GOOGLE)/google/$$part $@/google/; done
	find $@ -name '*.py*' -delete
	mv $@/google/longrunning/operations_proto.proto $@/google/longrunning/operations.proto
	@touch $@

clients: setup build/googleapis ## the client of every language, built, and checked against contract and retry policy
	@for each in $(dir $(wildcard clients/*/Makefile)); do \
	  if $(MAKE) --no-print-directory -C $$each toolchain PYTHON=$(abspath $(BIN))/python; then \
	    $(MAKE) --no-print-directory -C $$each build check PYTHON=$(abspath $(BIN))/python || exit 1; \
	  elif [ "$$CI" = true ]; then exit 1; fi; \
	done

conformance: setup ## every scenario with every client; benchmarks/results/conformance.md
	CONFORMANCE_TABLE=benchmarks/results/conformance.md $(BIN)/python -m pytest tests/clients/test_conformance.py

certs: setup ## certificates for development, in certs/
	$(BIN)/resolver certs certs

bench: setup ## how fast, against what is asked, with other tools beside: ten minutes; benchmarks/results/performance.md, restricted.md
	$(BIN)/python -m benchmarks.performance
	$(BIN)/python -m benchmarks.restricted
	$(BIN)/python -m benchmarks.readme

bench-full: setup ## the same at 450,000 records: hours, the first time; benchmarks/results/performance-full.md
	$(BIN)/python -m benchmarks.performance --full
	$(BIN)/python -m benchmarks.readme

profile: setup ## where the writer's time goes; benchmarks/results/profiles
	$(BIN)/python -m benchmarks.performance --profile

quality: setup ## how good, against what is asked: a quarter of an hour; benchmarks/results/quality.md
	$(BIN)/python -m benchmarks.quality
	$(BIN)/python -m benchmarks.readme

soak: setup ## good and bad clients for SECONDS: nothing is lost, nothing leaks; benchmarks/results/soak.md
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS)

faults: setup ## killed, torn and filled up hundreds of times; benchmarks/results/faults.md
	$(BIN)/python -m tests.faults.run

spark: setup ## pyspark into .venv, which is half a gigabyte, and the tests that need it and Java 17: ten minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock
	$(BIN)/python -m pytest tests/spark

lock: ## requirements.lock and requirements-spark.lock anew from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --no-emit-package ftf-client --extra tracing --group dev pyproject.toml requirements-build.in --output-file requirements.lock
	$(PYTHON) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']['spark'])" \
	  | build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header - --output-file requirements-spark.lock

clean: ## what setup and the tests made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
