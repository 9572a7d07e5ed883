"""The screen of settings: their list with what each is now; a value is gone through or typed, and is so at once."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from rnn_tui.app.dialogs.dialog import Dialog, entry, line_of
from rnn_tui.core.texts import one_line
from rnn_tui.stepper.here import Ask
from rnn_tui.stepper.keys import AFTER, BEFORE, CLOSE, key_name
from rnn_tui.stepper.setting import Setting
from rnn_tui.stepper.settings import BY_NAME, SETTINGS
from rnn_tui.stepper.stepper import Stepper

WIDTH = max(len(setting.title) for setting in SETTINGS) + 2


class _List(OptionList):
    """A list whose entries have values to go through."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(AFTER), "screen.give('next_value')", show=False),
        Binding(",".join(BEFORE), "screen.give('previous_value')", show=False),
    ]

    def on_resize(self, event: events.Resize) -> None:
        """The one in the light stays in view where what stands below takes more room."""
        self.scroll_to_highlight()


class _Completing(Suggester):
    """Completes a value of the setting that is typed."""

    def __init__(self, dialog: SettingsDialog) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._dialog = dialog

    async def get_suggestion(self, value: str) -> str | None:
        return self._dialog.chosen.completed(value)


class SettingsDialog(Dialog):
    """All settings; what the one in the light does stands below, and a line opens where a value is typed."""

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__(ask, stepper)
        self._said = ""

    @property
    def chosen(self) -> Setting:
        """The setting in the light."""
        return SETTINGS[self.query_one(OptionList).highlighted or 0]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog settings"):
            yield line_of("", "asked")
            yield _List(*(Option(self._row(each), id=each.name) for each in SETTINGS), id="samples")
            yield Input(id="answer", select_on_focus=False, suggester=_Completing(self))
            yield line_of("", "wrong")
            yield line_of("", "hint")

    def on_mount(self) -> None:
        wanted = BY_NAME.get(self.ask.text)
        options = self.query_one(OptionList)
        options.highlighted = 0 if wanted is None else SETTINGS.index(wanted)
        self._close_line()
        if wanted is not None and not wanted.only:
            self._open_line()

    def _row(self, setting: Setting) -> Text:
        return entry(setting.title, one_line(setting.value(self.stepper.here)), WIDTH)

    def _show(self) -> None:
        """What every setting is now, and what is to be said of the one in the light."""
        options, typing = self.query_one(OptionList), self.query_one(Input).display
        self.set_class(self.plain, "plain")
        after, before = key_name(AFTER[0], self.plain), key_name(BEFORE[0], self.plain)
        keys = f"{before} {after} change, enter types, {CLOSE[0]} leaves"
        self.query_one("#asked", Static).update(Text(f"{self.ask.title}: {keys}"))
        for setting in SETTINGS:
            options.replace_option_prompt(setting.name, self._row(setting))
        setting = self.chosen
        said = setting.written if typing else self._said or setting.effect(self.stepper.here)
        self.query_one("#hint", Static).update(Text(said))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._said = ""
        self.say("")
        self._show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if self.query_one(Input).display:  # typed faster than the line could open
            self._submit(self.query_one(Input).value)
        elif self.chosen.only:
            self.action_give("next_value")
        else:
            self._open_line()

    def on_key(self, event: events.Key) -> None:
        """What is typed in the list goes into the line, but for what goes through values; what was typed faster than
        the line could open goes there as well."""
        opened, typed = self.query_one(Input).display, event.character
        if typed is not None and event.is_printable and (opened or event.key not in AFTER):
            event.stop()
            self._typed(typed)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted into the list goes into the line."""
        event.stop()
        self._typed("".join(event.text.splitlines()[:1]))

    def _typed(self, text: str) -> None:
        """Puts a text into the line, which opens for it."""
        if self.query_one(Input).display:
            self.query_one(Input).insert_text_at_cursor(text)
        else:
            self._open_line(text)

    def _open_line(self, text: str | None = None) -> None:
        """A line to type a value, which begins with a text, or with the value there is, to be typed over."""
        line = self.query_one(Input)
        line.value = self.chosen.value(self.stepper.here) if text is None else text
        line.display = True
        line.focus()
        if text is None:
            line.action_select_all()
        else:
            line.cursor_position = len(text)
        self.say("")
        self._show()

    def _close_line(self) -> None:
        self.query_one(Input).display = False
        self.query_one(OptionList).focus()
        self._show()

    def action_close(self) -> None:
        """Closes the line, if it is open; else the screen."""
        if self.query_one(Input).display:
            self.say("")
            self._close_line()
        else:
            self.dismiss(None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._submit(event.value)

    def _submit(self, value: str) -> None:
        """Gives the setting in the light what was typed."""

        def do() -> None:
            setting = self.chosen
            texts = dict.fromkeys((value, setting.completed(value)))  # as it is, or as the line shows it
            if any(self._give("settings", f"{setting.name} = {text}") for text in texts):
                self._close_line()

        self.guarded(do)

    def action_give(self, command: str) -> None:
        """Does something with the setting in the light; while a line is open that is typed into."""
        if self.query_one(Input).display:
            return
        self.guarded(lambda: self._give(command, self.chosen.name))

    def _give(self, command: str, argument: str) -> bool:
        """Gives a command and stays. Whether it was a right one."""
        outcome = self.tried(command, argument)
        if outcome is None:
            return False
        self.say("")
        self._said = outcome.say
        self._show()
        self.app.show_main()
        return True

    def say(self, text: str) -> None:
        """Says what is wrong, in the place of all else."""
        super().say(text)
        self.query_one("#wrong").display = bool(text)
        self.query_one("#hint").display = not text
