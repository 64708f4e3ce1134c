.PHONY: services containers containers-up containers-test containers-down

services: $(DEV) ## the same blog as four processes over PostgreSQL, on this machine
	@$(BIN)/python -m deploy.services

containers: .venv/.dev ## build the images, bring them up, try them from outside, take them down
	@$(BIN)/python -m deploy.containers

containers-up: .venv/.dev ## … only bring them up and say where
	@$(BIN)/python -m deploy.containers up

containers-test: .venv/.dev ## … only try those that are up
	@$(BIN)/python -m deploy.containers test

containers-down: .venv/.dev ## … only take them down, with their data
	@$(BIN)/python -m deploy.containers down
