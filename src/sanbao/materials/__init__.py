"""Incoming material and the store: marking, receipt, cards, issue, places, stock-taking."""
