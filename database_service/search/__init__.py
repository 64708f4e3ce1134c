"""Full-text search: one analyser in front of SQLite's FTS5 and PostgreSQL's tsvector, so that both find the same."""
