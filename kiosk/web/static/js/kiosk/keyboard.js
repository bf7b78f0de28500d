// The letter keyboard: drawn in the page, because a system keyboard hides behind a full-screen window. Telex in Vietnamese.

import { tone, type } from "./telex.js";

export class Keyboard {
  #words;
  #text = "";
  #shift = true;
  #asked = null;
  #title = document.getElementById("keyboard-title");
  #count = document.getElementById("keyboard-count");
  #line = document.getElementById("keyboard-line");
  #state = document.getElementById("keyboard-state");
  #submit = document.getElementById("keyboard-submit");
  #keys = document.querySelector(".keyboard-keys");
  #shiftKey = document.querySelector("[data-shift]");

  constructor(words, sound) {
    this.#words = words;
    this.#keys.addEventListener("click", (event) => {
      const key = event.target.closest("button");
      if (!key || key.dataset.action) return;
      sound.play("tick");
      if (key === this.#submit) this.submit();
      else if (key.dataset.letter) this.type(this.#shift ? key.dataset.letter.toUpperCase() : key.dataset.letter);
      else if (key.dataset.tone) this.#tone(key.dataset.tone);
      else if (key.dataset.erase) this.erase();
      else this.#turn(!this.#shift);
    });
    words.onSwitch(() => this.#asked && this.#draw());
  }

  /** Begin anew. `asked`: {most, title(), count(), done(text)}. */
  open(asked) {
    this.#asked = asked;
    this.#text = "";
    this.#turn(true);
    this.#draw();
  }

  close() {
    this.#asked = null;
    this.#text = "";
    this.#line.textContent = "";
  }

  type(character) {
    const next = this.#words.language === "vi" ? type(this.#text, character) : this.#text + character;
    if (next.length > this.#asked.most) return;
    this.#text = next;
    this.#turn(/(^|[\s])$/u.test(next)); // names begin with capitals
    this.#draw();
  }

  erase() {
    this.#text = [...this.#text].slice(0, -1).join("");
    this.#turn(/(^|[\s])$/u.test(this.#text));
    this.#draw();
  }

  submit() {
    const text = this.#text.trim().replace(/\s+/g, " ");
    if (text) this.#asked.done(text);
  }

  #tone(key) {
    this.#text = tone(this.#text, key);
    this.#draw();
  }

  #turn(shift) {
    this.#shift = shift;
    this.#shiftKey.setAttribute("aria-pressed", String(shift));
    for (const key of this.#keys.querySelectorAll("[data-letter]")) {
      const letter = key.dataset.letter;
      if (letter.trim()) key.textContent = shift ? letter.toUpperCase() : letter;
    }
  }

  #draw() {
    const { title, count, most } = this.#asked;
    this.#title.textContent = title();
    this.#count.textContent = count();
    this.#line.textContent = this.#text;
    this.#state.textContent =
      most - this.#text.length < 10
        ? this.#words.get("text_left", { n: most - this.#text.length })
        : this.#words.get("telex_hint");
    this.#submit.setAttribute("aria-disabled", String(!this.#text.trim()));
  }
}
