"""Rules for the hosts that serve a site, each in the host's own language.

It alone knows how redirects, media types and headers are written for each host.
"""
