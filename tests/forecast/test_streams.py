"""Counter-based random numbers."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from willing.forecast.kernel_numbers import COMPILED
from willing.forecast.streams import PLAIN, Stream, normals, philox, quantile_normal, uniforms


@pytest.mark.parametrize(
    ("counter", "seed", "words"),
    [  # known-answer vectors published with Random123
        ((0, 0, 0, 0), 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        (
            (0xFFFFFFFF,) * 4,
            0xFFFFFFFFFFFFFFFF,
            "408f276d 41c83b0e a20bc7c6 6d5451fd",
        ),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0A4093822,
            "d16cfe09 94fdcceb 5001e420 24126ea1",
        ),
    ],
)
def test_philox_gives_the_published_words(counter, seed, words):
    assert " ".join(f"{int(w):08x}" for w in philox(counter, seed).ravel()) == words


def test_numbers_do_not_depend_on_how_the_draws_are_cut():
    whole = uniforms(np.arange(100), 7, 9, Stream.EVENT, 5)
    parts = [uniforms(np.arange(a, a + 25), 7, 9, Stream.EVENT, 5) for a in range(0, 100, 25)]
    np.testing.assert_array_equal(whole, np.concatenate(parts, axis=1))


def test_more_indices_leave_the_first_ones_alone():
    few = uniforms(np.arange(50), 3, 5, Stream.OFFER, 1)
    np.testing.assert_array_equal(few, uniforms(np.arange(50), 3, 12, Stream.OFFER, 1)[:5])


def test_normals_are_standard_normal():
    z = normals(np.arange(20_000), 1, 4, Stream.INNOVATION, 0).ravel()
    assert kstest(z, "norm").pvalue > 1e-3


def test_quantile_is_close_to_an_independent_one():
    p = np.concatenate([np.logspace(-9, -1, 500), np.linspace(0.1, 0.9, 500)])
    np.testing.assert_allclose(quantile_normal(p), ndtri(p), rtol=0, atol=4e-5)


@pytest.mark.parametrize("draws", [1, 64, 130])
def test_the_compiled_numbers_have_the_same_bits(draws):
    which = np.arange(7, 7 + draws)
    plain = PLAIN.uniforms(which, 3, 41, Stream.START, 2**40 + 5)
    np.testing.assert_array_equal(COMPILED.uniforms(which, 3, 41, Stream.START, 2**40 + 5), plain)
    np.testing.assert_array_equal(COMPILED.quantile(plain), PLAIN.quantile(plain))


def test_the_compiled_quantile_has_the_same_bits_in_the_tails():
    p = np.concatenate([np.logspace(-9.6, -1, 500), 1 - np.logspace(-9.6, -1, 500)]).reshape(2, -1)
    np.testing.assert_array_equal(COMPILED.quantile(p), PLAIN.quantile(p))
