"""The catalogue as files: DCAT-AP, VoID, schema.org, Croissant, CSVW and citations.

It alone knows what is said about files once they are written.
"""
