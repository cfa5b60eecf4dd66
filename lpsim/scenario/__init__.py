"""What is simulated: scenario files, checked, and the scenarios made of them."""

from lpsim.scenario.scenario import Scenario, ScenarioError

__all__ = ["Scenario", "ScenarioError"]
