"""How long one frame takes: every call timed, and runtimes against each other in turns."""

from __future__ import annotations

from mimik.deploy.bench.contenders import KINDS, Contender, contenders
from mimik.deploy.bench.inputs import Inputs, random_inputs, study_inputs
from mimik.deploy.bench.result import Benchmark
from mimik.deploy.bench.run import SECONDS, bench

__all__ = [
    "KINDS",
    "SECONDS",
    "Benchmark",
    "Contender",
    "Inputs",
    "bench",
    "contenders",
    "random_inputs",
    "study_inputs",
]
