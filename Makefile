# SPDX-License-Identifier: Apache-2.0
# The front door. Each target installs what it needs (tools/setup), builds, and does its one thing.
BUILD ?= build
prefix ?= /usr/local
DESTDIR ?=
JOBS ?= $(shell nproc)

.PHONY: help run build test unit lint fuzz bench install clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: ## build, then let gabion judge the example installation
	@tools/setup build
	@$(MAKE) --no-print-directory programs
	@$(BUILD)/bin/gabion demo

build: $(BUILD)/build.ninja ## build everything
	@tools/setup
	@ninja -C $(BUILD) -j $(JOBS)

.PHONY: programs
programs: $(BUILD)/build.ninja
	@ninja -C $(BUILD) -j $(JOBS) --quiet bin/gabion

$(BUILD)/build.ninja:
	@tools/setup build
	@meson setup $(BUILD) --prefix $(prefix) >/dev/null

clean: ## remove what was built
	rm -rf build build-*
