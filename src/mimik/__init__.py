"""A laboratory for facial expression with iPhones, iPads and other face trackers.

The names below are what programs need most; each is imported when it is first used, so that ``import mimik``
costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mimik.version import __version__

if TYPE_CHECKING:
    from mimik.blendshapes import BLEND_SHAPES
    from mimik.deploy.load import load
    from mimik.errors import MimikError
    from mimik.frame import Block, Frame
    from mimik.learn.classifier import SNNClassifier
    from mimik.learn.context import Context
    from mimik.learn.data import load_dataset
    from mimik.learn.dataset import Dataset
    from mimik.learn.evaluate import evaluate
    from mimik.learn.recognizer import Recognizer
    from mimik.learn.stream import Stream
    from mimik.protocol import Protocol, load_protocol
    from mimik.study.study import Study

__all__ = [
    "BLEND_SHAPES",
    "Block",
    "Context",
    "Dataset",
    "Frame",
    "MimikError",
    "Protocol",
    "Recognizer",
    "SNNClassifier",
    "Stream",
    "Study",
    "__version__",
    "evaluate",
    "load",
    "load_dataset",
    "load_protocol",
]

_HOME = {
    "BLEND_SHAPES": "mimik.blendshapes",
    "Block": "mimik.frame",
    "Context": "mimik.learn.context",
    "Dataset": "mimik.learn.dataset",
    "Frame": "mimik.frame",
    "MimikError": "mimik.errors",
    "Protocol": "mimik.protocol",
    "Recognizer": "mimik.learn.recognizer",
    "SNNClassifier": "mimik.learn.classifier",
    "Stream": "mimik.learn.stream",
    "Study": "mimik.study.study",
    "evaluate": "mimik.learn.evaluate",
    "load": "mimik.deploy.load",
    "load_dataset": "mimik.learn.data",
    "load_protocol": "mimik.protocol",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'mimik' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
