// What the appliance tells the screen: server-sent events, and polling while no stream is to be had. Shows nothing itself.

const SILENCE_MS = 12_000; // two heartbeats of five seconds and some
const POLL_MS = 1_000;
const STREAM_AGAIN_MS = 15_000;
const NAMES = ["answer", "print", "guidance", "status"];

export class Live {
  #urls;
  #seen;
  #tell;
  #source = null;
  #silence = 0;
  #poll = 0;
  #again = 0;
  #failures = 0;
  connected = true;

  /** @param tell (name, data) for each event, ("line", connected) when the line breaks or returns, and ("out_of_service")
   *  again and again while the appliance says so of itself */
  constructor(urls, seen, tell) {
    this.#urls = urls;
    this.#seen = seen;
    this.#tell = tell;
  }

  start() {
    this.#source?.close();
    const source = new EventSource(`${this.#urls.events}?after=${this.#seen}`);
    this.#source = source;
    for (const name of NAMES) {
      source.addEventListener(name, (event) => this.#take(name, event.data, Number(event.lastEventId)));
    }
    source.addEventListener("beat", () => this.#heard());
    source.addEventListener("open", () => {
      this.#stopPolling();
      this.#heard();
    });
    source.addEventListener("error", () => {
      if (this.#source !== source) return;
      // Closed for good (503: all places taken), or broken and trying again: poll in either case until it is open.
      if (source.readyState === EventSource.CLOSED) this.#streamLater();
      this.#startPolling();
    });
    this.#expectBeat();
  }

  stop() {
    this.#source?.close();
    this.#source = null;
    this.#stopPolling();
    clearTimeout(this.#silence);
    clearTimeout(this.#again);
  }

  #streamLater() {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.start(), STREAM_AGAIN_MS);
  }

  #expectBeat() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.start(), SILENCE_MS);
  }

  #heard() {
    this.#expectBeat();
    this.#line(true);
  }

  #take(name, body, number) {
    this.#heard();
    this.#deliver(name, JSON.parse(body), number);
  }

  #deliver(name, data, number) {
    if (Number.isFinite(number)) this.#seen = number;
    this.#tell(name, data);
  }

  #startPolling() {
    if (!this.#poll) this.#poll = setTimeout(() => this.#pollOnce(), POLL_MS);
  }

  #stopPolling() {
    clearTimeout(this.#poll);
    this.#poll = 0;
  }

  async #pollOnce() {
    try {
      const response = await fetch(`${this.#urls.poll}?after=${this.#seen}`, {
        cache: "no-store",
        signal: AbortSignal.timeout(4_000),
      });
      if (response.status === 503) this.#tell("out_of_service"); // a poll has no other reason for it
      if (!response.ok) throw new Error(String(response.status));
      const { last, events } = await response.json();
      this.#failures = 0;
      if (!this.#poll) return; // the stream opened meanwhile and brings the same events
      this.#heard();
      for (const { id, event, data } of events) if (NAMES.includes(event)) this.#deliver(event, data, id);
      this.#seen = last;
    } catch {
      this.#failures += 1;
      if (this.#failures >= 2) this.#line(false);
    }
    if (this.#poll) this.#poll = setTimeout(() => this.#pollOnce(), POLL_MS);
  }

  #line(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.#tell("line", connected);
  }
}
