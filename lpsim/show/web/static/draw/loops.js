// What each loop of learning that acts changes: a chart for each, one below the other.
import { widthFor } from "./svg.js";
import { drawLines, endsInWords } from "./lines.js";

// data: lpsim/show/web/panels/loops.py. options: as of drawLines; height is that of each.
export function drawLoops(container, data, options = {}) {
  const width = widthFor(container, options);
  container.replaceChildren();
  for (const loop of data) {
    const part = container.appendChild(document.createElement("div"));
    const label = `${loop.heading}; at the end: ${endsInWords(loop)}.`;
    drawLines(part, loop, { height: 150, label, ...options, width });
  }
}
