"""Pictures from the web: the store that keeps them, and the client that asks for them.

The store is a folder of its own, which no rebuild and no upgrade touches. What is published of it
is a function of its contents.
"""
