"""Networks as others write them: each reader turns a foreign layout into our convention, and says what it turned."""
