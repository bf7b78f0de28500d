// Shows one state at a time, moves the focus to its heading, and says it to those who listen. Decides nothing.

export class Screens {
  #sections = new Map();
  current = "idle";

  constructor(root = document) {
    for (const section of root.querySelectorAll("[data-screen]")) {
      if (section !== document.body) this.#sections.set(section.dataset.screen, section);
    }
  }

  show(name) {
    for (const [other, section] of this.#sections) section.hidden = other !== name;
    document.body.dataset.screen = name;
    this.current = name;
    const section = this.#sections.get(name);
    section.scrollTop = 0;
    section.querySelector("h1")?.focus({ preventScroll: true });
  }
}

/** Words for screen readers: politely, or now where the person must not go on without them. */
export class Announcer {
  #polite = document.getElementById("say-politely");
  #now = document.getElementById("say-now");

  constructor(speech) {
    this.speech = speech;
  }

  say(text, { now = false } = {}) {
    const place = now ? this.#now : this.#polite;
    // The same sentence twice is no change to a screen reader; a no-break space makes it one.
    place.textContent = place.textContent === text ? `${text}\u00a0` : text;
    this.speech?.speak(text);
  }

  clear() {
    this.#polite.textContent = "";
    this.#now.textContent = "";
    this.speech?.stop();
  }
}
