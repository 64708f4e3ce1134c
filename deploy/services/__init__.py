"""The four services as four processes on this machine, over PostgreSQL, behind a small gateway: `make services`."""
