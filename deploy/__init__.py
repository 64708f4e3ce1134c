"""How the separate services are built, configured, started and tried."""
