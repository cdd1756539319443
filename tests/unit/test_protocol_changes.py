"""What a newer version of a pack changes, as its reader is told it."""

from kat_monitor.protocols.changes import Difference, differences
from kat_monitor.protocols.loader import shipped

TEXT = shipped()["iv_infusion"][0]


def test_the_same_text_and_other_comments_change_nothing() -> None:
    assert differences(TEXT, TEXT) == []
    assert differences(TEXT, TEXT + "\n# signed again") == []


def test_a_number_is_told_by_its_path_with_both_values() -> None:
    assert differences(TEXT, TEXT.replace("dosing = 5.0 ", "dosing = 4.0 ")) == [
        Difference("timetable.interval_min.dosing", 5.0, 4.0)
    ]


def test_tables_of_a_list_are_told_by_their_own_name_wherever_they_stand() -> None:
    before = 'code = "x"\n[[limit]]\ncode = "a"\nvalue = 1.0\n[[limit]]\ncode = "b"\nvalue = 2.0\n'
    moved = 'code = "x"\n[[limit]]\ncode = "b"\nvalue = 2.0\n[[limit]]\ncode = "a"\nvalue = 1.5\n'
    assert differences(before, moved) == [Difference("limit.a.value", 1.0, 1.5)]


def test_what_is_new_and_what_is_gone() -> None:
    before = '[[screening]]\nitem = "avm"\nlevel = "stop"\n[audio]\npause_max_s = 120\n'
    after = '[[screening]]\nitem = "other"\nlevel = "stop"\n[audio]\npause_max_s = 120\n'
    assert differences(before, after) == [
        Difference("screening.other.item", None, "other"),
        Difference("screening.other.level", None, "stop"),
        Difference("screening.avm.item", "avm", None),
        Difference("screening.avm.level", "stop", None),
    ]


def test_a_list_of_values_is_one_value_and_unnamed_tables_are_told_by_place() -> None:
    before = "dosing_min = [40.0, 60.0]\n[[hold]]\nvalue = 1.0\n[[hold]]\nvalue = 2.0\n"
    after = "dosing_min = [40.0, 50.0]\n[[hold]]\nvalue = 1.0\n[[hold]]\nvalue = 3.0\n"
    assert differences(before, after) == [
        Difference("dosing_min", [40.0, 60.0], [40.0, 50.0]),
        Difference("hold.2.value", 2.0, 3.0),
    ]
