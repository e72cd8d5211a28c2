"""Pages of complaints: thin faces that find, read the form, act and show."""
