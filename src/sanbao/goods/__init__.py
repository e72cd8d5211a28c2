"""Finished goods: packing, labels, spray codes, lost labels and new ones."""
