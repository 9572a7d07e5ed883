"""The dialogs over the main screen: each asks for the argument of a command, and gives it to the stepper."""
