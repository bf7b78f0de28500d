// Sends one scan and brings back the answer. The key is made before anything is sent, and every repeat carries the same
// key, so that a lost reply never makes a second visit. Whatever goes wrong is an error here, never an "admit".

export const DECISIONS = ["admit", "ask", "refer", "refuse"];

/** No answer in time: the page sends the person to staff. */
export class NoAnswer extends Error {}

/** The server will not take this scan, however often it is sent. */
export class NotTaken extends Error {}

/** A random UUID (RFC 9562, version 4); `crypto.randomUUID` is missing on plain http within a local network. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Whether `answer` is one that may be shown for `key`. */
export function isAnswer(answer, key) {
  return Boolean(answer) && DECISIONS.includes(answer.decision) && (!key || answer.key === key);
}

/** POST `request` to `url`, repeating for at most `seconds`. */
export async function send(url, request, seconds) {
  const until = performance.now() + seconds * 1000;
  for (let pause = 250; ; pause *= 2) {
    const left = until - performance.now();
    if (left <= 0) throw new NoAnswer();
    const response = await attempt(url, request, left);
    if (response.answer) return response.answer;
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, Math.max(0, until - performance.now()))));
  }
}

async function attempt(url, request, milliseconds) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(request),
      cache: "no-store",
      signal: AbortSignal.timeout(milliseconds),
    });
    if (response.ok) {
      const answer = await response.json();
      if (isAnswer(answer, request.key)) return { answer };
      return {}; // garbage: ask again, the same key is safe
    }
    if (response.status < 500 && ![408, 425, 429].includes(response.status)) throw new NotTaken(String(response.status));
    return {};
  } catch (error) {
    if (error instanceof NotTaken) throw error;
    return {}; // no network, time over, or a reply that is not JSON
  }
}
