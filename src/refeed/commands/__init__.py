"""What the commands do: rebuild, status, explain."""
