// Counts the seconds without a touch, warns, and ends the visit unless the person wants more time. Wipes nothing itself.

export class Idle {
  #dialog = document.getElementById("more-time");
  #left = document.getElementById("more-time-left");
  #timer = 0;
  #seconds = 0;
  #warns = true;

  /** @param on {warn(seconds), end()}; times in seconds */
  constructor({ idle, warning }, on) {
    this.idle = idle;
    this.warning = warning;
    this.on = on;
    document.getElementById("more-time-yes").addEventListener("click", () => this.watch());
    document.getElementById("more-time-no").addEventListener("click", () => this.#end());
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.watch();
    });
    for (const sign of ["pointerdown", "keydown"]) {
      window.addEventListener(sign, () => this.#timer && !this.#dialog.open && this.watch(), { capture: true });
    }
  }

  /** Begin to count, or begin anew. `warn: false` ends without asking (nothing of a person is on the screen). */
  watch({ warn = this.#warns } = {}) {
    this.stop();
    this.#warns = warn;
    this.#timer = setTimeout(() => (warn ? this.#warn() : this.#end()), this.idle * 1000);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#dialog.open) this.#dialog.close();
  }

  #warn() {
    this.#seconds = Math.ceil(this.warning);
    this.#left.textContent = this.#seconds;
    this.#dialog.showModal();
    this.on.warn(this.#seconds);
    this.#tick();
  }

  #tick() {
    const step = Math.min(1, this.warning) * 1000;
    this.#timer = setTimeout(() => {
      this.#seconds -= 1;
      this.#left.textContent = this.#seconds;
      if (this.#seconds <= 0) this.#end();
      else this.#tick();
    }, step);
  }

  #end() {
    this.stop();
    this.on.end();
  }
}
