// A staff page's words in the chosen language, and the little that is built from them.

export class Words {
  constructor(words, language) {
    this.language = language;
    this.words = words[language] ?? words.vi;
  }

  /** The words under `key`, with {placeholders} filled. */
  get(key, values = {}) {
    return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), this.words[key] ?? "");
  }

  /** Of {vi, en}. */
  of(text) {
    return text?.[this.language] || text?.vi || "";
  }
}

/** An element with a class, text and attributes. */
export function element(name, text = "", attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

/** The mark that goes with an answer, as on every page. */
export function mark(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/img/marks.svg#${name}`);
  svg.append(use);
  return svg;
}
