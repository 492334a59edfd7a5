# SPDX-License-Identifier: Apache-2.0
# The front door: each target installs what is missing, builds what is stale, and does its one thing.
# JOBS=2 limits the processors used; prefix and DESTDIR work as usual.
prefix ?= /usr/local
JOBS ?= $(shell nproc)
export JOBS

.PHONY: help run build test unit lint format fuzz soak bench install clean program

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: program ## build, then let gabion judge the example installation
	@build/bin/gabion demo

build: ## build everything, tests too
	@tools/setup
	@tools/test build

test: ## build and run every test, as continuous integration does
	@tools/setup
	@tools/test

unit: ## run the unit tests alone
	@tools/setup
	@tools/test unit

lint: ## check format, walls, headers; run the static analysers
	@tools/setup
	@tools/test lint

format: ## let clang-format have its way
	@tools/setup
	@git ls-files -co --exclude-standard | grep -E '^(src|fuzz|bench|tests)/.*\.(c|h|cc)$$' | xargs clang-format-14 -i

fuzz: ## run each fuzz target for FUZZ_SECONDS (30)
	@tools/setup
	@tools/test fuzz

soak: ## kill the notary 10,000 times under load; nothing acknowledged may be lost
	@tools/setup
	@tools/test build
	@GABION_CRASHES=10000 /usr/bin/python3 -m pytest -q tests/system/test_ledger.py -k killed

bench: ## measure, and print medians and ratios
	@tools/setup
	@tools/test build
	@tools/bench

install: program ## install the program, its man pages and completions under prefix
	@meson configure build --prefix $(prefix)
	@ninja -C build --quiet -j $(JOBS) programs
	@DESTDIR='$(DESTDIR)' meson install -C build --no-rebuild

clean: ## remove what was built
	rm -rf build build-*

program:
	@tools/setup build
	@test -f build/build.ninja || meson setup build >/dev/null
	@ninja -C build --quiet -j $(JOBS) programs
