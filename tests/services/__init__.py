"""Tests that only make sense on PostgreSQL and Redis; `make test-services` runs them."""
