"""The live desk: a picture's size is chosen as in the form, and the chip names the profile that the session uses."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.ui.request.inputs.size import SizeInput
from fal_studio.ui.shell.live_size import LiveSize
from tests.emulator_process import KEY
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.test_live import live, quiet
from tests.waiting import until


def test_a_size_is_chosen_as_in_the_form_and_is_sent_as_it_is_chosen(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        await until(lambda: "image_size" in desk.fields.boxes, what="the fields are known")
        desk.fields.more.setChecked(True)
        box = desk.fields.boxes["image_size"]
        assert isinstance(box, LiveSize)
        (control,) = box.findChildren(SizeInput)
        picker = control.focus_widget()
        await quiet(desk)
        choices = [str(choice) for choice in control.field.choices]
        picker.picked.emit(choices.index("landscape_4_3"))
        assert desk.fields.values["image_size"] == "landscape_4_3"
        await until(
            lambda: desk.result.image.width() > desk.result.image.height(), what="it is answered", limit_s=20
        )
        picker.picked.emit(len(choices))
        assert desk.fields.values["image_size"] == {"width": 1024, "height": 768}, (
            "it begins as the preset was"
        )
        wide = control.reveal(("width",))
        wide.selectAll()
        QTest.keyClicks(wide, "512")
        assert desk.fields.values["image_size"] == {"width": 512, "height": 768}
        desk.fields.set_value("image_size", "square")
        assert desk.fields.values["image_size"] == "square"
        assert not wide.isVisible()

    drive(scenario)


def test_the_chip_names_the_profile_of_the_session_while_the_desk_is_in_front(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window = hand.window
        window.accounts.add_wanted.emit("work", KEY, True)
        await until(lambda: window.accounts.names == ("work",), what="the account is there", limit_s=20)
        window.profiles.switch("work")
        assert hand.space.profile == "work"
        chip = window.top.profile
        of_request = chip.accessibleName()
        desk = await live(hand)
        assert desk.session.profile == "emulator"
        assert chip.accessibleName() != of_request
        assert chip.accessibleName().startswith("Emulator")
        checked = [action.text() for action in window.profiles.menu().actions() if action.isChecked()]
        assert len(checked) == 1
        assert checked[0].startswith("Emulator")
        window.profiles.switch("work")
        assert desk.session.profile == "emulator", "a session goes on as it began"
        assert hand.space.profile == "work", "and the request behind it is left alone"
        await hand.key(Qt.Key.Key_Escape)
        await until(lambda: not desk.session.is_on, what="it is stopped")
        window.pages.show_page("request")
        assert chip.accessibleName() == of_request
        window.pages.show_page("live")
        window.profiles.switch("work")
        assert desk.session.profile == "work", "no session is on"
        assert chip.accessibleName() == of_request
        window.pages.use_profile("emulator", is_at_fal=False)
        window.pages.use_profile("work", is_at_fal=True)
        assert desk.session.profile == "emulator", "fal does not have this model"

    drive(scenario)
