"""Tests of how a site is served: with real servers, and with what hosts say of themselves."""
