// The time of day in the header, by the site's time zone. Redrawn once a minute, not more.

export class Clock {
  #words;
  #zone;

  constructor(words, zone) {
    this.#words = words;
    this.#zone = zone;
    words.onSwitch(() => this.draw());
    this.#tick();
  }

  draw() {
    const now = new Date();
    const locale = this.#words.language === "en" ? "en-GB" : "vi-VN";
    const time = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: this.#zone });
    const date = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "numeric", timeZone: this.#zone });
    const place = document.getElementById("clock-time");
    place.textContent = time.format(now);
    place.dateTime = now.toISOString().slice(0, 16) + "Z";
    document.getElementById("clock-date").textContent = date.format(now);
  }

  #tick() {
    this.draw();
    setTimeout(() => this.#tick(), 60_000 - (Date.now() % 60_000) + 50);
  }
}
