"""What the operating system is asked for: files, folders, processes, and the errors that users see.

It alone knows how a file is read and written, how a folder is replaced and how a process is ended.
"""
