"""What a user sees without logging in: the page behind a label's code."""
