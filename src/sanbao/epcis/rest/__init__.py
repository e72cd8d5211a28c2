"""The standard's own addresses under ``/epcis/``: capture, events, resources, queries, subscriptions."""
