"""The gate: pick lists, scanning against them, weighing, what was caught and what escaped."""
