// One line for each thing that does not work right now, with what to do instead.

// Levels of a health check that a person in front of the screen notices. Of a printer a warning is a roll that soon ends: it prints.
const OUT_OF_ORDER = new Set(["warning", "fault"]);

export class Banners {
  #place = document.getElementById("banners");
  #words;
  #marks;
  #status = {};
  #connected = true;

  constructor(words, marks) {
    this.#words = words;
    this.#marks = marks;
    words.onSwitch(() => this.#draw());
  }

  status(status) {
    this.#status = status ?? {};
    this.#draw();
  }

  line(connected) {
    this.#connected = connected;
    this.#draw();
  }

  #draw() {
    const status = this.#status;
    const lines = [];
    if (!this.#connected) lines.push(["fault", "line_down"]);
    if (OUT_OF_ORDER.has(status.journal)) lines.push(["fault", "journal_down"]);
    if (OUT_OF_ORDER.has(status.camera)) lines.push(["warning", "camera_down"]);
    if (status.printer === "fault") lines.push(["warning", "printer_down"]);
    if (status.platform && status.platform !== "ok") lines.push(["info", "platform_down"]);
    if (status.clock_trusted === false) lines.push(["info", "clock_wrong"]);
    // Two at most: a person reads no more, and the rest is for the technician's page.
    this.#place.replaceChildren(...lines.slice(0, 2).map(([level, key]) => this.#banner(level, key)));
  }

  #banner(level, key) {
    const banner = document.createElement("p");
    banner.className = `banner banner--${level}`;
    banner.dataset.banner = key;
    banner.append(mark(this.#marks, level), document.createTextNode(this.#words.get(key)));
    return banner;
  }
}

/** A mark from img/marks.svg. */
export function mark(marks, name, className = "mark") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${marks}#${name}`);
  svg.append(use);
  return svg;
}
