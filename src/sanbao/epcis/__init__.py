"""GS1 EPCIS 2.0: events of partners captured and asked for, and what happened here told in their language (T-14)."""
