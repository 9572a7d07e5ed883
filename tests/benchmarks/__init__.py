"""How fast it is, and beside what: `peers` prints the budgets of the project, the tests are for pytest-benchmark."""
