"""Pages of labels: packing and its scan field, the list, one label, printing, repacking."""
