// The bets placed in a lesson, by step. They stay while the tab does, as telephones load pages again by themselves.

// Those of a lesson; where it begins anew, none.
export function betsOf({ title, steps }, anew) {
  const name = `bets: ${title}`;
  const bets = {};
  const found = anew ? {} : read(name);
  steps.forEach(({ bet }, place) => {
    if (bet && isOne(bet, found[place])) bets[place] = found[place];
  });
  const put = (place, value) => {
    bets[place] = value;
    write(name, bets);
  };
  return { bets, put };
}

// Whether a value can be bet: one of the choices, or a number in the range.
export function isOne({ choices, low, high, step }, value) {
  if (typeof value !== "string" || !value.trim()) return false;
  if (choices) return choices.includes(value);
  if (!/^\d*\.?\d*$/.test(value)) return false; // "0x1" and "1e0" are numbers, too
  return Number(value) >= low && Number(value) <= high && (step < 1 || Number.isInteger(Number(value)));
}

// What was typed, as a number is written here: many people write a comma where others write a point.
export function numeral(typed) {
  return typed.trim().replace(",", ".");
}

// What can be bet, where a number is asked for.
export function rangeOf({ low, high, step }) {
  const how = step < 1 ? ", with a point: 0.5" : "";
  return `Allowed is a ${step < 1 ? "" : "whole "}number from ${low} to ${high}${how}.`;
}

function read(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? {};
  } catch {
    return {}; // nothing may be kept here, or it is none of ours
  }
}

function write(name, bets) {
  try {
    sessionStorage.setItem(name, JSON.stringify(bets));
  } catch {
    // nothing may be kept here: bets last as long as the page
  }
}
