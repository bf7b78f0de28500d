// The sheets: what the officer types goes to the lane, what it answers comes back to the page. Knows no verdict.

import { element, mark } from "/static/js/staff-words.js";

const by = (id) => document.getElementById(id);

export class Sheets {
  #words;
  #send; // (action, asked) -> reply, or null where the appliance is mute
  #settling = "admit";
  #passage = "";
  #surge = null;

  /** @param scan (asked) for what was typed as a code; @param picture (file) -> promise of whether a code was in it; @param settled (decision) */
  constructor(words, send, { scan, picture, settled }) {
    this.#words = words;
    this.#send = send;
    this.scan = scan;
    this.settled = settled;
    by("type-picture").addEventListener("change", (event) => this.#picture(event.target, picture));
    for (const form of document.querySelectorAll("[data-form]")) form.addEventListener("submit", (event) => this.#submit(event, form));
    for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
    for (const chips of document.querySelectorAll("[data-chips]")) chips.addEventListener("click", (event) => this.#chip(event, chips));
    for (const button of document.querySelectorAll("[data-count]")) button.addEventListener("click", () => this.#count(Number(button.dataset.count)));
  }

  get open() {
    return Boolean(document.querySelector("dialog[open]"));
  }

  show(name, about = {}) {
    const dialog = by(name);
    const form = dialog.querySelector("form");
    form.reset();
    this.#problem(dialog, "");
    for (const chip of dialog.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", "false");
    this.#passage = about.passage ?? "";
    for (const who of dialog.querySelectorAll("[data-who]")) who.textContent = about.who ?? "";
    if (name === "settle") this.#settling = about.decision;
    if (name === "settle") dialog.querySelector("[data-settle-words]").textContent = this.#words.get(`settle_${about.decision}`);
    if (name === "surge") this.#prepareSurge(about.surge);
    if (name === "search") by("found").replaceChildren();
    if (name === "vehicle") this.#known(about.vehicle);
    if (name === "vehicle") this.#everybody(about.vehicle);
    dialog.showModal();
    dialog.querySelector("input, textarea")?.focus();
  }

  /** What is known of the vehicle stands there already, so that saving loses nothing; of its plate no more than the page shows. */
  #known(vehicle) {
    by("plate").placeholder = vehicle?.plate ?? "";
    by("vehicle-class").value = vehicle?.class ?? "";
    by("expected").value = vehicle?.expected || "";
  }

  /** Each person of the vehicle with their own verdict, the worst first: the page itself has room for a few. */
  async #everybody(vehicle) {
    by("vehicle-all").hidden = true;
    if (!vehicle?.people) return;
    const reply = await this.#send("people");
    if (!reply?.people) return;
    const counted = Object.entries(vehicle.counts).filter(([, n]) => n);
    by("vehicle-counts").replaceChildren(...counted.map(([decision, n]) => {
      const count = element("span", "", { class: "vehicle-verdict", "data-tone": decision });
      count.append(mark(decision), element("span", `${this.#words.get(decision)} ${n}`));
      return count;
    }));
    by("vehicle-everybody").replaceChildren(...reply.people.map((person) => this.#person(person)));
    by("vehicle-all").hidden = false;
  }

  #person(person) {
    const line = element("li", "", { "data-tone": person.decision });
    const name = person.name || (person.counted ? this.#words.get("people_n", { n: person.people }) : "–");
    line.append(mark(person.decision), element("b", this.#words.get(person.decision)), element("span", name), element("time", person.time, { class: "tail" }));
    return line;
  }

  #prepareSurge(surge) {
    this.#surge = surge;
    by("surge").querySelector("[data-surge-words]").textContent = this.#words.get(surge ? "surge_off" : "surge_on");
    by("surge").querySelector("[data-surge-minutes]").hidden = Boolean(surge);
    by("surge-count").hidden = !surge;
    for (const way of ["on", "off"]) by("surge").querySelector(`[data-chips="${way}"]`).hidden = (way === "off") !== Boolean(surge);
  }

  #chip(event, chips) {
    const chip = event.target.closest(".chip");
    if (!chip) return;
    for (const other of chips.children) other.setAttribute("aria-pressed", String(other === chip));
    chips.closest("form").querySelector("[data-reason]").value = chip.textContent;
  }

  #problem(dialog, text) {
    const line = dialog.querySelector("[data-problem]");
    line.textContent = text;
    line.hidden = !text;
  }

  async #submit(event, form) {
    event.preventDefault();
    const name = form.dataset.form;
    const dialog = by(name);
    const given = Object.fromEntries(new FormData(form));
    if (name === "type") return this.#typed(dialog, given);
    const reply = await this.#send(name, this.#asked(name, given));
    if (!reply || reply.problem) return this.#problem(dialog, reply ? this.#words.of(reply.problem) : this.#words.get("no_answer"));
    if (name === "search") return this.#found(reply.found);
    dialog.close();
    if (name === "settle") this.settled(this.#settling);
    return undefined;
  }

  #asked(name, given) {
    if (name === "undo") return { passage: this.#passage, reason: given.reason };
    if (name === "settle") return { passage: this.#passage, decision: this.#settling, reason: given.reason };
    if (name === "surge") return { on: !this.#surge, reason: given.reason, minutes: given.minutes };
    return given;
  }

  #typed(dialog, given) {
    const digits = given.id.replace(/\s/g, "");
    if (digits) this.scan({ payload: digits, source: "typed" });
    else if (given.name.trim() || given.document.trim()) this.scan({ by_hand: { name: given.name, birth_year: given.birth_year.trim(), document: given.document } });
    else return this.#problem(dialog, this.#words.get("type_title"));
    dialog.close();
    return undefined;
  }

  async #picture(input, read) {
    const [file] = input.files;
    if (!file) return;
    const found = await read(file).catch(() => null);
    input.value = "";
    if (found) by("type").close();
    else this.#problem(by("type"), this.#words.get(found === null ? "no_answer" : "no_code_in_picture"));
  }

  async #count(people) {
    const reply = await this.#send("count", { people });
    this.#problem(by("surge"), reply ? this.#words.of(reply.problem) || this.#words.get("done") : this.#words.get("no_answer"));
  }

  #found(rows) {
    by("found").replaceChildren(...rows.map((row) => this.#line(row)));
    if (!rows.length) by("found").append(element("li", this.#words.get("search_none")));
  }

  #line(row) {
    const line = element("li", "", { "data-tone": row.decision });
    const what = [`${row.time} ${row.date}`, row.name, row.plate, `${this.#words.get("lane")} ${row.lane}`, this.#words.get(row.direction)];
    line.append(mark(row.decision), element("b", this.#words.get(row.decision)), element("span", what.filter(Boolean).join(" · ")));
    const why = this.#words.of(row.why);
    if (why) line.append(element("span", why, { class: "found-why" }));
    if (row.undone) line.append(element("span", this.#words.get("undone")));
    if (row.slip) {
      const button = element("button", this.#words.get("reprint"), { class: "button tail", type: "button" });
      button.addEventListener("click", async () => {
        const reply = await this.#send("reprint", { passage: row.passage });
        button.textContent = this.#words.of(reply?.problem) || this.#words.get(reply ? "reprinted" : "no_answer");
        button.disabled = true;
      });
      line.append(button);
    }
    return line;
  }
}
