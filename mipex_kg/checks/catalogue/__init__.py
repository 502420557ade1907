"""Judging a catalogue from any source: DCAT-AP, portals, and the metadata quality score.

It alone knows the rules by which portals accept or refuse a description.
"""
