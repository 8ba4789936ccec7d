"""From a function in JAX to the bytes of a LiteRT file: StableHLO, then Google's converter. No TensorFlow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mimik.deploy.facts import METADATA
from mimik.errors import ModelError
from mimik.extras import needs_extra

with needs_extra("convert"):
    import flatbuffers
    import jax
    from ai_edge_litert import schema_py_generated as schema
    from jax import export
    from litert_converter import converter_api_ext as converter
    from litert_converter.mlir import ir, passmanager
    from litert_converter.mlir.dialects import stablehlo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["OUTPUT", "NamedFunction", "litert_of", "with_facts"]

OUTPUT = "probabilities"
"""Name of the output of a function that returns one array."""

_SIGNATURE = "serving_default"
_NO_COUNTERPART = re.compile(r"operation '([\w.]+)' that was explicitly marked illegal")
_SUSPECTS = re.compile(
    r"stablehlo\.(?:while|case|if|sort|fft|custom_call|rng\w*|cholesky|triangular_solve)\b"
)
"""What the converter fails at without a word."""


@dataclass(frozen=True, slots=True, eq=False)
class NamedFunction:
    """A function in JAX with names for what goes in and what comes out.

    Attributes:
        call: from arrays, in the order of ``inputs``, to a tuple of arrays, in the order of ``outputs``.
        inputs: name -> shape, all float32.
        outputs: names.
    """

    call: Callable[..., tuple[Any, ...]]
    inputs: Mapping[str, tuple[int, ...]]
    outputs: tuple[str, ...]

    @classmethod
    def of(cls, function: Callable[..., Any], inputs: Mapping[str, tuple[int, ...]]) -> NamedFunction:
        """Trace a function once to learn what comes out.

        Args:
            function: takes one float32 array per input, in their order, and returns one array, which is then
                called ``OUTPUT``, or a mapping from names to arrays.
            inputs: name -> shape.

        Raises:
            ModelError: it returns something else.
        """
        found = jax.eval_shape(function, *_blanks(inputs))
        if hasattr(found, "shape"):
            return cls(jax.jit(lambda *arrays: (function(*arrays),)), inputs, (OUTPUT,))
        if not isinstance(found, dict) or not found or not all(hasattr(a, "shape") for a in found.values()):
            raise ModelError(
                f"Expected a function that returns an array or a dictionary of arrays, found {found!r}.",
                hint="Return {'name': array, ...}.",
            )
        names = tuple(found)

        def in_order(*arrays: Any) -> tuple[Any, ...]:
            returned = function(*arrays)
            return tuple(returned[name] for name in names)

        return cls(jax.jit(in_order), inputs, names)


def litert_of(function: NamedFunction) -> bytes:
    """Return a function as the bytes of a LiteRT file.

    Raises:
        ModelError: it does something that can't be converted.
    """
    exported = _exported(function)
    said: list[str] = []

    def hear(diagnostic: Any) -> bool:
        said.append(str(diagnostic))
        return True

    context = ir.Context()
    handler = context.attach_diagnostic_handler(hear)
    try:
        return _converted(exported.mlir_module_serialized, function, context)
    except ValueError as error:
        raise _not_convertible(" ".join([*said, str(error)]), exported.mlir_module()) from error
    finally:
        handler.detach()


def _exported(function: NamedFunction) -> export.Exported:
    # Unused inputs stay: names are given by position.
    traced = jax.jit(function.call, keep_unused=True)
    try:
        exported = export.export(traced, platforms=["cpu"])(*_blanks(function.inputs))
        exported.mlir_module_serialized  # noqa: B018 - fails for what can't be exported
        return exported
    except NotImplementedError as error:
        raise _not_convertible(str(error), "") from error


def _converted(stable: bytes, function: NamedFunction, context: Any) -> bytes:
    """Return the LiteRT file of StableHLO in its portable form."""
    converter.prepare_mlir_context(context)
    with context:
        module = stablehlo.deserialize_portable_artifact(context, stable)
        converter.set_signature(module.operation, _SIGNATURE, list(function.inputs), list(function.outputs))
        config = converter.ConvertToTFLConfig()
        converter.run_convert_to_tfl_passes(module, passmanager.PassManager(), config)
        return bytes(converter.export_flatbuffer_to_bytes(module.operation))


def with_facts(content: bytes, facts: str) -> bytes:
    """Return a LiteRT file with JSON text as its metadata entry ``METADATA``."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(content))
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(facts.encode(), dtype=np.uint8)
    entry = schema.MetadataT()
    entry.name, entry.buffer = METADATA.encode(), len(model.buffers)
    model.buffers.append(buffer)
    model.metadata = [*(model.metadata or []), entry]
    builder = flatbuffers.Builder(len(content) + len(facts))
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _blanks(inputs: Mapping[str, tuple[int, ...]]) -> list[NDArray[np.float32]]:
    """Return arrays of which only shape and type matter."""
    return [np.zeros(shape, dtype=np.float32) for shape in inputs.values()]


def _not_convertible(said: str, module: str) -> ModelError:
    found = _NO_COUNTERPART.findall(said) or _SUSPECTS.findall(module)
    reason = f"there is nothing for {', '.join(sorted(set(found)))}" if found else said
    return ModelError(
        f"The network can't be converted to LiteRT: {reason}.",
        hint="Loops, sorting, random numbers, decompositions and calls back to Python can't. In Keras,"
        " recurrent layers take unroll=True.",
    )
