"""The B650 log: read where it is certain, refused with a reason where it is not."""

import pytest

from kat_monitor.devices.ge_b650 import Recording, read
from kat_monitor.domain.vitals import Source
from tests.recorded import samples

HEADER = "Time,time,ECG_HR,NIBP_Mean,NIBP_Systolic,NIBP_Diastolic,NIBP_Mean,SpO2_POS,SpO2_PR"
AT = "Wed Sep 15 11:55:08 2021,1631699708"


def log(*rows: str, header: str = HEADER) -> Recording:
    return read("\n".join([header, *rows]).encode())


def test_reads_what_is_certain() -> None:
    found = log(f"{AT},72.000000,-,115.000000,55.000000,79.000000,98,-")
    by_source = {m.source: m for m in found.readings}
    assert by_source[Source.ECG].values == {"heart_rate": 72.0}
    assert by_source[Source.NIBP].values == {"systolic": 115.0, "diastolic": 55.0}
    assert by_source[Source.NIBP].observed_at == 1_631_699_708_000_000


def test_a_name_that_stands_twice_is_not_read() -> None:
    found = log(f"{AT},-,60,115,55,79,-,-")
    assert [m.values for m in found.readings] == [{"systolic": 115.0, "diastolic": 55.0}]
    assert [(u.column, u.row) for u in found.unread] == [("NIBP_Mean", None)]


def test_decimal_commas_are_refused_by_row() -> None:
    found = log(f"{AT},72,000000,-,115,000000,55,000000,79,000000,98,-", f"{AT},72.5,-,-,-,-,-,-")
    assert [m.values for m in found.readings] == [{"heart_rate": 72.5}]
    refusal = next(u for u in found.unread if u.row == 1)
    assert "13 fields under 9 headers" in refusal.reason


@pytest.mark.parametrize(
    "times", ["Wed Sep 15 11:57:09 2021,1631699708", "yesterday,1631699708", "Wed Sep 15 11:55:08 2021,x"]
)
def test_times_that_do_not_agree_are_refused(times: str) -> None:
    found = log(f"{times},72,-,-,-,-,-,-")
    assert not found.readings
    assert any(u.row == 1 and "times" in u.reason for u in found.unread)


def test_a_word_for_a_number_is_refused_by_column() -> None:
    found = log(f"{AT},high,-,-,-,-,-,64", f"{AT},nan,-,-,-,-,-,65")
    assert [m.values for m in found.readings] == [{"heart_rate": 64.0}, {"heart_rate": 65.0}]
    assert [(u.row, u.column) for u in found.unread if u.row] == [(1, "ECG_HR"), (2, "ECG_HR")]


@pytest.mark.parametrize("data", [b"", b"Time,Code,Priority,Name\n", b"\xff\xfe\x00", b'a,"b'])
def test_another_file_is_refused_whole(data: bytes) -> None:
    found = read(data)
    assert not found.readings
    assert found.unread[0].reason


@pytest.mark.parametrize("path", sorted(samples.timeseries().glob("ge_b650_icu_devices/*.csv")), ids=lambda p: p.name)
def test_real_files_are_read_or_refused_with_reasons(path: "object") -> None:
    """Every row of every real file is either read or named; no value is outside what its own cell says."""
    data = path.read_bytes()  # type: ignore[attr-defined]
    found = read(data)
    text = data.decode()
    for measured in found.readings:
        for value in measured.values.values():
            assert f"{value:.6f}" in text
    assert found.readings or found.unread
