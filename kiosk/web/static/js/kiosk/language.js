// Tells the appliance which language the screen shows, for the ticket of a code that its camera reads. Switches nothing itself.

const PATIENCE_MS = 5_000;

export class ToldLanguage {
  #url;
  #own;
  #told;
  #last = Promise.resolve();

  /** @param own the site's language, which needs no telling */
  constructor(url, own) {
    this.#url = url;
    this.#own = own;
    this.#told = own;
  }

  /** Tell a change, one after another; and again what is not the site's own, which the appliance forgets by itself. */
  tell(language) {
    if (language === this.#own && language === this.#told) return;
    this.#told = language;
    this.#last = this.#last.then(() => this.#send(language)).catch(() => {});
  }

  #send(language) {
    return fetch(this.#url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ language }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}
