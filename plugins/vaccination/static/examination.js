// The form of one examination: questions as the pack asks them of this person, vital signs with their limits, and the outcome.
// Judges nothing: after every change the appliance is asked what the rules make of it.

import { element, mark } from "/static/js/staff-words.js";
import { localDay } from "./shared.js";

const by = (id) => document.getElementById(id);
const MARKS = { eligible: "admit", caution: "warning", postpone: "refuse", contraindicated: "refuse", open: "ask" };
const HINT_MARKS = { within: "ok", caution: "warning", postpone: "fault", contraindicated: "fault", implausible: "fault" };
const WAIT_MS = 120;
const LONGER = [30, 45, 60, 90, 120];

export class Examination {
  #words;
  #changed;
  #answers = {};
  #vitals = {};
  #pack = null;
  #outcome = null;
  #timer = 0;
  #atOnce = new Set(); // questions answered "no" in one action

  /** @param changed () after every answer: ask the appliance and call `conclude` with what it says */
  constructor(words, changed) {
    this.#words = words;
    this.#changed = changed;
    by("product").addEventListener("change", () => this.#soon());
    by("no-to-rest").addEventListener("click", () => this.#noToRest());
  }

  open(state) {
    this.#pack = state.pack;
    this.#answers = {};
    this.#vitals = {};
    this.#atOnce.clear();
    by("no-to-rest-done").textContent = "";
    by("note").value = "";
    by("decision").value = "";
    by("minutes").replaceChildren();
    const products = ["", ...state.products];
    by("product").replaceChildren(...products.map((name) => {
      const option = element("option", name || this.#words.get("no_vaccine"), { value: name });
      option.selected = name === state.product;
      return option;
    }));
    by("pack").textContent = state.pack ? `· ${this.#words.of(state.pack.title)}` : "";
    by("questions").replaceChildren(...(state.pack?.questions ?? []).map((one) => this.#question(one)));
    by("vitals").replaceChildren(...(state.pack?.vitals ?? []).map((one) => this.#vital(one)));
    this.conclude(state.outcome);
  }

  /** The vaccine that is given most likely, where it may be given and none is chosen yet. */
  plan(product) {
    by("product").value = product;
    if (by("product").selectedIndex < 0) by("product").value = "";
    else this.#soon();
  }

  /** What goes to the appliance. */
  get said() {
    return {
      answers: this.#answers, vitals: this.#vitals, product: by("product").value, minutes: Number(by("minutes").value) || 0,
      decision: by("decision").value, note: by("note").value.trim(), at_once: [...this.#atOnce],
    };
  }

  /** Show what the rules say. */
  conclude(outcome) {
    this.#outcome = outcome;
    const asked = new Set(outcome.asked);
    for (const one of this.#pack?.questions ?? []) {
      const box = by(`question-${one.id}`);
      box.hidden = !asked.has(one.id);
      box.toggleAttribute("data-answered", Boolean(this.#answers[one.id]));
      if (!outcome.missing.includes(one.id)) box.removeAttribute("data-missing");
    }
    for (const one of this.#pack?.vitals ?? []) this.#hint(one, outcome, asked.has(one.id));
    this.#drawRest();
    by("outcome").dataset.outcome = outcome.outcome;
    by("outcome-mark").replaceChildren(mark(MARKS[outcome.outcome]));
    by("outcome-word").textContent = this.#words.get(`outcome_${outcome.outcome}`);
    by("outcome-missing").textContent = outcome.missing.length ? this.#words.get("missing_n", { n: outcome.missing.length }) : "";
    by("reasons").replaceChildren(...outcome.reasons.map((one) => {
      const line = element("li", "");
      line.append(element("b", this.#words.of(one.text)), element("small", this.#words.of(one.next_step)));
      return line;
    }));
    const more = [outcome.until && this.#words.get("until", { day: localDay(outcome.until) }), outcome.hospital && this.#words.get("hospital")];
    by("outcome-more").textContent = more.filter(Boolean).join(" · ");
    this.#minutes(outcome.minutes);
  }

  /** Mark what is missing and go to the first of it. */
  showMissing() {
    const boxes = (this.#outcome?.missing ?? []).map((id) => by(`question-${id}`) ?? by(`vital-box-${id}`)).filter(Boolean);
    for (const box of boxes) box.setAttribute("data-missing", "");
    boxes[0]?.scrollIntoView({ block: "center" });
    boxes[0]?.querySelector("input")?.focus({ preventScroll: true });
  }

  get isOpen() {
    return this.#outcome?.outcome === "open";
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#changed(), WAIT_MS);
  }

  /** The yes-or-no questions that are before the person's eyes and open: by the boxes that are shown, since one press answers no
   *  question that nobody has read. */
  #open() {
    const questions = this.#pack?.questions ?? [];
    return questions.filter((one) => one.kind === "yes_no" && !by(`question-${one.id}`).hidden && !this.#answers[one.id]);
  }

  #drawRest() {
    const n = this.#open().length;
    by("no-to-rest").hidden = n < 2;
    by("no-to-rest").textContent = this.#words.get("no_to_rest", { n });
  }

  /** One deliberate action after all was asked, at the end of the list; each answer stays one tap from being another. */
  #noToRest() {
    const open = this.#open();
    for (const { id } of open) {
      by(`question-${id}`).querySelector('input[value="no"]').checked = true;
      this.#answers[id] = "no";
      this.#atOnce.add(id);
    }
    by("no-to-rest-done").textContent = this.#words.get("no_to_rest_done", { n: open.length });
    this.#drawRest();
    this.#soon();
  }

  #question(one) {
    const box = element("fieldset", "", { class: "question", id: `question-${one.id}`, ...(one.follows ? { "data-follows": "" } : {}) });
    const legend = element("legend", this.#words.of(one.text));
    if (one.help) legend.append(element("span", this.#words.of(one.help), { class: "question-help" }));
    box.append(legend);
    if (one.kind === "number") {
      const row = element("div", "", { class: "question-number" });
      const input = element("input", "", { inputmode: "decimal", maxlength: "6", autocomplete: "off", "aria-label": this.#words.of(one.text) });
      input.addEventListener("input", () => { this.#answers[one.id] = input.value.trim(); this.#soon(); });
      row.append(input, element("span", this.#words.of(one.unit)));
      box.append(row);
      return box;
    }
    const row = element("div", "", { class: "answers" });
    for (const choice of one.choices) {
      const label = element("label", "", { class: "answer" });
      const input = element("input", "", { type: "radio", name: `q-${one.id}`, value: choice.value });
      input.addEventListener("change", () => {
        this.#answers[one.id] = choice.value;
        this.#atOnce.delete(one.id);
        this.#drawRest();
        this.#soon();
      });
      label.append(input, element("span", this.#words.of(choice.label)));
      row.append(label);
    }
    box.append(row);
    return box;
  }

  #vital(one) {
    const box = element("div", "", { class: "vital", id: `vital-box-${one.id}`, "data-level": "empty" });
    const label = element("label", this.#words.of(one.text), { for: `vital-${one.id}` });
    label.append(element("small", this.#words.of(one.unit)));
    const input = element("input", "", { id: `vital-${one.id}`, inputmode: "decimal", maxlength: "6", autocomplete: "off", "aria-describedby": `vital-hint-${one.id}` });
    input.addEventListener("input", () => { this.#vitals[one.id] = input.value.trim(); this.#soon(); });
    box.append(label, input, element("p", "", { class: "vital-hint", id: `vital-hint-${one.id}`, role: "status" }));
    return box;
  }

  #hint(one, outcome, needed) {
    const box = by(`vital-box-${one.id}`);
    const { level, text } = outcome.hints[one.id] ?? { level: "empty", text: {} };
    const line = by(`vital-hint-${one.id}`);
    box.dataset.level = level;
    if (!outcome.missing.includes(one.id)) box.removeAttribute("data-missing");
    if (level === "empty") return line.replaceChildren(element("span", needed ? this.#words.get("needed") : one.if_known ? this.#words.get("if_known") : ""));
    const said = this.#words.get(`hint_${level}`);
    const words = level === "within" ? said : level === "implausible" ? this.#words.of(text) : `${said}: ${this.#words.of(text)}`;
    return line.replaceChildren(mark(HINT_MARKS[level]), element("span", words));
  }

  #minutes(least) {
    const chosen = Math.max(least, Number(by("minutes").value) || 0);
    const offered = [...new Set([least, ...LONGER.filter((n) => n > least)])];
    by("minutes").replaceChildren(...offered.map((n) => {
      const option = element("option", this.#words.get("minutes_n", { n }), { value: String(n) });
      option.selected = n === chosen;
      return option;
    }));
  }
}
