"""The command line: one place that turns words into a session, and a front end for each command."""
