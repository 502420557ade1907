"""What a release is built and checked with; nothing of it ships."""
