// The desk's dialogs: enrolling by hand, changing data, merging a temporary id. They ask the appliance and tell the page.

import { element } from "/static/js/staff-words.js";
import { facts } from "./person.js";
import { localDay, newKey } from "./shared.js";

const by = (id) => document.getElementById(id);
const FIELDS = ["number", "name", "birth_date", "sex", "phone", "address", "guardian", "priority_group"];

const MUST_AGREE = ["name", "birth_date", "sex"]; // of one person: else it is to be looked at twice

/** Without accents and case: a card and a hand write one name in two ways. */
const plain = (text) => String(text).normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase().replace(/\s+/g, " ").trim();

function fill(dialog, person) {
  for (const name of FIELDS) {
    const field = dialog.querySelector(`[name="${name}"]`);
    if (field) field.value = name === "birth_date" ? localDay(person[name] ?? "") : person[name] ?? "";
  }
}

function read(dialog) {
  const said = {};
  for (const name of FIELDS) {
    const field = dialog.querySelector(`[name="${name}"]`);
    if (field) said[name] = field.value.trim();
  }
  return said;
}

/** Say under the form what is wrong, and mark the field. */
function wrong(dialog, words, reply) {
  const line = dialog.querySelector("[data-problem]");
  for (const field of dialog.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  line.hidden = !reply?.problem;
  if (!reply?.problem) return;
  line.textContent = [words.of(reply.problem.text), words.of(reply.problem.next_step)].filter(Boolean).join(" ");
  const field = reply.field && dialog.querySelector(`[name="${reply.field}"]`);
  if (field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
  line.scrollIntoView({ block: "nearest" });
}

export class Enrolment {
  #words;
  #ask;
  #on;
  #key = "";
  #edited = null;

  /** @param on {took(reply, anyway), open(citizen)} */
  constructor(words, ask, on) {
    this.#words = words;
    this.#ask = ask;
    this.#on = on;
    by("enrol").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send({});
    });
    by("enrol-another").addEventListener("click", () => this.#send({ sure: true }));
    by("enrol-anyway").addEventListener("click", () => this.#send({ sure: true, taken_anyway: true }));
    by("edit").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** One opening is one intended enrolment: its key is made here, so pressing twice enrols once. */
  open(person = {}) {
    this.#key = newKey();
    fill(by("enrol"), person);
    wrong(by("enrol"), this.#words, null);
    for (const id of ["enrol-same", "enrol-another", "enrol-anyway"]) by(id).hidden = true;
    by("enrol").showModal();
  }

  edit(person, saved) {
    this.#edited = { citizen: person.citizen, key: newKey(), saved };
    fill(by("edit"), person);
    wrong(by("edit"), this.#words, null);
    by("edit").showModal();
  }

  async #send(more) {
    const reply = await this.#ask("enrol", { ...read(by("enrol")), key: this.#key, ...more });
    if (reply?.namesakes) return this.#same(reply);
    if (!reply || reply.problem) return wrong(by("enrol"), this.#words, reply);
    const first = reply.answer?.findings[0];
    if (reply.answer?.decision !== "admit" && first) {
      this.#key = newKey(); // the refusal is on record under the first
      by("enrol-anyway").hidden = !reply.answer.findings.some(({ code }) => ["vaccination.no_appointment", "vaccination.platform_finding"].includes(code));
      return wrong(by("enrol"), this.#words, { problem: first });
    }
    by("enrol").close();
    return this.#on.took(reply, () => {});
  }

  #same(reply) {
    const list = by("enrol").querySelector("[data-same]");
    list.replaceChildren(...reply.namesakes.map((other) => {
      const line = element("li", "", { class: "desk-same" });
      const button = element("button", this.#words.get("open"), { class: "button", type: "button" });
      button.addEventListener("click", () => {
        by("enrol").close();
        this.#on.open(other.citizen);
      });
      line.append(element("span", [other.name, localDay(other.birth_date), other.document || this.#words.get("temporary"), other.address].filter(Boolean).join(" · ")), button);
      return line;
    }));
    by("enrol-same").hidden = false;
    by("enrol-another").hidden = false;
    wrong(by("enrol"), this.#words, reply);
  }

  async #save() {
    const { citizen, key, saved } = this.#edited;
    const reply = await this.#ask("edit", { ...read(by("edit")), citizen, key });
    if (!reply || reply.problem) return wrong(by("edit"), this.#words, reply);
    by("edit").close();
    return saved(reply);
  }
}

export class Merge {
  #words;
  #ask;
  #merged;
  #person = null;
  #payload = "";
  #key = "";

  constructor(words, ask, merged) {
    this.#words = words;
    this.#ask = ask;
    this.#merged = merged;
    by("merge-look").addEventListener("click", () => this.#look(by("merge-payload").value.trim()));
    by("merge-payload").addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.#look(by("merge-payload").value.trim());
    });
    by("merge").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  open(person) {
    this.#person = person;
    this.#key = newKey();
    by("merge-payload").value = "";
    by("merge-reason").value = "";
    this.#reset();
    wrong(by("merge"), this.#words, null);
    by("merge").showModal();
    by("merge-payload").focus();
  }

  scanned(payload) {
    by("merge-payload").value = payload;
    return this.#look(payload);
  }

  #reset() {
    for (const id of ["merge-both", "merge-why", "merge-differs", "merge-double"]) by(id).hidden = true;
    by("merge-go").disabled = true;
    this.#payload = "";
  }

  async #look(payload) {
    this.#reset();
    const reply = await this.#ask("merge_look", { citizen: this.#person.citizen, payload });
    wrong(by("merge"), this.#words, reply);
    if (!reply || reply.problem) return;
    this.#payload = payload;
    by("merge").querySelector("[data-before]").replaceChildren(...this.#half(reply.person));
    by("merge").querySelector("[data-real]").replaceChildren(...this.#half(reply.other));
    const differs = MUST_AGREE.filter((name) => reply.person[name] && reply.other[name] && plain(reply.person[name]) !== plain(reply.other[name]));
    by("merge-differs").hidden = !differs.length;
    by("merge-differs").textContent = this.#words.get("merge_differs", { fields: differs.map((name) => this.#words.get(name)).join(", ").toLowerCase() });
    by("merge-double").hidden = !(reply.person.doses.length && reply.other.doses.length);
    for (const id of ["merge-both", "merge-why"]) by(id).hidden = false;
    by("merge-go").disabled = false;
  }

  #half(person) {
    return [element("b", person.name || "–"), facts(this.#words, person)];
  }

  async #send() {
    const reply = await this.#ask("merge", { citizen: this.#person.citizen, payload: this.#payload, reason: by("merge-reason").value.trim(), key: this.#key });
    wrong(by("merge"), this.#words, reply);
    if (!reply || reply.problem) return;
    by("merge").close();
    this.#merged(reply);
  }
}

/** A merge that was wrong: which temporary id, and why. */
export class Undo {
  #words;
  #ask;
  #undone;
  #person = null;
  #key = "";

  constructor(words, ask, undone) {
    this.#words = words;
    this.#ask = ask;
    this.#undone = undone;
    by("undo").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  open(person) {
    this.#person = person;
    this.#key = newKey();
    by("undo-reason").value = "";
    by("undo-which").replaceChildren(...person.merged.map((one) => element("option", [one.name, localDay(one.birth_date)].filter(Boolean).join(" · "), { value: one.temporary })));
    wrong(by("undo"), this.#words, null);
    by("undo").showModal();
  }

  async #send() {
    const reply = await this.#ask("merge_undo", { citizen: this.#person.citizen, temporary: by("undo-which").value, reason: by("undo-reason").value.trim(), key: this.#key });
    wrong(by("undo"), this.#words, reply);
    if (!reply || reply.problem) return;
    by("undo").close();
    this.#undone(reply);
  }
}
