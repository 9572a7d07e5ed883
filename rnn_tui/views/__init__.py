"""Views: pure functions from steps to Rich renderables. They know no Textual and keep nothing.

The app, the headless pictures and the string tests all draw with these.
"""
