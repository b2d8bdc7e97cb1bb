"""Sounds by kind: recordings fetched by package name, and models of what physics explains; kinds.py lists them."""
