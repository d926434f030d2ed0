# Each line calls something readable. `make run` and `make test` need Python 3.11 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check dev bench pictures lock clean

run: $(VENV)/.run ## set up and start everything with the demo organisation
	@$(BIN)/amends run --demo $(ARGS)

test: $(VENV)/.test ## every test, on SQLite and on PostgreSQL
	@$(BIN)/python tests/all.py $(ARGS)

check: $(VENV)/.test ## lint, types, import floors, migrations, API drift
	@$(BIN)/python tests/check.py

dev: $(VENV)/.test ## what you need to work on it
	@echo "Ready: $(BIN)/pytest, $(BIN)/ruff, $(BIN)/mypy, $(BIN)/amends"

bench: $(VENV)/.test ## measure everything, each figure beside its floor (about three hours; ARGS="burst --on sqlite" for less)
	@$(BIN)/python -m benchmarks $(ARGS)

pictures: $(VENV)/.test ## take the guide's pictures anew, in the walks that tests do
	@AMENDS_PICTURES=docs/pictures $(BIN)/pytest -q tests/e2e/test_walk.py tests/e2e/test_heard.py

lock: ## write the locks anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url pyproject.toml --group test -c requirements.lock -o requirements-test.lock

clean:
	rm -rf $(VENV) .amends

$(VENV)/.run: requirements.lock pyproject.toml setup.sh
	@PYTHON="$(PYTHON)" sh setup.sh requirements.lock $@

$(VENV)/.test: requirements-test.lock requirements.lock pyproject.toml setup.sh
	@PYTHON="$(PYTHON)" sh setup.sh requirements-test.lock $@
