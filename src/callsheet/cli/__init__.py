"""The command line: prints and exit codes, no decisions. Heavy imports wait until a command needs them."""
