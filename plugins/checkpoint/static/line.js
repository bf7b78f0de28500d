// Talks to the appliance for one lane: every request carries the session's token, a scan its key. Shows nothing itself.

export class Line {
  #urls;
  #token;
  #tell;
  #last = Promise.resolve();
  #done = 0; // what was sent and answered so far

  /** @param tell ("lost" | "back") when the appliance stops or starts answering */
  constructor(urls, token, tell) {
    this.#urls = urls;
    this.#token = token;
    this.#tell = tell;
  }

  /**
   * Do `action` with `asked`; the reply as an object, with `problem` where the appliance refuses. Throws where it is mute.
   * One after another: a code that is scanned right after “next person” must not reach the appliance before it.
   */
  act(action, asked = {}, seconds = 8) {
    const done = this.#last.then(() => this.#send(this.#urls[action], JSON.stringify(asked), "application/json", seconds));
    this.#last = done.catch(() => {});
    return done;
  }

  /** One scan, repeated under its key until the time is over: the same key never makes a second record. */
  async scan(asked, seconds = 6) {
    const until = performance.now() + seconds * 1000;
    for (let pause = 250; ; pause *= 2) {
      try {
        return await this.act("scan", asked, Math.max(0.5, (until - performance.now()) / 1000));
      } catch (error) {
        if (performance.now() + pause >= until) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  /** A picture of the camera; null where no code is in it. */
  async frame(picture, key) {
    return this.#send(`${this.#urls.frame}?key=${key}`, picture, picture.type, 8);
  }

  /** How things stand; a page that only asks is nobody at work. Asked again where something was done meanwhile: what was true before
   *  it would be drawn over it. */
  async state() {
    for (;;) {
      const before = this.#done;
      const reply = await this.#fetch(this.#urls.state, { headers: { Accept: "application/json", "X-Kiosk-Poll": "1" } }, 6);
      if (before === this.#done) return reply;
    }
  }

  async #send(url, body, type, seconds) {
    const headers = { "Content-Type": type, Accept: "application/json", "X-CSRFToken": this.#token };
    const reply = await this.#fetch(url, { method: "POST", headers, body }, seconds);
    if (reply) this.#done += 1;
    return reply;
  }

  async #fetch(url, options, seconds) {
    let response;
    try {
      response = await fetch(url, { ...options, cache: "no-store", signal: AbortSignal.timeout(seconds * 1000) });
    } catch (error) {
      this.#tell("lost");
      throw error;
    }
    this.#tell("back");
    if (response.status === 204) return null;
    if (response.status === 401) location.assign(this.#urls.sign_in);
    if (response.status === 403) location.assign(this.#urls.lanes);
    const reply = await response.json();
    if (reply.problem?.code === "not_on_duty") location.assign(this.#urls.lanes);
    if (!reply.state) throw new Error(String(response.status));
    return reply;
  }
}
