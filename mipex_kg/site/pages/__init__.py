"""The pages of the site, as HTML.

It alone knows what visitors see: texts, marks, lists, the map and the network.
"""
