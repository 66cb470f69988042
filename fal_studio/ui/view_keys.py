"""Keys that mean something in one view only, declared once: the sheet of shortcuts shows them, a test holds them against the code.

Commands of the whole window are in `actions`; these here are heard by the widget that has the keyboard.
"""

from typing import NamedTuple

from fal_studio.words import tr


class ViewKeys(NamedTuple):
    """What the keys do where one has the keyboard."""

    view: str
    keys: tuple[tuple[str, str], ...]
    """Keys in portable form, several with " or " between, and what they do."""
    modules: tuple[str, ...]
    """Where they are heard, below `fal_studio.ui`."""


CHANGEABLE = frozenset(
    {
        "queue.log_view", "stream.pane", "output.viewer", "widgets.player_bar", "output.json_page", "output.mesh_view",
        "compare.pane", "realtime.desk", "queue.tiles",
    }
)  # fmt: skip
"""Views, by the first of their modules, that ask `key_choice` what a key means to them."""


def can_change(one: ViewKeys, keys: str) -> bool:
    """Whether another key can do the same: it is one letter or sign, and the view hears of it."""
    letter = keys.removeprefix("Shift+")
    return one.modules[0] in CHANGEABLE and len(letter) == 1


_WALK = "Up or Down or PgUp or PgDown"
VIEW_KEYS = (
    ViewKeys(
        tr("Everywhere"),
        (
            ("Tab or Backtab", tr("Go to the next control, or back")),
            ("Return or Space", tr("Press the button or take what is chosen")),
            (_WALK, tr("Walk through a list, change a number")),
            ("Left or Right", tr("Fold or unfold")),
            ("Esc", tr("Close a panel and go back to where one was; in a search, clear it first")),
            ("Delete or Backspace", tr("Take a chip away")),
        ),
        (
            "widgets.floating_panel",
            "widgets.fields",
            "widgets.fold",
            "widgets.number_box",
            "widgets.chips",
            "widgets.run_button",
            "widgets.profile_chip",
            "shell.closing",
            "shell.earlier",
            "shell.take_up",
            "browser.sheet",
            "palette.panel",
            "palette.sheet",
            "palette.rows",
        ),
    ),
    ViewKeys(tr("Tabs of requests"), (("Delete", tr("Close the request")),), ("widgets.request_tabs",)),
    ViewKeys(
        tr("Describing a picture"),
        (("Ctrl+Return", tr("Keep the description")),),
        ("shell.describe_panel",),
    ),
    ViewKeys(
        tr("Find in a text"),
        (
            ("Return", tr("Next place")),
            ("Shift+Return", tr("Place before")),
            ("Esc", tr("Close the search")),
        ),
        ("widgets.find_bar",),
    ),
    ViewKeys(
        tr("Prompt and JSON"),
        (
            ("Ctrl+Space", tr("Offer names and values")),
            ("Up or Down or PgUp or PgDown", tr("Walk through what is offered")),
            ("Tab or Return", tr("Take what is offered; otherwise a new line with its indent")),
            ("Esc", tr("Put the offers away")),
            ("F8 or Shift+F8", tr("Next problem, or the one before")),
            ("Ctrl+Shift+[ or Ctrl+Shift+]", tr("Fold or unfold at the cursor")),
            ("Ctrl+Shift+{ or Ctrl+Shift+}", tr("The same where the keyboard writes them so")),
            ("Backspace", tr("Take back a pair of brackets that is empty")),
        ),
        ("request.json_editor", "request.json_completion", "widgets.json_view"),
    ),
    ViewKeys(
        tr("Library"),
        (
            ("F2", tr("Rename the saved request")),
            ("Delete", tr("Move the saved request to the trash")),
        ),
        ("library.listing",),
    ),
    ViewKeys(
        tr("Queue and history"),
        (
            ("Return", tr("Show the call")),
            ("Space or Left", tr("Fold a group, or unfold it")),
            ("Right", tr("Unfold a group; of a call, its details where the list stands alone")),
            ("Delete or Backspace", tr("Remove ended calls; in Jobs: cancel")),
            ("Ctrl+C", tr("Copy the rows")),
            ("Esc", tr("Choose one row only; in the filter: clear it; in the details: back to the list")),
            ("Tab", tr("Take what the filter offers")),
            ("Up or Down", tr("Walk through what the filter offers")),
        ),
        ("queue.table", "queue.dock", "queue.filtering", "queue.jobs_panel", "queue.result_strip"),
    ),
    ViewKeys(
        tr("Gallery"),
        (
            ("Return", tr("Show the call")),
            ("A", tr("Recall all inputs")),
            ("P", tr("Recall the prompt")),
            ("S", tr("Recall the seed")),
            ("D", tr("Recall the size")),
            ("R", tr("Remix: the same with another seed, in a tab of its own")),
            (".", tr("Star, or take the star away")),
            ("1 or 2 or 3 or 4 or 5", tr("Rate; the same key again takes the rating away")),
            ("0", tr("Take the rating away")),
            ("X", tr("Reject, or take that back")),
            ("+ or = or -", tr("Bigger pictures, or smaller ones")),
            ("Delete or Backspace", tr("Put the chosen calls into the trash")),
            ("Ctrl+C", tr("Copy the request ids")),
            ("Esc", tr("Choose one picture only")),
        ),
        ("queue.tiles",),
    ),
    ViewKeys(
        tr("Kept comparisons"),
        (
            ("Return", tr("Open it")),
            ("F2", tr("Rename it")),
            ("Delete", tr("Remove it")),
            ("Down", tr("From the search into the list")),
        ),
        ("shell.kept_panel",),
    ),
    ViewKeys(tr("Log"), (("/", tr("Look for words")),), ("queue.log_view",)),
    ViewKeys(
        tr("Events of a stream or session"),
        (
            ("/", tr("Filter")),
            ("N", tr("Next match")),
            ("Shift+N", tr("Match before")),
            ("B", tr("Show the bytes")),
            ("Space", tr("Play them again")),
            ("Return", tr("Give the detail more room, or less")),
            ("End or Esc", tr("Follow the newest")),
            ("Up or Down", tr("The event before, or the next one; from the filter into the list")),
            ("Ctrl+C", tr("Copy the whole event")),
            ("Ctrl+S", tr("Save the transcript")),
            ("Left or Right", tr("On the time bar: one event back or on")),
            ("PgUp or PgDown", tr("On the time bar: twenty events")),
            ("Home", tr("On the time bar: to the first")),
        ),
        ("stream.pane", "stream.timebar"),
    ),
    ViewKeys(
        tr("Pictures of a result"),
        (
            ("Left or Right or Up or Down", tr("Choose the next picture")),
            ("Return", tr("Look at it large")),
        ),
        ("output.pictures",),
    ),
    ViewKeys(
        tr("Large picture"),
        (
            ("Left or Right", tr("Picture before, or next")),
            ("Home or End", tr("First picture, or last")),
            ("Up or Down", tr("Move it; with Shift also to the sides")),
            ("+ or = or -", tr("Nearer, or farther")),
            ("0 or F", tr("Fit into the window")),
            ("1", tr("One pixel for one pixel")),
            ("G", tr("All pictures side by side, or one")),
            ("F11", tr("Full screen")),
            ("Ctrl+C", tr("Copy")),
            ("Esc", tr("Leave the full screen, then close")),
        ),
        ("output.viewer",),
    ),
    ViewKeys(
        tr("All pictures side by side"),
        (
            ("Return", tr("Look at it large")),
            ("G", tr("One picture again")),
            ("Ctrl+C", tr("Copy the chosen ones as files")),
            ("F11", tr("Full screen")),
            ("Esc", tr("Leave the full screen, then close")),
        ),
        ("output.picture_table",),
    ),
    ViewKeys(
        tr("Files of a result"),
        (
            ("Return", tr("Show it large, or save it")),
            ("Ctrl+C", tr("Copy the chosen ones as files")),
        ),
        ("output.files",),
    ),
    ViewKeys(
        tr("Video and sound"),
        (
            ("Space", tr("Play or pause")),
            (", or .", tr("One picture back or on")),
            ("Left or Right", tr("Jump back or on")),
            ("Home or End", tr("To the beginning, or the end")),
            ("L", tr("Loop")),
            ("M", tr("Mute")),
            ("Up or Down", tr("Sound that streams: louder, or lower")),
        ),
        ("widgets.player_bar", "output.player", "output.sound_view"),
    ),
    ViewKeys(
        tr("JSON as a tree"),
        (
            ("/", tr("Look for words")),
            ("N", tr("Next match")),
            ("Shift+N", tr("Match before")),
            ("P", tr("Copy the path")),
            ("Ctrl+C", tr("Copy the value")),
            ("Return", tr("Unfold or fold; in JSONPath: ask")),
            ("Esc", tr("Stop reading a large one")),
        ),
        ("output.json_page", "output.tree_view", "output.tree_pane"),
    ),
    ViewKeys(
        tr("3D model"),
        (
            ("Left or Right or Up or Down", tr("Turn it; with Shift move it")),
            ("+ or = or -", tr("Nearer, or farther")),
            ("0 or Home", tr("As it was at first")),
            ("W", tr("Show the triangles, or hide them")),
            ("T", tr("Show the texture, or hide it")),
        ),
        ("output.mesh_view",),
    ),
    ViewKeys(tr("Stages of a call"), (("Up or Down", tr("Choose a stage")),), ("output.waterfall",)),
    ViewKeys(
        tr("Compare"),
        (
            ("Up or Down", tr("Choose a lane")),
            ("Left or Right", tr("Choose a stage, or an output")),
            ("Space", tr("Leave the lane out or take it in; on the outputs: flip")),
            ("Return", tr("Show the call of the lane")),
            ("P", tr("Find out whether the endpoint answers in this mode")),
            ("Tab or Backtab", tr("From the bars to their table, and back")),
            ("Ctrl+= or Ctrl++ or Ctrl+-", tr("On the bars: longer or shorter time")),
            ("Ctrl+0", tr("On the bars: all of the time")),
            ("+ or = or -", tr("On the outputs: nearer, or farther")),
            ("0", tr("On the outputs: fit")),
            ("Shift+Left or Shift+Right", tr("On the outputs: move the slider")),
            (", or .", tr("On videos and sounds: one picture back or on")),
            ("Home or End", tr("On videos and sounds: to the beginning, or the end")),
            ("L", tr("On videos and sounds: loop")),
            ("M", tr("On videos and sounds: mute")),
            ("Ctrl+C", tr("Copy the table")),
        ),
        ("compare.pane", "compare.lane_chart", "compare.lane_table", "compare.locked_view"),
    ),
    ViewKeys(
        tr("Live desk"),
        (
            ("Ctrl+Return", tr("Start the session")),
            ("Esc", tr("Stop the session; while a part of the screen is chosen: leave it")),
            ("Space", tr("Play or pause a recording")),
            ("I", tr("A recording begins here")),
            ("O", tr("A recording ends here")),
            ("K", tr("Keep this picture")),
            ("R", tr("Record, or stop recording")),
            ("B", tr("Brush")),
            ("E", tr("Eraser")),
            ("Ctrl+Z or Ctrl+Shift+Z", tr("Undo or redo on the canvas")),
            ("Ctrl+V", tr("Paste a picture")),
            ("Return", tr("While a part of the screen is chosen: all of it")),
        ),
        ("realtime.desk", "realtime.regions"),
    ),
)
