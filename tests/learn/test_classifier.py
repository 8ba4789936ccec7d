from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from mimik.learn.classifier import SNNClassifier


@parametrize_with_checks([SNNClassifier(width=16, depth=2, l2=0.0, epochs=60, batch_size=32, random_state=0)])
def test_obeys_the_rules_of_scikit_learn(estimator, check):
    check(estimator)
