"""One folder per question: design, run, figure and verdict. They use only what `import lpsim` offers."""
