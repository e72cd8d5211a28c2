"""E-mail: what comes is kept once and finds its case or waits in the tray; what we write, and whether it arrived."""
