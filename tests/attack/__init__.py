"""Attacks: hostile files, templates, requests, servers, and what must hold all the same."""
