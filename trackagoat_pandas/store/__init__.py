"""What has been loaded, kept in a folder: as it was at any moment, and how it changed."""
