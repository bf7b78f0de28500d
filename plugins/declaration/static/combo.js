// A select that is typed into: the list shrinks to what contains the letters, accents or not. The select stays and carries the value.
// Follows the combobox pattern of WAI-ARIA APG (list autocomplete, manual selection).

let made = 0;

/** Lower case without accents, đ as d. */
export function fold(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Options of `pairs` ([code, name]) that hold `typed`: those where a word begins with it come first. */
export function matching(pairs, typed) {
  const wanted = fold(typed.trim());
  if (!wanted) return pairs;
  const found = pairs.map(([code, name]) => [code, name, fold(name)]).filter(([, , folded]) => folded.includes(wanted));
  const early = ([, , folded]) => (` ${folded}`.includes(` ${wanted}`) ? 0 : 1);
  return found.sort((one, other) => early(one) - early(other)).map(([code, name]) => [code, name]);
}

export class Combo {
  #select;
  #input = document.createElement("input");
  #list = document.createElement("ul");
  #none;
  #pairs = [];
  #shown = [];
  #active = -1;
  onPick = () => {};

  constructor(select, none) {
    this.#select = select;
    this.#none = none;
    this.#pairs = [...select.options].filter((one) => one.value).map((one) => [one.value, one.text]);
    const input = this.#input;
    const list = this.#list;
    list.id = `places-${(made += 1)}`;
    list.setAttribute("role", "listbox");
    list.hidden = true;
    Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false, id: select.id });
    input.setAttribute("role", "combobox");
    for (const [name, value] of [["autocomplete", "list"], ["expanded", "false"], ["controls", list.id]]) input.setAttribute(`aria-${name}`, value);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    }
    list.setAttribute("aria-label", select.labels[0]?.textContent ?? "");
    select.id += "-list";
    const box = document.createElement("div");
    box.className = "combo";
    select.before(box);
    box.append(input, list);
    select.hidden = true;
    input.value = select.value ? select.selectedOptions[0].text : "";
    input.disabled = this.#pairs.length === 0;
    input.addEventListener("input", () => {
      this.#set("");
      this.#open();
    });
    input.addEventListener("focus", () => this.#open(input.value === this.#named() ? "" : input.value));
    input.addEventListener("click", () => list.hidden && this.#open(""));
    input.addEventListener("blur", () => this.#leave());
    input.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("pointerdown", (event) => {
      event.preventDefault(); // the input keeps the focus
    });
    list.addEventListener("click", (event) => {
      const at = [...list.children].indexOf(event.target.closest("li"));
      if (this.#shown[at]) this.#pick(this.#shown[at]);
    });
  }

  /** Other places to choose from; none of them is chosen. */
  offer(pairs) {
    this.#pairs = pairs;
    this.#select.replaceChildren(new Option("", ""), ...pairs.map(([code, name]) => new Option(name, code)));
    this.#input.value = "";
    this.#input.disabled = pairs.length === 0;
    this.#close();
  }

  focus() {
    if (!this.#input.disabled) this.#input.focus();
  }

  #named() {
    return this.#select.value ? this.#select.selectedOptions[0].text : "";
  }

  #set(code) {
    if (this.#select.value === code) return;
    this.#select.value = code;
    this.onPick(code);
  }

  #pick([code, name]) {
    this.#input.value = name;
    this.#close();
    this.#set(code);
  }

  /** Who leaves with the whole name, or what can only be one, has chosen it. */
  #leave() {
    const typed = this.#input.value;
    this.#close();
    if (!typed.trim() || typed === this.#named()) return;
    const exact = this.#pairs.filter(([, name]) => fold(name) === fold(typed.trim()));
    const found = exact.length ? exact : matching(this.#pairs, typed);
    if (found.length === 1) this.#pick(found[0]);
  }

  #open(typed = this.#input.value) {
    this.#shown = matching(this.#pairs, typed).slice(0, 60);
    this.#active = -1;
    const items = this.#shown.map(([, name], at) => {
      const item = document.createElement("li");
      Object.assign(item, { id: `${this.#list.id}-${at}`, textContent: name });
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      return item;
    });
    if (!items.length) {
      const item = document.createElement("li");
      Object.assign(item, { className: "combo-none", textContent: this.#none });
      item.setAttribute("role", "option");
      item.setAttribute("aria-disabled", "true");
      items.push(item);
    }
    this.#list.replaceChildren(...items);
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.#list.hidden = true;
    this.#shown = [];
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (event.key === "Escape") this.#close();
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && !this.#list.hidden) {
      const chosen = this.#shown[Math.max(this.#active, 0)];
      if (chosen) this.#pick(chosen);
    } else return;
    event.preventDefault();
  }

  #move(by) {
    if (this.#list.hidden) this.#open();
    if (!this.#shown.length) return;
    const items = [...this.#list.children];
    items[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = (this.#active + by + items.length) % items.length;
    const item = items[this.#active];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", item.id);
  }
}
