from datetime import date

import numpy as np
import pytest

from willing.data.missions import ProposedMission, load_missions
from willing.history import TwoStageModel, fit_two_stage


@pytest.fixture(scope="session")
def missions() -> tuple[ProposedMission, ...]:
    return load_missions()


@pytest.fixture(scope="session")
def model(missions: tuple[ProposedMission, ...]) -> TwoStageModel:
    return fit_two_stage(
        missions,
        as_of=date(2025, 4, 5),
        exclude_countries={"UKR"},
        n_draws=300,
        rng=np.random.default_rng(1),
    )
