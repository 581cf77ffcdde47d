# make demo         compile, verify, train and evaluate two circuits into out/demo/
# make test         run the tests
# make test-python  run the tests of python/, once with each version of TransformerLens; not part of make test
# make lint         check the formatting; make format fixes most of it
# make build        build the release executable, .build/release/raspc
# make figures      make the figures of the README and of docs/
#
# What builds first installs the system libraries that are missing (Debian, Ubuntu). test-python downloads several gigabytes
# into .build/python/ from PyPI the first time. It uses the executable that 'make build' leaves, or RASPC=PATH, and skips the
# tests that need one if there is none. For one version alone: make test-python-4.

PACKAGES := libopenblas-dev libreadline-dev
RASPC := .build/release/raspc
DEMO := programs/frac_prevs.rasp programs/reverse.rasp

PYTHON := python3
TRANSFORMER_LENS := 2 3 4
# Tried first; where there is no such wheel, torch comes with its GPU libraries.
TORCH_CPU := torch==2.13.0+cpu
# TransformerLens 2 needs numpy 1, with which later versions of pyarrow do not work.
PINS_2 := "pyarrow<22"

.PHONY: demo test test-python lint format build figures libraries clean

demo: build
	$(RASPC) verify $(DEMO)
	$(RASPC) --siit $(DEMO) -o out/demo --jobs 2

test: libraries
	swift test

test-python: $(TRANSFORMER_LENS:%=test-python-%)

test-python-%: .build/python/%/installed
	cd python && $(if $(wildcard $(RASPC)),RASPC=$(abspath $(RASPC))) OMP_NUM_THREADS=1 \
	  ../.build/python/$*/bin/python -m pytest -q -rs -p no:cacheprovider

.PRECIOUS: .build/python/%/installed
.build/python/%/installed: python/pyproject.toml
	$(PYTHON) -m venv .build/python/$*
	.build/python/$*/bin/pip install -q $(TORCH_CPU) 2>/dev/null || .build/python/$*/bin/pip install -q torch
	.build/python/$*/bin/pip install -q "transformer-lens>=$*,<$$(($*+1))" $(PINS_$*) -e "./python[test]"
	touch $@

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

format:
	swift format --in-place --recursive Sources Tests Package.swift

build: libraries
	swift build -c release --product raspc

# The figures are drawn from transformers that are trained here.
figures: build
	mkdir -p out/figures docs/figures
	$(RASPC) --siit programs/detect_abc.rasp -o out/figures
	$(RASPC) inspect out/figures/detect_abc --overview '["d", "a", "b", "c", "a", "c"]' > out/figures/overview.svg
	mv out/figures/overview.svg docs/figures/overview.svg
	swift package dump-package | python3 docs/figures/targets.py > out/figures/targets.svg
	mv out/figures/targets.svg docs/figures/targets.svg

# Without dpkg, the build itself says what it cannot find.
libraries:
	@missing=""; \
	for package in $(PACKAGES); do \
	  if command -v dpkg-query >/dev/null && ! dpkg-query -W -f '$${Status}' $$package 2>/dev/null \
	    | grep -q 'install ok installed'; then missing="$$missing $$package"; fi; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	echo "installing:$$missing"; \
	as_root=""; [ "$$(id -u)" -eq 0 ] || as_root="sudo"; \
	apt="$$as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -qq"; \
	$$apt install -y $$missing >/dev/null || { $$apt update || true; $$apt install -y $$missing >/dev/null; }

clean:
	rm -rf .build out
