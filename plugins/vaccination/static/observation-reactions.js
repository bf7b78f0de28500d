// A reaction on the page: its signs, the protocol's steps with their times, its end or the hand-over. Decides nothing.

import { element } from "/static/js/staff-words.js";
import { newKey } from "./shared.js";

const by = (id) => document.getElementById(id);
const MINUTE = 60_000;

export class Reactions {
  #data; #words; #ask; #draw; #time;
  #dose = null; // of the report that is being written
  #case = null; // the reaction that is shown
  #handover = "";
  #phoned = false;
  #key = "";
  #ahead = 0; // of this device's clock, the appliance's

  constructor(data, words, ask, draw, time) {
    this.#data = data;
    this.#words = words;
    this.#ask = ask;
    this.#draw = draw;
    this.#time = time;
    this.#form("report", () => this.#send());
    this.#form("over", () => this.#handOver());
    by("case").addEventListener("click", (event) => event.target.closest("[data-close]") && by("case").close());
    by("case-again").addEventListener("click", () => this.#again());
    by("case-end").addEventListener("click", (event) => this.#end(event.currentTarget));
    by("case-over").addEventListener("click", () => this.#openSheet("over"));
    by("case-paper").addEventListener("click", () => this.#ask("reprint", { record: this.#handover }));
    setInterval(() => by("case").open && this.#prompts(), 10_000);
  }

  /** A new reaction of this person. `phoned`: told later, from home. */
  report(person, phoned = false) {
    this.#dose = person.dose;
    this.#case = null;
    this.#phoned = phoned;
    this.#fill({ signs: [], vitals: {}, note: "", grade: 0 });
    by("report").querySelector("[data-who]").textContent = [person.ticket, person.name, person.product, person.lot].filter(Boolean).join(" · ");
    by("report-onset-field").hidden = !phoned;
    this.#openSheet("report");
  }

  /** A reaction that is on record. */
  async open(reaction) {
    this.#took(await this.#ask("case", { reaction }));
  }

  // --- the form of signs

  #form(name, send) {
    by(name).querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
  }

  #openSheet(name) {
    this.#key = newKey(); // one intended action
    by(name).querySelector("[data-problem]").hidden = true;
    by(name).showModal();
  }

  #fill({ signs, vitals, note, grade }) {
    for (const one of by("report").querySelectorAll("[name=sign]")) one.checked = signs.includes(one.value);
    for (const one of by("report").querySelectorAll("[data-vital]")) one.value = vitals[one.name] ?? "";
    by("report-note").value = note;
    by("report-grade").value = String(grade);
    by("report-onset").value = "";
  }

  #again() {
    this.#fill({ ...this.#case, vitals: {}, grade: 0 });
    by("report").querySelector("[data-who]").textContent = by("case").querySelector("[data-line]").textContent;
    by("report-onset-field").hidden = true;
    this.#phoned = false;
    this.#openSheet("report");
  }

  async #send() {
    const vitals = {};
    for (const one of by("report").querySelectorAll("[data-vital]")) {
      const text = one.value.trim().replace(",", ".");
      if (text) vitals[one.name] = Number.isNaN(Number(text)) ? text : Number(text);
    }
    const hours = Number.parseInt(by("report-onset").value, 10);
    const said = {
      signs: [...by("report").querySelectorAll("[name=sign]:checked")].map((one) => one.value),
      vitals,
      note: by("report-note").value,
      grade: Number(by("report-grade").value),
      key: this.#key,
    };
    const reply = this.#case
      ? await this.#ask("again", { ...said, reaction: this.#case.reaction })
      : await this.#ask("report", { ...said, dose: this.#dose, reported: this.#phoned ? "phone" : "site", onset_minutes: this.#phoned && hours >= 0 ? hours * 60 : null });
    this.#took(reply, "report");
  }

  // --- the protocol

  #took(reply, sheet = "") {
    if (!reply) return;
    if (reply.problem) {
      const place = sheet || (by("case").open ? "case" : "");
      if (!place) return;
      const problem = by(place).querySelector("[data-problem]");
      problem.textContent = `${this.#words.of(reply.problem.text)} ${this.#words.of(reply.problem.next_step)}`;
      problem.hidden = false;
      problem.scrollIntoView({ block: "nearest" });
      return;
    }
    if (sheet) by(sheet).close();
    this.#case = reply.case;
    this.#ahead = reply.state.now_ms - Date.now();
    this.#handover = reply.handover ?? this.#handover;
    this.#draw(reply.state);
    this.#show(Boolean(reply.handover));
  }

  #show(handedOver) {
    const one = this.#case;
    const isOpen = one.state === "observed" || one.state === "treated";
    by("case").dataset.grade = String(one.grade);
    by("case-title").textContent = this.#words.of(one.title);
    const vitals = Object.entries(one.vitals).map(([name, value]) => `${this.#words.get(name)} ${value}`);
    const line = handedOver ? [this.#words.get("handed_over")] : [one.ticket, one.name, one.product, one.lot, this.#words.of(one.state_words), ...vitals, one.note];
    by("case").querySelector("[data-line]").textContent = line.filter(Boolean).join(" · ");
    by("case").querySelector("[data-none]").hidden = one.prompts.length > 0;
    by("case").querySelector("[data-problem]").hidden = true;
    for (const id of ["case-again", "case-end", "case-over"]) by(id).hidden = !isOpen;
    by("case-paper").hidden = !handedOver;
    by("case-end").textContent = this.#words.get("end");
    delete by("case-end").dataset.sure;
    this.#prompts();
    if (!by("case").open) by("case").showModal();
  }

  #prompts() {
    const one = this.#case;
    const isOpen = one.state === "observed" || one.state === "treated";
    const focused = document.activeElement?.dataset?.prompt;
    by("case").querySelector("[data-prompts]").replaceChildren(...one.prompts.map((prompt) => this.#prompt(prompt, isOpen)));
    if (focused) by("case").querySelector(`[data-prompt="${focused}"]`)?.focus();
  }

  #prompt(prompt, isOpen) {
    const line = element("li", "");
    const due = prompt.due_ms === null ? null : Math.ceil((prompt.due_ms - Date.now() - this.#ahead) / MINUTE);
    line.toggleAttribute("data-urgent", prompt.urgent);
    line.toggleAttribute("data-done", prompt.done.length > 0);
    line.toggleAttribute("data-due", isOpen && due !== null && due <= 0);
    line.append(element("span", this.#words.of(prompt.text), { class: "obs-prompt-text" }));
    const again = prompt.done.length > 0;
    if (isOpen && (!again || prompt.minutes)) {
      const button = element("button", this.#words.get(again ? "do_again" : "do"), { class: "button", type: "button", "data-prompt": prompt.id });
      button.addEventListener("click", () => this.#step(button, prompt.id));
      line.append(button);
    }
    if (again) {
      const times = prompt.done.map((at) => `✓ ${this.#time(at)}`);
      if (isOpen && due !== null) times.push(due > 0 ? this.#words.get("due_in", { n: due }) : this.#words.get("due_now"));
      line.append(element("span", times.join("  "), { class: "obs-times number" }));
    }
    return line;
  }

  async #step(button, prompt) {
    button.disabled = true; // until the answer draws it anew
    this.#took(await this.#ask("step", { reaction: this.#case.reaction, prompt, key: newKey() }));
    button.disabled = false;
  }

  async #end(button) {
    if (!button.dataset.sure) {
      button.dataset.sure = "1";
      button.textContent = this.#words.get("end_sure");
      return;
    }
    const reply = await this.#ask("end", { reaction: this.#case.reaction, key: newKey() });
    this.#took(reply);
    if (reply && !reply.problem) by("case").close();
  }

  async #handOver() {
    const said = { reaction: this.#case.reaction, to: by("over-to").value, summary: by("over-summary").value, key: this.#key };
    this.#took(await this.#ask("hand_over", said), "over");
  }
}
