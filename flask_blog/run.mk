# The one-process shape; included by the Makefile.

.PHONY: run
run: $(RUN) ## start the blog: HOST, PORT, DATA_DIR and PUBLIC_URL choose
	@exec $(BIN)/flask-blog run

.PHONY: demo
demo: $(RUN) ## start a blog that looks lived-in, in demo-data/
	@exec $(BIN)/flask-blog demo
