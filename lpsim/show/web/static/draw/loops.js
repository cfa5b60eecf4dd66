// What each loop of learning that acts changes: a chart for each, one below the other.
import { widthFor } from "./svg.js";
import { drawLines, endsInWords, roomAbove } from "./lines.js";

// data: lpsim/show/web/panels/loops.py. options: as of drawLines; height is that of each; beside: the loops of
// the charts that stand beside this one.
export function drawLoops(container, data, options = {}) {
  const width = widthFor(container, options);
  container.replaceChildren();
  for (const [i, loop] of data.entries()) {
    const beside = (options.beside ?? []).map((other) => other[i]).filter(Boolean);
    const above = Math.max(0, ...beside.map((other) => roomAbove(container, other, { ...options, width })));
    const part = container.appendChild(document.createElement("div"));
    const label = `${loop.heading}; at the end: ${endsInWords(loop)}.`;
    drawLines(part, loop, { height: 150, label, ...options, above, width });
  }
}
