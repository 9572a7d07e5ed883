"""The dialog that opens a sequence."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option
from textual.worker import Worker, get_current_worker

from rnn_tui.app.dialogs.dialog import Dialog, entry, line_of
from rnn_tui.core.texts import one_line
from rnn_tui.files.samples import sample_notes
from rnn_tui.stepper.here import Ask, Outcome
from rnn_tui.stepper.stepper import Stepper


class SequenceDialog(Dialog):
    """A line for a file's name, and the built-in sequences. A long file is read while one watches."""

    def __init__(self, ask: Ask, stepper: Stepper) -> None:
        super().__init__(ask, stepper)
        self._reading: Worker[None] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield line_of(self.ask.title)
            yield Input(placeholder="path of a .csv .tsv .json .jsonl .npy .npz or .txt file", id="answer")
            yield line_of("", "wrong")
            yield OptionList(
                *(Option(entry(name, note.partition(";")[0], 18), id=name) for name, note in sample_notes().items()),
                id="samples",
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._begin(event.option.id or "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._begin(event.value.strip())

    def on_key(self, event: events.Key) -> None:
        """Down from the line goes into the list, and what is typed in the list goes into the line."""
        line, options = self.query_one(Input), self.query_one(OptionList)
        if event.key == "down" and self.focused is line:
            event.stop()
            options.focus()
            options.highlighted = options.highlighted or 0
        else:
            self.into_line(event)

    def action_close(self) -> None:
        """Closes; a file that is being read is left alone."""
        if self._reading is not None:
            self._reading.cancel()
        self.dismiss(None)

    def _begin(self, path: str) -> None:
        if not path:
            self.say("type a file's name")
        elif self._reading is None:
            self._reading = self.run_worker(lambda: self._read(path), thread=True)

    def _read(self, path: str) -> None:
        """Reads the file in a thread, so that the screen stays awake."""
        worker = get_current_worker()

        def report(done: int, whole: int) -> None:
            if worker.is_cancelled:
                raise InterruptedError
            self.app.call_from_thread(self.say, f"reading {done / whole if whole else 0:.0%}, escape cancels")

        wrong = ""
        try:
            outcome = self.stepper.outcome(self.ask.command, path, report)
        except InterruptedError:
            return
        except Exception as error:  # whatever it was is told, and one may try again
            wrong = self.app.told(error, f"{one_line(path)} could not be read")
        finally:
            self._reading = None
        if worker.is_cancelled:
            return
        if wrong:
            self.app.call_from_thread(self.say, wrong)
        else:
            self.app.call_from_thread(self.guarded, lambda: self._done(outcome))

    def _done(self, outcome: Outcome) -> None:
        self.dismiss(self.stepper.settle(self.ask.command, outcome))
