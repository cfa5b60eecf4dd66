// Asking the server: one question of a kind at a time, the newest next, and no answer after a newer one.
const client = Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
const kinds = {};
let count = 0;

// Ask, and call `told` with the answer or `failed` with a sentence; what is asked meanwhile replaces what waits.
export function ask(kind, query, told, failed) {
  kinds[kind] ??= { running: false, next: null, drawn: 0 };
  const one = kinds[kind];
  count += 1;
  one.next = { query, told, failed, number: count };
  if (!one.running) run(kind, one);
}

async function run(kind, one) {
  one.running = true;
  while (one.next) {
    const { query, told, failed, number } = one.next;
    one.next = null;
    const begun = performance.now();
    const [ok, answer] = await get(`api/${kind}?${query}&client=${client}&number=${number}`);
    if (number < one.drawn || answer === null) continue;
    one.drawn = number;
    if (ok) told(answer, performance.now() - begun);
    else failed(answer.error);
  }
  one.running = false;
}

// Whether all went well, and what was answered; null where something newer was asked.
export async function get(address) {
  try {
    const response = await fetch(address);
    return [response.ok, response.status === 409 ? null : await response.json()];
  } catch {
    return [false, { error: "The server does not answer: is lpsim explore still running?" }];
  }
}
