"""The simulated body does what published patients did, and the same thing every time."""

import numpy as np
import pytest

from kat_simulators import measures
from kat_simulators.measures import SEED, iv_group, outside, table
from kat_simulators.parameters import CLEMENTS
from kat_simulators.pharmacokinetics import Dose, clements, devices, grid, nasal
from kat_simulators.physiology import MINUTE_US, Episode, patient
from kat_simulators.population import sample, typical

T0 = 1_790_000_000_000_000


def test_every_band_holds_for_the_fixed_seed() -> None:
    rows = table(SEED)
    assert sum(row.within is not None for row in rows) == 19
    assert outside(rows) == []


def test_a_value_outside_its_band_is_seen() -> None:
    # As numpy computes it, too: its False is not Python's.
    rows = [measures.Row("x", value, "mmHg", "16.0", 15.0, 17.0, "S1") for value in (17.01, np.float64(14.99))]
    assert outside(rows) == rows
    assert outside([measures.Row("x", np.float64(17.0), "mmHg", "16.0", 15.0, 17.0, "S1")]) == []


def test_two_compartments_agree_with_the_closed_form_of_an_infusion() -> None:
    person, minutes = typical("iv"), grid(240.0)
    mg, ran = 35.0, 40.0
    v1 = CLEMENTS.v1_l_per_kg * 70.0
    k10, k12, k21 = CLEMENTS.k10_per_min, CLEMENTS.k12_per_min, CLEMENTS.k21_per_min
    total, product = k10 + k12 + k21, k10 * k21
    root = np.sqrt(total * total - 4 * product)
    alpha, beta = (total + root) / 2, (total - root) / 2
    a = (alpha - k21) / (alpha - beta) / v1
    b = (k21 - beta) / (alpha - beta) / v1
    during = np.minimum(minutes, ran)
    after = np.maximum(minutes - ran, 0.0)
    expected = sum(
        mg / ran * part / rate * (1 - np.exp(-rate * during)) * np.exp(-rate * after)
        for part, rate in ((a, alpha), (b, beta))
    )
    got = clements(person.clements, [Dose(0.0, mg, "iv", ran)], minutes)[0]
    np.testing.assert_allclose(got, expected * 1000.0, rtol=1e-6, atol=1e-6)


def test_concentration_is_linear_in_dose_and_additive_over_doses() -> None:
    person, minutes = typical("im"), grid(120.0)
    first, second = Dose(0.0, 20.0, "im"), Dose(30.0, 15.0, "im")
    one = clements(person.clements, [first], minutes)
    both = clements(person.clements, [first, second], minutes)
    np.testing.assert_allclose(both, one + clements(person.clements, [second], minutes), rtol=1e-9)
    assert np.all(both[0, :60] == one[0, :60])


def test_a_later_nasal_device_is_absorbed_less() -> None:
    person, minutes = typical("nasal"), grid(240.0)
    first = nasal(person.nasal, devices(28.0), minutes)[0].sum()
    both = nasal(person.nasal, devices(56.0), minutes)[0].sum()
    assert 1.5 * first < both < 1.9 * first


def test_the_nasal_model_has_the_published_bioavailability() -> None:
    # Area under the curve of 56 mg by nose against the same dose straight into the central compartment: 54 % (S28).
    person, minutes = typical("nasal"), grid(6000.0)
    area = nasal(person.nasal, devices(56.0), minutes)[0].sum() * 0.5 / 60.0
    clearance = 151.0 * (1.11 + 2.77) * 101.0 / (151.0 + (1.11 + 2.77) * 101.0)
    assert area / 1000.0 * clearance / 56.0 == pytest.approx(0.54, abs=0.01)


def test_the_same_seed_gives_the_same_patients_and_another_seed_others() -> None:
    first, again, other = sample(50, 7), sample(50, 7), sample(50, 8)
    assert np.array_equal(first.response, again.response)
    assert np.array_equal(first.clements.v1_l, again.clements.v1_l)
    assert not np.array_equal(first.response, other.response)


def test_one_picked_patient_rises_as_in_the_population() -> None:
    group = iv_group(3, 40)
    one = patient(group.people.pick(17), "iv", T0, 1, measures.IV_DOSE, (), measures.UNTIL_MIN)
    np.testing.assert_allclose(one.drug.systolic[0], group.rise.systolic[17], rtol=1e-9)


def test_signs_do_not_depend_on_how_they_are_asked() -> None:
    one = patient(sample(1, 5), "iv", T0, 5, [Dose(10.0, 35.0, "iv", 40.0)])
    at = T0 + np.arange(0, 60, 3) * MINUTE_US
    whole = one.signs(at)
    for index, moment in enumerate(at):
        assert one.signs(np.array([moment])).systolic[0] == whole.systolic[index]


def test_an_episode_moves_signs_only_while_it_lasts() -> None:
    plain = patient(typical(), "iv", T0, 1)
    surged = patient(typical(), "iv", T0, 1, (), [Episode(10.0, 20.0, 2.0, systolic=50.0)])
    at = T0 + np.array([9.9, 15.0, 20.1]) * MINUTE_US
    extra = surged.signs(at).systolic - plain.signs(at).systolic
    np.testing.assert_allclose(extra, [0.0, 50.0, 0.0], atol=1e-9)


def test_a_stopped_infusion_gives_less() -> None:
    whole = patient(typical(), "iv", T0, 1, [Dose(0.0, 35.0, "iv", 40.0)])
    stopped = whole.given([Dose(0.0, 35.0 * 20 / 40, "iv", 20.0)])
    assert stopped.drug.systolic.max() < 0.8 * whole.drug.systolic.max()
    np.testing.assert_allclose(stopped.drug.systolic[0, :40], whole.drug.systolic[0, :40], rtol=1e-9)


def test_a_patient_is_one_person() -> None:
    with pytest.raises(ValueError, match="one person"):
        patient(sample(2, 1), "iv", T0, 1)
