"""Everything can be taken out (M-06): ledgers that the import reads back, and every other table of the house.

``ledgers`` writes the papers as a factory keeps them, ``tables`` whatever the house stores, ``folder`` puts all of it
into a folder: rows are read and written one after the other, so that memory does not grow with the house.
"""
