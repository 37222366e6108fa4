"""The ``parameters:`` block, made from the catalogue: one checked field per parameter."""

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    Field,
    PlainSerializer,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    create_model,
)

from sim.model.config.fields import Strict
from sim.model.parameters.catalogue import Parameter, parameters


def _field(parameter: Parameter, *, bounded: bool) -> Any:
    bounds: dict[str, Any] = {"ge": parameter.low, "le": parameter.high} if bounded else {}
    return Field(
        default=parameter.value,
        description=f"{parameter.en} ({parameter.zh})",
        json_schema_extra={
            "x-unit": parameter.unit,
            "x-source": parameter.source,
            "x-confidence": parameter.confidence,
            "x-range": [parameter.low, parameter.high],
        },
        **bounds,
    )


def _block(*, bounded: bool) -> type[Strict]:
    """Return the model of the whole block: a field per process, one of its own per parameter."""
    suffix = "" if bounded else "Unbounded"
    processes: dict[str, Any] = {}
    for process, known in parameters().items():
        fields: dict[str, Any] = {
            name: (float, _field(parameter, bounded=bounded)) for name, parameter in known.items()
        }
        model = create_model(
            f"{process.title()}Parameters{suffix}",
            __base__=Strict,
            __doc__=f"Parameters of the process {process} that differ from their defaults.",
            **fields,
        )
        processes[process] = (
            model | None,
            Field(default=None, description=f"Parameters of {process} (`hecun explain {process}`)"),
        )
    return create_model(
        f"Parameters{suffix}",
        __base__=Strict,
        __doc__="Parameters that differ from their defaults.",
        **processes,
    )


Bounded = _block(bounded=True)
Unbounded = _block(bounded=False)


def _check(value: Any, bounded: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """Return ``{process: {name: value}}`` of what was given, within its range unless waived."""
    if info.data.get("parameters_outside_range"):
        block = Unbounded.model_validate(value)
    else:
        block = bounded(value)
    given = block.model_dump(exclude_unset=True, exclude_none=True)
    return {process: changes for process, changes in given.items() if changes}


if TYPE_CHECKING:
    Parameters = dict[str, dict[str, float]]
else:
    #: ``{process: {name: value}}`` in Python; checked against the catalogue
    Parameters = Annotated[Bounded, WrapValidator(_check), PlainSerializer(dict, return_type=dict)]
