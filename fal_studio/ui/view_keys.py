"""Keys that mean something in one view only, declared once: the sheet of shortcuts shows them, a test holds them against the code.

Commands of the whole window are in `actions`; these here are heard by the widget that has the keyboard.
"""

from typing import NamedTuple


class ViewKeys(NamedTuple):
    """What the keys do where one has the keyboard."""

    view: str
    keys: tuple[tuple[str, str], ...]
    """Keys in portable form, several with " or " between, and what they do."""
    modules: tuple[str, ...]
    """Where they are heard, below `fal_studio.ui`."""


_WALK = "Up or Down or PgUp or PgDown"
VIEW_KEYS = (
    ViewKeys(
        "Everywhere",
        (
            ("Tab or Backtab", "Go to the next control, or back"),
            ("Return or Space", "Press the button or take what is chosen"),
            (_WALK, "Walk through a list, change a number"),
            ("Left or Right", "Fold or unfold"),
            ("Esc", "Close a panel and go back to where one was; in a search, clear it first"),
            ("Delete or Backspace", "Take a chip away"),
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
    ViewKeys("Tabs of requests", (("Delete", "Close the request"),), ("widgets.request_tabs",)),
    ViewKeys(
        "Find in a text",
        (
            ("Return", "Next place"),
            ("Shift+Return", "Place before"),
            ("Esc", "Close the search"),
        ),
        ("widgets.find_bar",),
    ),
    ViewKeys(
        "Prompt and JSON",
        (
            ("Ctrl+Space", "Offer names and values"),
            ("Up or Down or PgUp or PgDown", "Walk through what is offered"),
            ("Tab or Return", "Take what is offered; otherwise a new line with its indent"),
            ("Esc", "Put the offers away"),
            ("F8 or Shift+F8", "Next problem, or the one before"),
            ("Ctrl+Shift+[ or Ctrl+Shift+]", "Fold or unfold at the cursor"),
            ("Ctrl+Shift+{ or Ctrl+Shift+}", "The same where the keyboard writes them so"),
            ("Backspace", "Take back a pair of brackets that is empty"),
        ),
        ("request.json_editor", "request.json_completion", "widgets.json_view"),
    ),
    ViewKeys(
        "Library",
        (
            ("F2", "Rename the saved request"),
            ("Delete", "Move the saved request to the trash"),
        ),
        ("library.listing",),
    ),
    ViewKeys(
        "Queue and history",
        (
            ("Return", "Show the call"),
            ("Space or Left or Right", "Fold a group, or unfold it"),
            ("Delete or Backspace", "Remove ended calls; in Jobs: cancel"),
            ("Ctrl+C", "Copy the rows"),
            ("Esc", "Choose one row only; in the filter: clear it"),
            ("Tab", "Take what the filter offers"),
            ("Up or Down", "Walk through what the filter offers"),
        ),
        ("queue.table", "queue.filtering", "queue.jobs_panel", "queue.result_strip"),
    ),
    ViewKeys(
        "Kept comparisons",
        (
            ("Return", "Open it"),
            ("F2", "Rename it"),
            ("Delete", "Remove it"),
            ("Down", "From the search into the list"),
        ),
        ("shell.kept_panel",),
    ),
    ViewKeys("Log", (("/", "Look for words"),), ("queue.log_view",)),
    ViewKeys(
        "Events of a stream or session",
        (
            ("/", "Filter"),
            ("N or Shift+N", "Next match, or the one before"),
            ("B", "Show the bytes"),
            ("Space", "Play them again"),
            ("Return", "Give the detail more room, or less"),
            ("End or Esc", "Follow the newest"),
            ("Down", "From the filter into the list"),
            ("Ctrl+C", "Copy the whole event"),
            ("Ctrl+S", "Save the transcript"),
            ("Down", "From the filter into the list"),
            ("Left or Right", "On the time bar: one event back or on"),
            ("PgUp or PgDown", "On the time bar: twenty events"),
            ("Home", "On the time bar: to the first"),
        ),
        ("stream.pane", "stream.timebar"),
    ),
    ViewKeys(
        "Pictures of a result",
        (
            ("Left or Right or Up or Down", "Choose the next picture"),
            ("Return", "Look at it large"),
        ),
        ("output.pictures",),
    ),
    ViewKeys(
        "Large picture",
        (
            ("Left or Right", "Picture before, or next"),
            ("Home or End", "First picture, or last"),
            ("Up or Down", "Move it; with Shift also to the sides"),
            ("+ or = or -", "Nearer, or farther"),
            ("0 or F", "Fit into the window"),
            ("1", "One pixel for one pixel"),
            ("G", "All pictures side by side, or one"),
            ("F11", "Full screen"),
            ("Ctrl+C", "Copy"),
            ("Esc", "Leave the full screen, then close"),
        ),
        ("output.viewer",),
    ),
    ViewKeys(
        "All pictures side by side",
        (
            ("Return", "Look at it large"),
            ("G", "One picture again"),
            ("Ctrl+C", "Copy the chosen ones as files"),
            ("F11", "Full screen"),
            ("Esc", "Leave the full screen, then close"),
        ),
        ("output.picture_table",),
    ),
    ViewKeys(
        "Files of a result",
        (
            ("Return", "Show it large, or save it"),
            ("Ctrl+C", "Copy the chosen ones as files"),
        ),
        ("output.files",),
    ),
    ViewKeys(
        "Video and sound",
        (
            ("Space", "Play or pause"),
            (", or .", "One picture back or on"),
            ("Left or Right", "Jump back or on"),
            ("Home or End", "To the beginning, or the end"),
            ("L", "Loop"),
            ("M", "Mute"),
            ("Up or Down", "Sound that streams: louder, or lower"),
        ),
        ("widgets.player_bar", "output.player", "output.sound_view"),
    ),
    ViewKeys(
        "JSON as a tree",
        (
            ("/", "Look for words"),
            ("N or Shift+N", "Next match, or the one before"),
            ("P", "Copy the path"),
            ("Ctrl+C", "Copy the value"),
            ("Return", "Unfold or fold; in JSONPath: ask"),
            ("Esc", "Stop reading a large one"),
        ),
        ("output.json_page", "output.tree_view", "output.tree_pane"),
    ),
    ViewKeys(
        "3D model",
        (
            ("Left or Right or Up or Down", "Turn it; with Shift move it"),
            ("+ or = or -", "Nearer, or farther"),
            ("0 or Home", "As it was at first"),
            ("W", "Show the triangles, or hide them"),
            ("T", "Show the texture, or hide it"),
        ),
        ("output.mesh_view",),
    ),
    ViewKeys("Stages of a call", (("Up or Down", "Choose a stage"),), ("output.waterfall",)),
    ViewKeys(
        "Compare",
        (
            ("Up or Down", "Choose a lane"),
            ("Left or Right", "Choose a stage, or an output"),
            ("Space", "Leave the lane out or take it in; on the outputs: flip"),
            ("Return", "Show the call of the lane"),
            ("P", "Find out whether the endpoint answers in this mode"),
            ("Tab or Backtab", "From the bars to their table, and back"),
            ("Ctrl+= or Ctrl++ or Ctrl+-", "On the bars: longer or shorter time"),
            ("Ctrl+0", "On the bars: all of the time"),
            ("+ or = or -", "On the outputs: nearer, or farther"),
            ("0", "On the outputs: fit"),
            ("Shift+Left or Shift+Right", "On the outputs: move the slider"),
            (", or .", "On films and sounds: one picture back or on"),
            ("Home or End", "On films and sounds: to the beginning, or the end"),
            ("L", "On films and sounds: loop"),
            ("M", "On films and sounds: mute"),
            ("Ctrl+C", "Copy the table"),
        ),
        ("compare.pane", "compare.lane_chart", "compare.lane_table", "compare.locked_view"),
    ),
    ViewKeys(
        "Live desk",
        (
            ("Ctrl+Return", "Start the session"),
            ("Esc", "Stop the session; while a part of the screen is chosen: leave it"),
            ("Space", "Play or pause a recording"),
            ("I or O", "A recording begins here, or ends here"),
            ("K", "Keep this picture"),
            ("R", "Record, or stop recording"),
            ("B", "Brush"),
            ("E", "Eraser"),
            ("Ctrl+Z or Ctrl+Shift+Z", "Undo or redo on the canvas"),
            ("Ctrl+V", "Paste a picture"),
            ("Return", "While a part of the screen is chosen: all of it"),
        ),
        ("realtime.desk", "realtime.regions"),
    ),
)
