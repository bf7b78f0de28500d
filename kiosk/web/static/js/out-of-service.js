// Looks now and then whether the machine serves again, or fails in another way, and then opens the page anew. Shows nothing itself.

const EVERY_MS = 3_000;
const shown = document.body.dataset.fault;

async function look() {
  try {
    const response = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(EVERY_MS) });
    const fault = response.ok ? "" : (await response.json()).checks[0].text.en;
    if (response.ok || fault !== shown) return location.reload();
  } catch {
    // the process itself is being restarted: this page stays until there is an answer
  }
  setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
