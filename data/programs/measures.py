"""Measures of predictions. Probabilities are [draws, records, classes]; entropies are in nats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

ECE_BINS = 15


def softmax(logits: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    return special.softmax(logits, axis=-1)


def accuracy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The fraction of records whose most probable class, averaged over the draws, is the label."""
    return float(np.mean(probabilities.mean(0).argmax(-1) == labels))


def negative_log_likelihood(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The mean of -log p(label)."""
    of_label = probabilities.mean(0)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(of_label, 1e-12)).mean())


def expected_calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The sum over bins of confidence of (records in it / all) * |accuracy - mean confidence|."""
    return _calibration_error(probabilities, lambda predicted: predicted == labels)


def calibration_error_to_risk(probabilities: np.ndarray, risk: np.ndarray) -> float:
    """The expected calibration error of two classes whose second has a known probability in each record."""
    return _calibration_error(probabilities, lambda predicted: np.where(predicted == 1, risk, 1 - risk))


def _calibration_error(probabilities: np.ndarray, right: Callable[[np.ndarray], np.ndarray]) -> float:
    mean = probabilities.mean(0)
    confidence = mean.max(-1)
    bins = np.minimum((confidence * ECE_BINS).astype(int), ECE_BINS - 1)
    gaps = np.bincount(bins, weights=right(mean.argmax(-1)) - confidence, minlength=ECE_BINS)
    return float(np.abs(gaps).sum() / len(confidence))


def area_under_risk_coverage(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The mean, over how many of the surest records are kept, of the fraction of these whose prediction is wrong."""
    mean = probabilities.mean(0)
    wrong = (mean.argmax(-1) != labels)[np.argsort(-mean.max(-1), kind="stable")]
    return float(np.mean(np.cumsum(wrong) / np.arange(1, len(labels) + 1)))


def predictive_entropy(probabilities: np.ndarray) -> np.ndarray:
    """H(mean over draws of p), per record."""
    return special.entr(probabilities.mean(0)).sum(-1)


def mutual_information(probabilities: np.ndarray) -> np.ndarray:
    """H(mean over draws of p) - mean over draws of H(p), per record."""
    return predictive_entropy(probabilities) - special.entr(probabilities).sum(-1).mean(0)


def auroc(ordinary: np.ndarray, unusual: np.ndarray) -> float:
    """The probability that an unusual record has the larger score, ties counting half."""
    ranks = stats.rankdata(np.concatenate([ordinary, unusual]))
    above = ranks[len(ordinary) :].sum() - len(unusual) * (len(unusual) + 1) / 2
    return float(above / (len(ordinary) * len(unusual)))


def auroc_of_labels(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """How well the predicted probability of the second of two classes tells its records from the others."""
    risk = probabilities.mean(0)[:, 1]
    return auroc(risk[labels == 0], risk[labels == 1])


def average_precision(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """The mean precision at the records of the second of two classes, equal probabilities counting as one."""
    risk = probabilities.mean(0)[:, 1]
    order = np.argsort(-risk, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(risk[order])), len(order) - 1)
    found = np.cumsum(labels[order])[ends]
    return float(np.sum(np.diff(found, prepend=0) * found / (ends + 1)) / labels.sum())
