// A bet on empty axes, where the curve is to end: it is dragged here, or moved by the page's slider.
import { axisOfTime, axisUp } from "./axes.js";
import { put, rule, sheet, widthFor, write } from "./svg.js";

const [LEFT, RIGHT, TOP, TALL] = [44, 76, 12, 210];
const COLOUR = "#0072B2";

// low, high: of what is bet; value: the bet, undefined where none is placed; last, unit: of time;
// place: called with what is pointed at.
export function drawBet(container, { low, high, value, last, unit, place }) {
  const width = Math.min(560, widthFor(container));
  const label = `Empty axes over ${last} ${unit}; my bet: ${value ?? "not placed yet"}.`;
  const { svg } = sheet(container, TOP + TALL + 42, { label, width });
  const x = d3.scaleLinear([0, last], [LEFT, width - RIGHT]);
  const y = d3.scaleLinear([low, high], [TOP + TALL, TOP]);
  axisUp(svg, y, { left: LEFT, right: width - RIGHT, ticks: y.ticks(4), form: String });
  axisOfTime(svg, x, TOP + TALL, { last, unit, most: Math.floor(width / 60) });
  if (value !== undefined) {
    rule(svg, [x(0), y(0)], [x(last), y(value)], COLOUR, { "stroke-dasharray": "6 4", "stroke-width": 2 });
    put(svg, "circle", { cx: x(last), cy: y(value), r: 7, fill: COLOUR });
    write(svg, [`my bet ${value}`], x(last) + 12, y(value) - 8);
  }
  const point = (event) => event.buttons && place(y.invert(d3.pointer(event, svg.node())[1]));
  svg.on("pointerdown", point).on("pointermove", point);
}
