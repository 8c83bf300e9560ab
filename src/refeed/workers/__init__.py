"""Work that is done file by file or entry by entry, in this process or in others."""
