// Knowledge at the four levels over time: four lines with their bands.
import { drawLines, endsInWords } from "./lines.js";

// data: lpsim/show/web/panels/levels.py. options: as of drawLines.
export function drawLevels(container, data, options = {}) {
  const label = `Knowledge over ${data.steps.at(-1)} ${data.unit}; at the end: ${endsInWords(data)}.`;
  drawLines(container, data, { label, ...options });
}
