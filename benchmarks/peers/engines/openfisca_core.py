"""openfisca-core: a variable a clause, over vectors; its numbers are float32."""

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.model_api import YEAR, Variable
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem

WAY = "one variable a clause, float32 vectors"
UNITS = 1
PERIOD = "2018"
FORMS = {
    "zero": "np.where(v('{0}'), 0, {points})",
    "zero twice": "np.where(v('{0}') | v('{1}'), 0, {points})",
    "count": "np.maximum({points} - {step} * v('{0}'), 0)",
    "count or zero": "np.where(v('{1}'), 0, np.maximum({points} - {step} * v('{0}'), 0))",
    "flat or zero": "np.where(v('{1}'), 0, np.where(v('{0}'), {less}, {points}))",
    "shortfall": "np.maximum({points} - {step} * np.maximum({people} - v('{0}'), 0), 0)",
    "penalty": "{points} - np.minimum({step} * v('{0}'), {most})",
    "bonus": "np.minimum({step} * v('{0}'), {most})",
}


def _formula(said: str) -> Callable[[Any, Any], Any]:
    """A formula as a variable has it, of a clause as text."""
    worth = eval(f"lambda v: {said}", {"np": np})
    return lambda one, period: worth(lambda fact: one(fact, period))


def _system(rubric: Any) -> TaxBenefitSystem:
    person = Entity("person", "persons", "", "")
    system = TaxBenefitSystem([person])

    def add(name: str, of: type, formula: Any = None) -> None:
        space = {"value_type": of, "entity": person, "definition_period": YEAR, "label": name}
        system.add_variable(type(name, (Variable,), space if formula is None else {**space, "formula": formula}))

    for name in rubric.official:
        add(name, bool if name in rubric.flags else int)
    names = []
    for place, said in enumerate(rubric.says(FORMS)):
        names.append(f"clause_{place}")
        add(names[-1], float, _formula(said))

    def total(one: Any, period: Any) -> Any:
        return np.where(one(rubric.veto, period), 0, sum(one(name, period) for name in names))

    add("total", float, total)
    return system


def _score(system: TaxBenefitSystem, columns: dict[str, Any]) -> Any:
    number = len(next(iter(columns.values())))
    simulation = SimulationBuilder().build_default_simulation(system, number)
    for name, values in columns.items():
        simulation.set_input(name, PERIOD, values)
    return simulation.calculate("total", PERIOD)


def load(rubric: Any) -> Callable[[dict[str, Any]], Any]:
    """The rubric ready: a record's total in points."""
    system = _system(rubric)
    return lambda record: _score(system, {name: np.array([value]) for name, value in record.items()})[0]


def load_many(rubric: Any) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Columns stay as they are."""
    system = _system(rubric)
    return dict, lambda columns: _score(system, columns)
