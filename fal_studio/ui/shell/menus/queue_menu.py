"""The Queue menu: what can be done with the calls of the list."""

from functools import partial

from fal_studio.core.history import RATINGS, REJECTED
from fal_studio.ui.actions import Actions
from fal_studio.ui.shell.call_commands import CallCommands
from fal_studio.ui.shell.menus.commanded import Commanded
from fal_studio.words import tr

MENU = tr("&Queue")


def fill(actions: Actions, window: Commanded) -> None:
    """Register its commands."""
    for number, group in enumerate((_look, _cancel, _order, _again, _recall, _judge, _out, _clear, _place)):
        if number:
            actions.separate(MENU)
        group(actions, window)
    window.commands.refresh()


def _look(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add(
        "queue.show",
        tr("&Show the call"),
        commands.show,
        menu=MENU,
        tip=tr("Show the chosen call in a request tab"),
    )
    actions.add(
        "queue.compare",
        tr("Compare the two…"),
        commands.compare,
        menu=MENU,
        tip=tr("Where the inputs, the results and the numbers of two calls differ"),
    )
    actions.add(
        "queue.pause",
        tr("&Pause sending"),
        commands.pause,
        menu=MENU,
        tip=tr("Calls that were sent go on; new ones wait here"),
    )


def _cancel(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add("queue.cancel", tr("&Cancel this"), commands.cancel, menu=MENU)
    actions.add(
        "queue.cancel_queued",
        tr("Cancel all &queued"),
        commands.cancel_queued,
        menu=MENU,
    )
    actions.add(
        "queue.cancel_open",
        tr("Cancel &all open"),
        commands.cancel_open,
        menu=MENU,
    )


def _order(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add("queue.front", tr("Send it &next"), lambda: commands.move("front"), menu=MENU)
    actions.add("queue.up", tr("Move &up"), lambda: commands.move("up"), menu=MENU)
    actions.add("queue.down", tr("Move &down"), lambda: commands.move("down"), menu=MENU)
    actions.add(
        "queue.send_now",
        tr("Send it n&ow"),
        commands.send_now,
        menu=MENU,
        tip=tr("Whatever limit or pause says"),
    )


def _again(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add(
        "queue.retry", tr("&Retry"), commands.retry_chosen, menu=MENU, tip=tr("Send the same request again")
    )
    actions.add(
        "queue.again",
        tr("Run again &with edits"),
        commands.open_again,
        menu=MENU,
        tip=tr("Open its request in a tab of its own"),
    )
    actions.add("queue.check", tr("Chec&k what became of it"), commands.check, menu=MENU)
    actions.add(
        "queue.take_up",
        tr("&Take up an id…"),
        window.panels.open_take_up,
        menu=MENU,
        tip=tr("Follow a request that was sent elsewhere"),
    )


def _recall(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add(
        "recall.all",
        tr("Recall a&ll inputs"),
        commands.recall,
        menu=MENU,
        tip=tr("Put its inputs into the request in front"),
    )
    actions.add("recall.prompt", tr("Recall the pro&mpt"), commands.recall_prompt, menu=MENU)
    actions.add("recall.seed", tr("Recall the s&eed"), commands.recall_seed, menu=MENU)
    actions.add("recall.size", tr("Recall the si&ze"), commands.recall_size, menu=MENU)
    actions.add(
        "recall.remix",
        tr("Remix in a new ta&b"),
        commands.remix,
        menu=MENU,
        tip=tr("The same request with another seed; it is opened, not run"),
    )


def _judge(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    menu = tr("Star and rate")
    actions.begin_submenu(MENU, menu)
    actions.add(
        "queue.star",
        tr("&Star"),
        commands.star,
        menu=menu,
        is_on=lambda: commands.are_all(lambda row: row.starred),
        tip=tr("Found again with is:starred; once more takes the star away"),
    )
    actions.add(
        "queue.reject",
        tr("&Reject"),
        commands.reject,
        menu=menu,
        is_on=lambda: commands.are_all(lambda row: row.rating == REJECTED),
        tip=tr("Not wanted: it is drawn faintly, and -is:rejected leaves it out; nothing is removed"),
    )
    actions.separate(menu)
    for rating in RATINGS:
        actions.add(
            f"queue.rate_{rating}",
            tr("&{rating} of 5").format(rating=rating) if rating else tr("&0: not rated"),
            partial(commands.rate, rating),
            menu=menu,
            is_on=partial(_is_rated, commands, rating),
            long=tr("Rate {rating} of 5").format(rating=rating) if rating else tr("Take the rating away"),
        )


def _is_rated(commands: CallCommands, rating: int) -> bool:
    return commands.are_all(lambda row: row.rating == rating)


def _out(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add("queue.copy_id", tr("Copy the request &id"), commands.copy_id, menu=MENU)
    actions.add(
        "queue.export_csv", tr("E&xport as CSV…"), lambda: window.panels.open_export("csv"), menu=MENU
    )
    actions.add(
        "queue.export_json", tr("Export as &JSON…"), lambda: window.panels.open_export("json"), menu=MENU
    )


def _clear(actions: Actions, window: Commanded) -> None:
    commands = window.commands
    actions.add(
        "queue.clear",
        tr("Clear ended calls &from the queue"),
        commands.clear,
        menu=MENU,
        tip=tr("They stay in the history"),
    )
    actions.add(
        "queue.remove",
        tr("Remo&ve"),
        commands.remove_chosen,
        menu=MENU,
        tip=tr("Put ended calls into the trash"),
    )
    actions.add(
        "queue.space",
        tr("Space and tras&h…"),
        window.panels.open_space,
        menu=MENU,
        tip=tr("How much room results and history take; empty the trash"),
    )


def _place(actions: Actions, window: Commanded) -> None:
    actions.add(
        "queue.detach",
        tr("Own window for queue and histor&y"),
        window.monitor.toggle_detached,
        menu=MENU,
        is_on=lambda: window.monitor.is_detached,
        tip=tr("For a second screen; once more puts it back"),
    )
    actions.add(
        "queue.settings",
        tr("Queue settin&gs…"),
        window.panels.open_settings,
        menu=MENU,
        tip=tr("How many calls are sent at once, what is followed, when the desktop is told"),
    )
