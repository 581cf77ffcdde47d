# make demo     compile, verify, train and evaluate two circuits into out/demo/
# make test     run the tests
# make lint     check the formatting; make format fixes most of it
# make build    build the release executable, .build/release/raspc
# make figures  make the figures of the README and of docs/
#
# What builds first installs the system libraries that are missing (Debian, Ubuntu).

PACKAGES := libopenblas-dev libreadline-dev
RASPC := .build/release/raspc
DEMO := programs/frac_prevs.rasp programs/reverse.rasp

.PHONY: demo test lint format build figures libraries clean

demo: build
	$(RASPC) verify $(DEMO)
	$(RASPC) --siit $(DEMO) -o out/demo --jobs 2

test: libraries
	swift test

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
