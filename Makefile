# make site    build site/ from content/ (the default)
# make test    run every check and test
# make tools   bring what the tests of the made pages need
# make lock    pin the packages that pyproject.toml asks for (newer ones: make lock UPGRADE=--upgrade)
# make clean   remove all that was made

PYTHON ?= python3
IN_VENV := .venv/bin/python
INSTALL := $(IN_VENV) -m pip install --quiet --disable-pip-version-check
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(IN_VENV) -m uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes $(UPGRADE) pyproject.toml

.PHONY: site test tools lock clean
.DELETE_ON_ERROR:

site: .venv/site.stamp
	$(IN_VENV) build.py

test: .venv/test.stamp tools
	$(IN_VENV) -m ruff check
	$(IN_VENV) -m ruff format --check
	$(IN_VENV) -m mypy
	$(IN_VENV) -m pytest -n 2 -rs

tools:
	@tools/install.sh

lock: $(IN_VENV)
	$(INSTALL) uv
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group test --output-file requirements-test.lock

clean:
	rm -rf site .site.* .venv .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find goalsheets tests -name __pycache__ -exec rm -rf {} +

.venv/site.stamp: requirements.lock | $(IN_VENV)
	$(INSTALL) --require-hashes -r $<
	@touch $@

.venv/test.stamp: requirements-test.lock | $(IN_VENV)
	$(INSTALL) --require-hashes -r $<
	@touch $@

$(IN_VENV):
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo 'Python 3.11 or newer with venv is needed; on Debian: sudo apt-get install python3 python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
