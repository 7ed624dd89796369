"""Forecast: weeks x draws of milestones, what holds them up, levers, scores."""

from willing.forecast.assess import Assessment, LeverEffect, assess, input_hash
from willing.forecast.document import document, milestone_curve
from willing.forecast.gather import Gathered, gather
from willing.forecast.holding import Hold
from willing.forecast.kernel_numbers import ready
from willing.forecast.questions import check_questions, score
from willing.forecast.summary import Band, band, difference, reached_by
from willing.forecast.track_record import answer, score_case

__all__ = [
    "Assessment",
    "Band",
    "Gathered",
    "Hold",
    "LeverEffect",
    "answer",
    "assess",
    "band",
    "check_questions",
    "difference",
    "document",
    "gather",
    "input_hash",
    "milestone_curve",
    "reached_by",
    "ready",
    "score",
    "score_case",
]
