"""The part of the catalogue that is in the dataset: codes, tables, and the record of each dataset.

It alone knows what the engine adds to the owner's own DCAT before anything is written.
"""
