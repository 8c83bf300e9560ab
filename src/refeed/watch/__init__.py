"""What the file system reports: which snapshot files changed, and when they can be read."""
