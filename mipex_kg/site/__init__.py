"""The site: documents, pages, catalogue and hosting rules, written into one folder.

It alone knows what a built site consists of and what each of its files is called.
"""
