"""What a person can do: the table of commands, and what each makes of a session. It knows no Rich and no Textual."""
