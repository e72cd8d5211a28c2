"""Pages of the gate: the lists, one list, the scanning page, what was caught and escaped, the papers."""
