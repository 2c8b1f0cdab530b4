# Two commands matter: `make run` starts Gatehouse from a clone, `make test` runs every check.
SHELL := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO ?= go
TEMPL := $(GO) tool templ

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

.PHONY: run
run: build ## Start with an embedded database, a demo pool and a demo app in ./data
	GATEHOUSE_DEMO=$${GATEHOUSE_DEMO:-true} bin/gatehouse serve

.PHONY: build
build: ## Build bin/gatehouse
	@[ -e bin/gatehouse ] || echo "Building bin/gatehouse (the first time takes a few minutes)…"
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/gatehouse ./cmd/gatehouse

.PHONY: image
image: ## Build the container image
	docker build --build-arg VERSION=$(VERSION) -t gatehouse:$(VERSION) -t gatehouse:latest .

.PHONY: generate
generate: assets ## Regenerate templates and assets
	$(TEMPL) generate

.PHONY: assets
assets: ## Build stylesheets, scripts and images (static/dist)
	$(GO) run ./cmd/assets

.PHONY: check
check: format vet fresh ## Format, vet, staticcheck, generated files, imports, tests on SQLite: before every commit
	$(GO) test -short ./...

.PHONY: format
format:
	@bad=$$(gofmt -l $$(git ls-files '*.go' | grep -v '_templ\.go$$')); [ -z "$$bad" ] || { echo "not gofmt-ed:"; echo "$$bad"; exit 1; }

.PHONY: vet
vet:
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

.PHONY: fresh
fresh: generate
	@stale=$$(git status --porcelain -- '*_templ.go' static/dist templates/ui/icons.go); [ -z "$$stale" ] || { echo "generated files are not committed as make generate makes them:"; echo "$$stale"; exit 1; }

.PHONY: setup
setup: ## Install what the checks need (Debian: PostgreSQL, Chromium, Apache, nginx, Caddy, Python and Node packages)
	@e2e/setup.sh

.PHONY: test
test: setup ## Every check; sets itself up on Debian with Go, Node and Python
	@e2e/test.sh

.PHONY: test-postgres
test-postgres: ## The store's tests on PostgreSQL too
	@. e2e/env.sh && $(GO) test ./store/... ./migrations/...

.PHONY: examples
examples: ## Start both example apps beside `make run` (http://localhost:3000 and :3001)
	@[ -d examples/spa-js/node_modules ] || (cd examples/spa-js && npm ci --silent --no-audit --no-fund)
	@$(GO) build -o bin/ ./examples/web-go ./examples/spa-js
	@trap 'kill $$(jobs -p) 2>/dev/null' EXIT; bin/web-go & bin/spa-js & wait

.PHONY: bench
bench: ## Benchmarks of the hot paths
	$(GO) test -run '^$$' -bench . -benchmem ./web ./handlers/... ./internal/... ./store
	$(GO) test -run '^$$' -bench IAM -cpu 1 ./cmd/gatehouse

.PHONY: soak-kills
soak-kills: ## The durability proofs with a hundred kills of each engine
	GATEHOUSE_KILLS=100 $(GO) test -count=1 -timeout 90m -v ./e2e/durability

.PHONY: soak-policy
soak-policy: ## 10^8 random policies and requests, decided twice: by the evaluator and by a naive one
	GATEHOUSE_POLICY_PAIRS=100000000 $(GO) test -count=1 -timeout 0 -v -run TestEvaluateAgreesWithTheOracle ./internal/policy

.PHONY: soak
soak: soak-kills soak-policy ## The kills, the policies, then an hour of mixed load against the built program (SOAK=10m for less)
	GATEHOUSE_SOAK=$${SOAK:-1h} $(GO) test -count=1 -timeout 0 -v ./e2e/soak
