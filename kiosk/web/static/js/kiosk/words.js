// The page's sentences in two languages, switched at once. Knows nothing of states or answers.

export class Words {
  #sentences;
  #root;
  #listeners = [];

  /** @param sentences {vi: {key: text}, en: {…}}  @param language the one to begin with */
  constructor(sentences, language, root = document) {
    this.#sentences = sentences;
    this.#root = root;
    this.language = language;
  }

  /** The sentence for `key`, with {name} replaced from `values`; Vietnamese where the other language lacks it. */
  get(key, values = {}) {
    return this.in(this.language, key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  /** The sentence for `key` in one language, as it stands. */
  in(language, key) {
    return this.#sentences[language]?.[key] ?? this.#sentences.vi[key] ?? key;
  }

  /** One language of a {vi, en} pair that the server sent; the other one where it is empty. */
  of(text) {
    if (!text) return "";
    return text[this.language] || text.vi || text.en || "";
  }

  /** Switch, and redraw everything that carries words. */
  use(language) {
    if (!(language in this.#sentences)) return;
    this.language = language;
    document.documentElement.lang = language;
    for (const element of this.#root.querySelectorAll("[data-t]")) {
      element.textContent = this.get(element.dataset.t, element.dataset);
    }
    for (const element of this.#root.querySelectorAll("[data-t-label]")) {
      element.setAttribute("aria-label", this.get(element.dataset.tLabel));
    }
    for (const element of this.#root.querySelectorAll("[data-t-alt]")) {
      element.alt = this.get(element.dataset.tAlt);
    }
    for (const listener of this.#listeners) listener();
  }

  /** Call `listener` after each switch. */
  onSwitch(listener) {
    this.#listeners.push(listener);
  }
}
