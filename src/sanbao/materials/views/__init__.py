"""Pages of the store: thin faces over queries and actions."""
