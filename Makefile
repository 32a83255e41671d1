# `make demo` and `make test` each set up everything they need on a machine with git and Python.
PYTHON ?= python3
BIN := .venv/bin
YEAR ?= 2025-2026

.PHONY: demo desk test bench nightly pictures serve clean

define new_venv
@command -v git >/dev/null || { echo "Cần cài git trước."; exit 2; }
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
  || { echo "Cần Python 3.11 trở lên (đặt PYTHON=… nếu có nhiều bản)."; exit 2; }
@echo "Đang cài chương trình vào .venv …"
@$(PYTHON) -m venv .venv
@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
endef

.venv/ready: pyproject.toml
	$(new_venv)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

# The program and what tests it are installed at one go, which is quicker than one after the other.
.venv/ready-for-tests: pyproject.toml
	$(new_venv)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@$(BIN)/python tests/get_programs.py
	@touch .venv/ready $@

.venv/ready-for-benchmarks: .venv/ready-for-tests
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,bench]'
	@touch $@

# The records checked, the story of a mark told on a training server, site, archive, audit report.
demo: .venv/ready
	@command -v ssh-keygen >/dev/null || { echo "Cần cài OpenSSH (ssh-keygen) trước."; exit 2; }
	@$(BIN)/hoso tour --year $(YEAR) --out build/demo

test: .venv/ready-for-tests
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not nightly"

nightly: .venv/ready-for-tests
	@$(BIN)/python -m pytest -q -n auto --dist worksteal -m nightly

bench: .venv/ready-for-benchmarks
	@$(BIN)/python tests/benchmarks

desk: .venv/ready
	@$(BIN)/hoso desk --repo build/ban-lam-viec --mau . --trang-web 8322

# The desk as each role sees it, photographed for docs/ban-lam-viec.md.
pictures: .venv/ready-for-tests
	@$(BIN)/python tests/picturing.py

serve: .venv/ready
	@$(BIN)/hoso site serve

clean:
	rm -rf .venv build site
