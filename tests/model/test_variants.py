"""Variants: every form of a contested mechanism is given to the kernels that look at it."""

from typing import get_args

import pytest

from sim import load
from sim.config.cautions import of_config
from sim.errors import InputError
from sim.model.config.variants import Variants
from sim.model.parameters import Values, parameters
from sim.model.parameters.variants import ACTS_IN, VARIANTS
from sim.model.policies import POLICIES
from sim.run import simulate

CASES = [(name, form) for name, variant in VARIANTS.items() for form in variant.forms]


def test_the_block_has_the_variants_and_their_defaults():
    assert list(Variants.model_fields) == list(VARIANTS)
    for name, field in Variants.model_fields.items():
        variant = VARIANTS[name]
        assert get_args(field.annotation) == variant.forms
        assert field.default == variant.default
        assert {variant.default, variant.first_edition} <= set(variant.forms)
        assert len(set(variant.forms)) == len(variant.forms) > 1


@pytest.mark.parametrize(("name", "form"), CASES)
def test_a_form_is_its_number_beside_the_parameters_of_its_process(make_config, name, form):
    variant = VARIANTS[name]
    values = make_config(variants={name: form}).values()
    owner = getattr(values, variant.process)
    assert getattr(owner, name) == owner.record[name][0] == variant.forms.index(form)


def test_without_a_configuration_the_forms_are_the_defaults():
    for name, variant in VARIANTS.items():
        assert getattr(getattr(Values(), variant.process), name) == variant.forms.index(
            variant.default
        )


def test_a_form_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"variants\.decay.*did you mean 'gaussian'"):
        load("configs/dechang_2020.yaml", {"variants.decay": "gausian"})


@pytest.mark.parametrize("name", VARIANTS)
def test_every_form_gives_another_county(make_config, name):
    def run(form):
        county = simulate(make_config(variants={name: form}, months=24))
        return b"".join(values.tobytes() for values in county.recorder.county.values())

    forms = VARIANTS[name].forms
    assert len({run(form) for form in forms}) == len(forms)


def test_what_does_nothing_in_the_forms_chosen_is_said():
    said = {"policies.service_delivery.proxies": 0.5, "parameters.service.errand_pressure": 1.0}

    def cautioned(form):
        config = load("configs/dechang_2020.yaml", said | {"variants.errands": form})
        return {one.of for one in of_config(config) if one.kind == "other_form"}

    assert cautioned("deferrable") == set()
    assert cautioned("given_up") == {f"{key} (variants.errands: deferrable)" for key in said}


@pytest.mark.parametrize("key", ACTS_IN)
def test_what_acts_in_one_form_alone_is_a_parameter_or_a_lever(key):
    owner, name = key.split(".")
    assert ACTS_IN[key] and all(form in VARIANTS[variant].forms for variant, form in ACTS_IN[key])
    assert name in parameters().get(owner, {}) or name in POLICIES[owner].model_fields
