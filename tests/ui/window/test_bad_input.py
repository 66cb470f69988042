"""Everything that can be wrong, seen in the window: a clear word where the result would be, and the window goes on."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.app.emulator import Addresses
from fal_studio.app.stall import StallMonitor
from fal_studio.core.call import Phase
from fal_studio.core.events import Sent
from fal_studio.core.request import Mode, Options, Request
from fal_studio.ui.output.waterfall import lanes_of
from tests.ui.window import misbehaving
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

HANGS_MS = 10_000
"""A window that does not react for so long hangs, however busy the machine is; the bench row has the real bound."""


@pytest.fixture(scope="module", autouse=True)
def bad_server() -> Iterator[tuple[str, str]]:
    with misbehaving.running() as bases:
        yield bases


@pytest.fixture
def addresses(addresses: Addresses, bad_server: tuple[str, str], request: pytest.FixtureRequest) -> Addresses:
    """The emulator's catalogue; calls go to the server that misbehaves, or to where the test wants them."""
    plain, untrusted = bad_server
    base = {"": plain, "untrusted": untrusted}.get(wanted := getattr(request, "param", ""), wanted)
    ws = base.replace("http", "ws", 1)
    return replace(
        addresses, run=f"{base}/run", queue=f"{base}/queue", rest=f"{base}/rest", cdn=base, ws=f"{ws}/ws"
    )


class Wrong:
    """Starts a call that goes wrong, and looks at what the window says; the window must react all the time."""

    def __init__(self, hand: Driven) -> None:
        self.hand = hand
        self._monitor = StallMonitor(hand.window)

    async def run(self, endpoint: str, mode: Mode, *, ends: bool = True, **options: object) -> None:
        space = self.hand.space
        space.set_endpoint(endpoint)
        space.set_mode(mode)
        space.document.set_text('{"prompt": "x"}')
        self._monitor.start()
        before = space.result.call
        if options:
            request = Request(endpoint, mode, {"prompt": "x"}, options=Options(**options))
            self.hand.window.run_wanted.emit(self.hand.window.tabs.current(), request)
        else:
            await self.hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: space.result.call != before, what="a call began")
        if ends:
            await self.ended()

    async def ended(self) -> Phase:
        await until(lambda: self.hand.state.is_ended, what="the call has ended", limit_s=40)
        await asyncio.sleep(0.05)  # a frame in which the end is painted
        assert self._monitor.stop() < HANGS_MS
        assert not self.hand.window.banner.isVisible(), self.hand.window.banner.text
        return self.hand.state.phase

    async def fails(self, endpoint: str, mode: Mode, *words: str, **options: object) -> str:
        """Run, and find the words on the failure card."""
        await self.run(endpoint, mode, **options)
        assert self.hand.state.phase is Phase.FAILED
        page = self.hand.space.result.failure
        await until(page.isVisible, what="the card is shown")
        assert page.card is not None
        card = f"{page.card.accessibleName()} / {page.card.accessibleDescription()}"
        for word in words:
            assert word in card
        assert len(page.card.accessibleDescription()) > 10, "a next step"
        return card

    async def is_told(self, endpoint: str, mode: Mode, *words: str) -> None:
        """Run, and find the words where the result would be: on the failure card, or on the note of an unknown end."""
        await self.run(endpoint, mode)
        result = self.hand.space.result
        assert self.hand.state.phase in (Phase.FAILED, Phase.UNKNOWN), endpoint
        if self.hand.state.phase is Phase.FAILED:
            await until(result.failure.isVisible, what="the card is shown")
            card = result.failure.card
            said = f"{card.accessibleName()} / {card.accessibleDescription()}"
        else:
            await until(result.note.isVisible, what="the note is shown")
            said = result.note.text
        for word in words:
            assert word in said

    async def works(self) -> None:
        """See that the next call, to a server that answers, works as ever."""
        await self.run("bad/list", Mode.RUN)
        assert self.hand.state.phase is Phase.DONE


def wrong_of(drive: Drive, act: Callable[[Wrong], object]) -> None:
    async def scenario(hand: Driven) -> None:
        await act(Wrong(hand))

    drive(scenario)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Choose an endpoint"),
        ("flux", "the owner is missing. Write it as owner/name"),
        ("a//b", "it has an empty part"),
        ("a/b c", "“b c” is not a name"),
        ("a/" + "b" * 400, "402 characters long"),
    ],
)
def test_a_malformed_endpoint_id_blocks_run_and_says_why(drive: Drive, typed: str, words: str) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.key(Qt.Key.Key_L, CTRL)
        line = hand.space.bar.box.lineEdit()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, typed)
        QTest.keyClick(line, Qt.Key.Key_Return)
        await until(lambda: hand.space.bar.run.is_blocked)
        assert words in hand.space.forecast.text
        await hand.key(Qt.Key.Key_Return, CTRL)
        assert hand.space.result.call == ""

    drive(scenario)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"prompt": "x", "seed": NaN}', "no NaN"),
        ('{"prompt": "x"', "line 1"),
        ("[1, 2]", "object"),
        ("[" * 50_000, "too deeply"),
        ('{"prompt": ' + "[" * 600 + "]" * 600 + "}", "too deeply"),
        ('{"prompt": "\\ud800"}', "surrogate"),
    ],
)
def test_arguments_that_cannot_be_sent_block_run_and_lead_to_their_line(
    drive: Drive, text: str, words: str
) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.document.set_text(text)
        await until(lambda: hand.space.bar.run.is_blocked)
        assert words in hand.space.forecast.text
        await hand.key(Qt.Key.Key_Return, CTRL)
        assert hand.space.editor.tab == "json"
        assert hand.space.result.call == ""
        assert hand.space.document.text == text

    drive(scenario)


def test_twenty_megabytes_of_arguments_go_out_whole(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        space = wrong.hand.space
        space.set_endpoint("bad/list")
        space.set_mode(Mode.RUN)
        space.document.set_text('{"prompt": "%s"}' % ("x" * 20_000_000))
        space.editor.show_tab("json")
        await asyncio.sleep(0.05)
        await wrong.hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: space.result.call, what="a call began", limit_s=30)
        await until(lambda: wrong.hand.state.is_ended, limit_s=40)
        assert wrong.hand.state.phase is Phase.DONE
        sent = [event.fact for event in wrong.hand.program.log.of(space.result.call)]
        assert any(getattr(fact, "size_bytes", 0) > 20_000_000 for fact in sent)

    wrong_of(drive, act)


ANSWERS = [
    ("html", "a web page instead of JSON", "Log in to the hotel network"),
    ("text", "something that is not JSON", "endpoint is broken"),
    ("empty", "breaks off after 0 bytes", ""),
    ("nan", "NaN or Infinity", ""),
    ("cut-json", "breaks off after 28 bytes", ""),
    ("latin", "no UTF-8", ""),
    ("deep", "nested too deeply", ""),
    ("deep-ish", "nested too deeply", ""),
    ("refused-key", "401", "key"),
    ("gateway", "502", "Try again"),
    ("odd-422", "refused the arguments", "Correct them and send again"),
    ("closed", "without an answer", "charged"),
    ("reset", "reset it", "charged"),
    ("garbage", "broke off", "charged"),
    ("truncated", "cut in the middle", "charged"),
    ("big", "larger than the 67 MB", "sync_mode off"),
    ("big-announced", "200 MB; 67 MB are allowed", "sync_mode off"),
    ("endless-body", "larger than the 67 MB", "sync_mode off"),
]


def test_answers_that_are_none_end_on_a_card_that_names_them(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for name, cause, next_step in ANSWERS:
            await wrong.is_told(f"bad/{name}", Mode.RUN, cause, next_step)
        await wrong.works()

    wrong_of(drive, act)


def test_a_stream_that_goes_wrong_is_told_with_what_came(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        await wrong.fails("bad/html", Mode.STREAM, "a web page instead of JSON")
        await wrong.fails("bad/big-event", Mode.STREAM, "one event is longer than")
        await wrong.fails(
            "bad/half-stream", Mode.STREAM, "broke off after 1 event", "what has arrived is kept"
        )
        assert wrong.hand.state.partials == 1
        await wrong.fails("bad/endless", Mode.STREAM, "given up after 3 s", client_timeout_s=3.0)
        assert wrong.hand.state.partials > 100
        await wrong.works()

    wrong_of(drive, act)


@pytest.mark.parametrize("name", ["endless", "endless-words", "comments", "silent"])
def test_a_stream_without_an_end_stops_when_stop_is_pressed(drive: Drive, name: str) -> None:
    async def act(wrong: Wrong) -> None:
        await wrong.run(f"bad/{name}", Mode.STREAM, ends=False)
        came = (lambda: wrong.hand.state.partials > 300) if name.startswith("endless") else lambda: True
        await until(came, what="events came", limit_s=20)
        await wrong.hand.key(Qt.Key.Key_Escape)
        assert await wrong.ended() is Phase.CANCELLED
        await wrong.works()

    wrong_of(drive, act)


def test_a_server_that_never_answers_is_said_to_be_silent_and_can_be_left(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for mode in (Mode.RUN, Mode.SUBSCRIBE):
            await wrong.run("bad/silent", mode, ends=False)
            await until(lambda: "last sign of life" in wrong.hand.space.result.row.text, limit_s=20)
            await wrong.hand.key(Qt.Key.Key_Escape)
            assert await wrong.ended() in (Phase.CANCELLED, Phase.UNKNOWN)
        await wrong.fails("bad/silent", Mode.RUN, "given up after 2 s", client_timeout_s=2.0)

    wrong_of(drive, act)


@pytest.mark.parametrize("name", ["html", "truncated", "garbage", "cut-json"])
def test_a_queue_that_answers_nonsense_leaves_the_call_unknown(drive: Drive, name: str) -> None:
    async def act(wrong: Wrong) -> None:
        await wrong.run(f"bad/{name}", Mode.SUBSCRIBE)
        assert wrong.hand.state.phase is Phase.UNKNOWN
        note = wrong.hand.space.result.note
        await until(note.isVisible)
        assert "may have been submitted" in note.text

    wrong_of(drive, act)


def test_a_queue_that_talks_without_end_can_be_left(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        await wrong.run("bad/endless-status", Mode.SUBSCRIBE, ends=False)
        await until(lambda: wrong.hand.state.logs > 500, limit_s=20)
        await wrong.hand.key(Qt.Key.Key_Escape)
        await until(lambda: wrong.hand.state.phase is Phase.CANCEL_REQUESTED)
        await wrong.hand.key(Qt.Key.Key_Escape)  # the second time, nobody waits for the server's word
        assert await wrong.ended() is Phase.CANCELLED
        await wrong.works()

    wrong_of(drive, act)


SOCKETS = [
    ("mid-frame", "broke without a word", "Start it again"),
    ("socket-reset", "broke without a word", "Start it again"),
    ("bad-frame", "broke the WebSocket protocol", "Start it again"),
    ("huge-frame", "a message was too large", "Start it again"),
]


def test_sockets_that_go_wrong_are_told_with_their_cause(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for name, cause, next_step in SOCKETS:
            await wrong.fails(f"bad/{name}", Mode.REALTIME, cause, next_step, reconnect_limit=0)
        await wrong.works()

    wrong_of(drive, act)


@pytest.mark.parametrize("name", ["endless-frames", "quiet"])
def test_a_session_without_an_end_stops_when_stop_is_pressed(drive: Drive, name: str) -> None:
    async def act(wrong: Wrong) -> None:
        await wrong.run(f"bad/{name}", Mode.REALTIME, ends=False)
        await until(lambda: wrong.hand.state.session is not None and wrong.hand.state.session.value == "live")
        await wrong.hand.key(Qt.Key.Key_Escape)
        assert await wrong.ended() in (Phase.DONE, Phase.CANCELLED)
        await wrong.works()

    wrong_of(drive, act)


ODD_RESULTS = [
    "null",
    "number",
    "list",
    "huge-list",
    "huge-text",
    "long-line",
    "wrong-types",
    "huge-numbers",
    "many-pictures",
]


def test_results_of_any_shape_are_shown_and_break_nothing(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for name in ODD_RESULTS:
            await wrong.run(f"bad/{name}", Mode.RUN)
            assert wrong.hand.state.phase is Phase.DONE, name
            monitor = StallMonitor(wrong.hand.window)
            monitor.start()
            wrong.hand.space.result.show_tab("json")
            await asyncio.sleep(0.05)
            assert monitor.stop() < HANGS_MS, name
            await until(lambda: wrong.hand.space.result.json.text, what=f"{name} as text")
            wrong.hand.space.result.show_tab("preview")

    wrong_of(drive, act)


def test_result_files_that_are_none_say_why_in_their_place(drive: Drive) -> None:
    said = {
        "page-png": "a text instead of a picture",
        "gone-png": "gone from 127.0.0.1 (404)",
        "garbage-png": "cannot be shown",
        "bomb-png": "60,000 x 60,000 pixels",
        "empty-png": "the file is empty",
        "cut-png": "broke off",
        "reset-png": "broke off",
        "loop-png": "redirects in a circle",
    }

    async def act(wrong: Wrong) -> None:
        for name, words in said.items():
            await wrong.run(f"bad/file-{name}", Mode.RUN)
            grid = wrong.hand.space.result.preview.pictures
            await until(lambda: grid.error(0), what=f"a word about {name}", limit_s=20)  # noqa: B023
            assert words in grid.error(0)
        await wrong.run("bad/file-good-png", Mode.RUN)
        await until(lambda: wrong.hand.space.result.preview.is_complete)

    wrong_of(drive, act)


@pytest.mark.parametrize("addresses", ["http://127.0.0.1:9"], indirect=True)
def test_a_refused_connection_in_every_mode(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for mode in Mode:
            await wrong.fails(
                "bad/list", mode, "127.0.0.1:9 refused the connection", "Start the emulator again"
            )
        await wrong.fails("bad/list", Mode.RUN, "refused the connection")
        result = wrong.hand.space.result
        result.show_tab("timeline")
        page, events = result.timeline, wrong.hand.program.log.of(result.call)
        await until(lambda: page.lanes == lanes_of(events), what="it is shown")
        whole, tried = page.lanes
        assert tried.name == "run: no answer"
        assert whole.bars[-1].word == "connecting"
        assert sum(bar.end_ns - bar.start_ns for bar in whole.bars) == whole.length_ns
        page.waterfall.choose(1)
        assert "refused the connection" in page.text

    wrong_of(drive, act)


@pytest.mark.parametrize("addresses", ["http://no-such-host.invalid"], indirect=True)
def test_a_name_that_does_not_exist_in_every_mode(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for mode in Mode:
            await wrong.fails(
                "bad/list", mode, "no-such-host.invalid was not found (DNS)", "internet connection"
            )

    wrong_of(drive, act)


@pytest.mark.parametrize("addresses", ["untrusted"], indirect=True)
def test_a_certificate_that_nobody_trusts_in_every_mode(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        for mode in Mode:
            await wrong.fails("bad/list", mode, "certificate of 127.0.0.1:", "SSL_CERT_FILE")
            facts = [event.fact for event in wrong.hand.program.log.of(wrong.hand.space.result.call)]
            assert not any(
                isinstance(fact, Sent) for fact in facts
            )  # neither key nor arguments left this machine

    wrong_of(drive, act)


@pytest.mark.parametrize("addresses", ["http://[2001:db8::1]"], indirect=True)
def test_a_network_that_leads_nowhere(drive: Drive) -> None:
    async def act(wrong: Wrong) -> None:
        # Without a way there the system says so at once; with one, nobody answers within the connect limit.
        await wrong.fails("bad/list", Mode.RUN, "2001:db8::1", "Check the internet connection")

    wrong_of(drive, act)
