"""The face of lpsim for whoever reads types: the same names, from the same homes."""

from lpsim.analysis.comparison import Comparison as Comparison
from lpsim.analysis.comparison import compare as compare
from lpsim.analysis.diffusion import months_to_half as months_to_half
from lpsim.analysis.diffusion import months_to_half_replicated as months_to_half_replicated
from lpsim.analysis.life import Life as Life
from lpsim.analysis.people import People as People
from lpsim.analysis.picks import pick as pick
from lpsim.analysis.replications import replications_needed as replications_needed
from lpsim.analysis.retention import retained as retained
from lpsim.analysis.retention import retained_over_seeds as retained_over_seeds
from lpsim.engines.reference.agents import StaffMember as StaffMember
from lpsim.errors import IdleSettingWarning as IdleSettingWarning
from lpsim.errors import InputError as InputError
from lpsim.errors import StoppedError as StoppedError
from lpsim.model.draws import Stream as Stream
from lpsim.model.draws import threshold as threshold
from lpsim.population.network_files import save_network as save_network
from lpsim.runs.folder import load_runs as load_runs
from lpsim.runs.run import Run as Run
from lpsim.runs.simulate import simulate as simulate
from lpsim.runs.simulate import simulate_many as simulate_many
from lpsim.scenario import Scenario as Scenario
from lpsim.scenario import ScenarioError as ScenarioError
from lpsim.show.comparison import save_comparison as save_comparison
from lpsim.show.figures.comparison import plot_comparison as plot_comparison
from lpsim.show.figures.flow import plot_flow as plot_flow
from lpsim.show.figures.journey import plot_journey as plot_journey
from lpsim.show.figures.journey import save_animation as save_animation
from lpsim.show.figures.loops import plot_loops as plot_loops
from lpsim.show.figures.maps import plot_practices as plot_practices
from lpsim.show.figures.people import plot_people as plot_people
from lpsim.show.figures.plots import plot_funnel as plot_funnel
from lpsim.show.figures.plots import plot_kinds as plot_kinds
from lpsim.show.figures.plots import plot_levels as plot_levels
from lpsim.show.figures.plots import save_figures as save_figures
from lpsim.show.figures.timeline import plot_timeline as plot_timeline
from lpsim.show.text.story import tell as tell
from lpsim.sweeps.design.design import Design as Design
from lpsim.sweeps.runner import sweep as sweep
from lpsim.sweeps.store.store import Store as Store
from lpsim.sweeps.store.store import read_store as read_store
from lpsim.sweeps.workers import LocalWorkers as LocalWorkers
from lpsim.sweeps.workers import cluster as cluster

__version__: str
