"""Puts a copy of the folder configs, the scenarios that ship, into the package; see pyproject.toml."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py


class WithScenarios(build_py):
    """An editable install reads the folder itself."""

    def run(self) -> None:
        """Copy modules, then scenarios."""
        super().run()
        if not self.editable_mode:
            folder = Path(self.build_lib, "lpsim", "configs")
            copytree("configs", folder, ignore=ignore_patterns(".*"), dirs_exist_ok=True)


setup(cmdclass={"build_py": WithScenarios})
