// The number pad: takes digits by touch or by key, shows them in groups, and hands over a complete value.

import { mark } from "./banners.js";

export class Pad {
  #words;
  #marks;
  #digits = "";
  #asked = null;
  #title = document.getElementById("pad-title");
  #hint = document.getElementById("pad-hint");
  #count = document.getElementById("pad-count");
  #value = document.getElementById("pad-value");
  #slots = document.getElementById("pad-slots");
  #state = document.getElementById("pad-state");
  #submit = document.getElementById("pad-submit");

  constructor(words, marks, sound) {
    this.#words = words;
    this.#marks = marks;
    document.querySelector(".pad-keys").addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (!key) return;
      sound.play("tick");
      if (key.dataset.digit) this.type(key.dataset.digit);
      else this.erase(key.dataset.erase === "all");
    });
    this.#submit.addEventListener("click", () => this.submit());
    words.onSwitch(() => this.#asked && this.#draw());
  }

  /** Begin anew. `asked`: {format, title(), hint(), count(), done(value)}; the three texts follow the language. */
  open(asked) {
    this.#asked = asked;
    this.#digits = "";
    this.#draw();
  }

  close() {
    this.#asked = null;
    this.#digits = "";
    this.#value.textContent = "";
    this.#slots.replaceChildren();
  }

  type(character) {
    const room = this.#asked.format.groups.reduce((sum, size) => sum + size, 0);
    if (!/^\d$/.test(character) || this.#digits.length >= room) return;
    this.#digits += character;
    this.#draw();
  }

  erase(all = false) {
    this.#digits = all ? "" : this.#digits.slice(0, -1);
    this.#draw();
  }

  submit() {
    const { format, done } = this.#asked;
    const checked = this.#digits.length >= format.least ? format.check(this.#digits) : null;
    if (checked) done(checked.value);
  }

  #draw() {
    const { format, title, hint, count } = this.#asked;
    const state = format.state(this.#digits);
    const level = state.good ? "good" : state.bad ? "bad" : "open";
    this.#title.textContent = title();
    this.#hint.textContent = hint();
    this.#count.hidden = !count();
    this.#count.lastElementChild.textContent = count();
    this.#value.textContent = `${this.#words.get("typed_so_far")}: ${[...this.#digits].join(" ") || this.#words.get("nothing_typed")}`;
    this.#slots.dataset.state = level;
    this.#slots.classList.toggle("slots--few", format.groups.length < 4);
    this.#slots.replaceChildren(...this.#groups(format));
    this.#state.dataset.state = level;
    this.#state.replaceChildren(
      ...(level === "open" ? [] : [mark(this.#marks, level === "good" ? "ok" : "fault")]),
      document.createTextNode(this.#words.get(state.key, state)),
    );
    const ready = this.#digits.length >= format.least && Boolean(format.check(this.#digits));
    this.#submit.setAttribute("aria-disabled", String(!ready));
  }

  #groups(format) {
    let next = 0;
    return format.groups.map((size, group) => {
      const place = document.createElement("span");
      place.className = "slot-group";
      for (let i = 0; i < size; i += 1, next += 1) {
        const slot = document.createElement("span");
        const filled = next < this.#digits.length;
        slot.className = `slot${filled ? " slot--filled" : next === this.#digits.length ? " slot--next" : ""}`;
        slot.textContent = this.#digits[next] ?? "";
        place.append(slot);
      }
      if (format.between && group < format.groups.length - 1) {
        const between = document.createElement("span");
        between.className = "slot slot--between";
        between.textContent = format.between;
        place.append(between);
      }
      return place;
    });
  }
}
