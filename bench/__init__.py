"""Benchmarks: mipex-kg side by side with the programs that a user would pick instead."""
