# Dialogkorps. `make run` needs python3, python3-venv and make; `make test` fetches what it needs beside them.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: bench soak help run test test-quick check format messages elasticsearch pictures venv

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: ## the site with the demonstration municipality on 127.0.0.1:$(PORT)
	@$(PYTHON) scripts/run.py

venv:
	@$(PYTHON) scripts/environment.py requirements-dev.txt
	@$(BIN)/python scripts/compile_catalogue.py

test: venv ## every test, in a browser, on PostgreSQL and on Elasticsearch too
	@scripts/system-packages chromium postgresql $(if $(ELASTICSEARCH_URL),,maven openjdk-17-jre-headless)
	$(BIN)/python -m pytest -n 2 --dist loadgroup

test-quick: venv ## the tests that need Python alone
	$(BIN)/python -m pytest -n 2 -m "not browser and not postgres and not elasticsearch"

check: venv ## style, types, migrations, deployment settings, import direction, Danish catalogue
	@scripts/system-packages gettext
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/mypy site/config network knowledge sparring search demo bench
	$(BIN)/python manage.py makemigrations --check --dry-run --settings config.settings.test
	SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(64))") ALLOWED_HOSTS=dialogkorps.example \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING --settings config.settings.production
	PYTHONPATH=site:. $(BIN)/lint-imports
	$(BIN)/python scripts/check_catalogue.py

format: venv ## let ruff format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: venv ## collect the texts to be translated into locale/da
	@scripts/system-packages gettext
	$(BIN)/python manage.py makemessages -l da --no-obsolete --no-wrap -i var -i .venv -i tests
	$(BIN)/python scripts/compile_catalogue.py

bench: venv ## how well and how fast the search and the matching work, beside what one would get without them (some 40 minutes)
	@scripts/system-packages postgresql
	$(BIN)/python -m bench.matching
	$(BIN)/python -m bench.search --ablation
	$(BIN)/python -m bench.search

soak: venv ## searches and edits while Elasticsearch fails, and while one of three nodes is killed (some 15 minutes)
	$(BIN)/python -m bench.soak

elasticsearch: venv ## an Elasticsearch on 127.0.0.1 to try the second engine with
	@$(BIN)/python -m scripts.elasticsearch_server

pictures: venv ## take the pictures in docs/pictures anew
	@scripts/system-packages chromium
	$(BIN)/python scripts/take_pictures.py
