"""What is simulated: scenario files, checked, and the scenarios made of them."""

from lpsim.scenario.problems import ScenarioError
from lpsim.scenario.scenario import Scenario

__all__ = ["Scenario", "ScenarioError"]
