# `make help` lists the targets.
CARGO ?= cargo
PYTHON ?= python3
VENV := .venv
EXCHANGES := $(CURDIR)/target/exchanges

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs docs-operations bench conformance

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

demo: ## press each button on a simulated tenant
	$(CARGO) run --quiet -p entra-ir-examples --example press_the_buttons

test: ## everything: unit tests, scenarios, doctests, examples, conformance
	rm -rf "$(EXCHANGES)" && mkdir -p "$(EXCHANGES)"
	$(CARGO) build --workspace --all-features --examples
	ENTRA_IR_EXCHANGES="$(EXCHANGES)" $(CARGO) test --workspace --all-features --all-targets
	$(CARGO) test --workspace --all-features --doc
	$(CARGO) test -p entra-ir-core --no-default-features --lib
	$(MAKE) conformance

# Microsoft's description and the checker lie beside the repository, if at all.
conformance: ## hold the exchanges of the last test run against Microsoft's description
	$(PYTHON) tests/conformance.py --exchanges "$(EXCHANGES)" --venv "$(VENV)"

lint: ## formatting, clippy, documentation, dependency rules
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-features --all-targets -- -D warnings
	for features in "" reqwest azure-identity simulator test-util; do \
		$(CARGO) clippy --quiet -p entra-ir-core --no-default-features --features "$$features" -- -D warnings || exit 1; \
	done
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --all-features --no-deps --document-private-items
	$(PYTHON) tests/dependencies.py
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny check bans licenses sources; else echo "skipped: cargo-deny is not installed (cargo install cargo-deny)"; fi

docs: ## the API documentation, in target/doc
	$(CARGO) doc --workspace --all-features --no-deps

docs-operations: ## write docs/operations.md anew from the catalog
	UPDATE_DOCS=1 $(CARGO) test -p entra-ir-tests --test all -- operations_doc

bench: ## time and CPU against plain reqwest, in one run
	$(CARGO) bench -p entra-ir-benches
