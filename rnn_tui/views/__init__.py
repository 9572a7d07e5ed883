"""Views: pure functions from frames to Rich renderables. They know no Textual; what they keep, the run keeps.

The app, the headless pictures and the string tests all draw with these.
"""
