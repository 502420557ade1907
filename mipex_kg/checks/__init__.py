"""Checks of a built site, in a folder or on a server, as each of its readers sees it.

It alone knows what harvesters, search engines and clients demand.
"""
