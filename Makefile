# The two commands of the README, and a few for maintainers. `make help` lists them.
PORT ?= 5005
HOST ?= 127.0.0.1
PY := .venv/bin/python

.PHONY: help start test evaluate install install-test lint lock

help:
	@echo "make start [PORT=5005]  démarre l'assistant et affiche l'adresse à ouvrir"
	@echo "make test               installe ce qu'il faut, entraîne une fois, lance les tests"
	@echo "make evaluate           mesure ce que le modèle comprend, échoue sous les seuils"
	@echo "make lint               vérifie le style et les types"
	@echo "make lock               recalcule les versions verrouillées (pour les mainteneurs)"

start: install
	@.venv/bin/relais start --port $(PORT) --host $(HOST)

test: install-test
	@$(PY) -m bot.cli train >/dev/null
	@$(PY) -m pytest $(ARGS)

evaluate: install
	@.venv/bin/relais train >/dev/null
	@.venv/bin/relais evaluate

install:
	@sh scripts/environment.sh run

install-test:
	@sh scripts/environment.sh test

lint: install-test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

lock:
	@.venv/bin/uv pip compile -q --python $(PY) --generate-hashes --no-header --no-annotate requirements.in -o requirements.lock
	@.venv/bin/uv pip compile -q --python $(PY) --generate-hashes --no-header --no-annotate requirements-test.in -o requirements-test.lock
