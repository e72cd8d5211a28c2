"""Write many records of one kind at once, with the lots, links and handles that they make.

::

    with transaction.atomic():                       # one chunk of at most 5,000 rows, its checkpoint beside it
        results = bulk.write(rows, source="import:12")   # rows: all of one class of ``trace.rows``

``results`` has one ``Written`` per row, in order: *taken*, *unchanged* (the same record stands already, also from an
earlier row of the same call), *differs* (it stands with other values; the old ones are kept, ``facts`` holds
``{field: [old, new]}``) or *refused* (``code`` and ``facts`` say why; nothing of that row is written). ``mentioned``
lists codes that were only named and had no record of their own so far. Refusal codes: ``unknown_lot``,
``other_kind``, ``too_long``, ``feeds_itself``.

Order of ledgers: receipts, issues, heats, travellers, reports, packings, shipments. The number of queries per call is
constant; writing the same rows again writes nothing. On PostgreSQL one writer at a time, as on SQLite.
"""
