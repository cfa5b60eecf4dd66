// The address of the page as entries that Back and Forward lead through.
const SETTLED = 500; // milliseconds: what follows sooner belongs to the same entry, as browsers take a hundred or so a while

let waiting = null;
let timer;

// Note an address: as a new entry where `push` says so, or else in place of the last; `soon`: more may follow at once.
export function record(address, { push = false, soon = false } = {}) {
  if (waiting && (!soon || (push && !waiting.push))) write();
  waiting = { address, push: push || Boolean(waiting?.push) };
  clearTimeout(timer);
  if (soon) timer = setTimeout(write, SETTLED);
  else write();
}

// Drop what waits: the page was led to another entry.
export function drop() {
  clearTimeout(timer);
  waiting = null;
}

function write() {
  const { address, push } = waiting;
  drop();
  if (push && address !== location.search) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}
