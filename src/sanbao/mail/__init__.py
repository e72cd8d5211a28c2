"""E-mail in and out: each mail kept once, filed in its case or waiting in the tray; what we write, and whether it arrived."""
