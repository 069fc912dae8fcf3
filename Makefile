# Shortcuts; what they run is also written out in CONTRIBUTING.md. Everything but demo and test needs `make test` once.
PY = .venv/bin/python
UV ?= uv
LOCK = $(UV) pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

.PHONY: ranking demo test full check format start rights scan locks wheels vendor audit

demo:            ## the site with demonstration data
	python3 run.py demo

test:            ## every test, small counts
	python3 run.py test

full:            ## every test, the counts of the quality plan
	python3 run.py test --full

check:           ## seconds: lint, format, types, import directions, declared packages
	$(PY) -m ruff check . && $(PY) -m ruff format --check . && $(PY) -m mypy && .venv/bin/lint-imports && $(PY) -m deptry .

format:          ## mend what ruff can mend
	$(PY) -m ruff check --fix . && $(PY) -m ruff format .

start:           ## how long starting takes, against what cannot be avoided
	$(PY) -m bench.start

ranking:         ## how long one need takes through the public call
	$(PY) -m bench.ranking

rights:          ## docs/rights.md anew: every route, asked as every role
	$(PY) -m tests.security.rights

SITE ?= http://127.0.0.1:8000
# Debian's wapiti 3.0.4 builds a pattern for -x that Python 3.11 refuses: another is put in its place
WAPITI = /usr/bin/python3 -c "import fnmatch, re; from wapitiCore.net import crawler; from wapitiCore.main import wapiti; \
	crawler.wildcard_translate = lambda text: re.compile(fnmatch.translate(text)); wapiti.wapiti_main()" \
	--scope domain --flush-session -H "Sec-Fetch-Site: same-origin" -f txt -d 3 -x "$(SITE)/sign-out" \
	-x "$(SITE)/account/sessions*" -x "$(SITE)/organisation/leave*" -x "$(SITE)/account/data*" --max-links-per-page 60 \
	--max-files-per-dir 10 --max-parameters 30 --max-scan-time 600 --max-attack-time 60 \
	-m sql,xss,permanentxss,file,exec,crlf,redirect,ssrf,xxe,csrf,http_headers,cookieflags,csp,methods,htaccess,backup
scan:            ## sqlmap and wapiti (Debian packages) at a demonstration that runs: make scan COOKIE=session=…
	mkdir -p var/scan
	-sqlmap -u "$(SITE)/" --crawl 2 --forms --batch --smart --crawl-exclude "sign-out|static" --output-dir var/scan/sqlmap \
		-H "Sec-Fetch-Site: same-origin" $(if $(COOKIE),--cookie "$(COOKIE)")
	-$(WAPITI) -u $(SITE)/ -o var/scan/signed-out.txt
	$(if $(COOKIE),-$(WAPITI) -u $(SITE)/ -H "Cookie: $(COOKIE)" -o var/scan/signed-in.txt)

locks:           ## both requirement locks anew from pyproject.toml
	$(LOCK) --group build pyproject.toml -o requirements.lock
	$(LOCK) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

wheels:          ## a folder for PARKBRIDGE_WHEELS on a machine of the same kind without a network
	python3 -m pip download --require-hashes --only-binary :all: --no-deps -r requirements-dev.lock -d wheels

vendor:          ## the vendored front end anew from npm tarballs in ./tarballs
	$(PY) -m web.vendor tarballs

audit:           ## known advisories for the locked versions (needs a network)
	$(PY) -m pip_audit --strict --require-hashes --disable-pip -r requirements-dev.lock
