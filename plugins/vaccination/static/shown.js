// Doses of elsewhere for the person who is open: documents scanned, paper typed, mistakes taken back. For the desk and screening.

import { element } from "/static/js/staff-words.js";
import { localDay, newKey } from "./shared.js";

const by = (id) => document.getElementById(id);
const DOCUMENT = /^(HC1:|SHC:\/|VNV1:|B64:UEsDB|PK\x03\x04|eyJ[\w-]+\.[\w-]*\.|\{)/i; // certificates and slips, by their first letters
const FIELDS = ["product", "other_product", "on", "number", "place", "lot"];

/** Whether a code may tell of doses: what is shown of a person who is open, and nobody's ticket or card. */
export const isDocument = (payload) => DOCUMENT.test(payload.trimStart());

export class ShownDoses {
  #words;
  #appliance;
  #urls;
  #messages;
  #changed;
  #open = null; // the person whom a dialog is about
  #dose = null;
  #key = "";

  /** @param changed (person) draws whom the appliance told of anew, where that one is still open; says whether it did */
  constructor({ words, appliance, urls, messages, changed }) {
    this.#words = words;
    this.#appliance = appliance;
    this.#urls = urls;
    this.#messages = messages;
    this.#changed = changed;
    by("shown-paper").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#type();
    });
    by("shown-take-back").querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#takeBack();
    });
    by("shown-product").addEventListener("change", () => this.#drawOther());
    for (const id of ["shown-paper", "shown-take-back"]) by(id).addEventListener("input", () => this.#wrong(id, null));
  }

  /** What is known of `person` from documents, and the way to more. */
  section(person) {
    const box = element("section", "", { class: "shown" });
    const known = (person.doses ?? []).filter((one) => one.shown);
    if (known.length) {
      const list = element("ul", "", { class: "plain-list", id: "shown-doses" });
      list.append(...known.map((one) => this.#line(person, one)));
      box.append(list);
    }
    const foot = element("div", "", { class: "shown-foot" });
    const paper = element("button", this.#words.get("shown_paper"), { class: "button", type: "button", id: "shown-paper-open" });
    paper.addEventListener("click", () => this.#openPaper(person));
    foot.append(element("p", this.#words.get("shown_hint"), { class: "person-line" }), paper);
    box.append(foot);
    return box;
  }

  /** A document is shown of `person`. `compared`: staff held it against the paper original. */
  async scan(person, payload, source, compared = false) {
    for (const id of ["shown-paper", "shown-take-back"]) if (by(id).open) by(id).close();
    const reply = await this.#ask("scan", { citizen: person.citizen, payload, source, compared, key: newKey() });
    if (!reply) return;
    if (reply.problem) {
      this.#messages.finding(reply.problem);
      if (reply.document) this.#offer(reply, () => this.scan(person, payload, source, true));
      return;
    }
    if (!this.#changed(reply.person)) return;
    const { doses } = reply.document;
    const taken = doses.filter(({ state }) => state === "recorded").length;
    const not = doses.filter(({ why }) => why.vi).map((one) => this.#words.get("shown_not_counted", { product: one.product || "?", why: this.#words.of(one.why) }));
    this.#messages.show(not.length ? "warning" : "ok", taken ? this.#words.get("shown_taken", { n: taken }) : this.#words.get("shown_taken_none"), not.join(" "));
  }

  #line(person, one) {
    const listed = [...by("shown-product").options].some(({ value }) => value === one.product);
    const line = element("li", "", { class: "shown-dose", "data-listed": String(listed) });
    const what = `${localDay(one.on)} ${one.product}`;
    const words = element("div", "");
    words.append(element("b", what), element("p", [this.#words.of(one.told), listed ? "" : this.#words.get("shown_not_listed")].filter(Boolean).join(" · ")));
    const back = element("button", this.#words.get("shown_take_back"), { class: "button", type: "button", "aria-label": `${this.#words.get("shown_take_back")}: ${what}` });
    back.addEventListener("click", () => this.#openTakeBack(person, one, what));
    line.append(words, back);
    return line;
  }

  /** Under the message: what stands on the document, and where staff may vouch for it. */
  #offer(reply, compare) {
    const { document: shown } = reply;
    const said = [shown.name, localDay(shown.birth_date), shown.issuer, ...shown.doses.map((one) => `${localDay(one.on)} ${one.product}`)];
    const box = this.#messages.box;
    box.append(element("p", `${this.#words.get("shown_on_document")}: ${said.filter(Boolean).join(" · ")}`, { class: "shown-document" }));
    if (!reply.may_compare) return;
    const button = element("button", this.#words.get("shown_compared"), { class: "button", type: "button", id: "shown-compared" });
    button.addEventListener("click", () => {
      button.disabled = true;
      compare();
    });
    box.append(button);
  }

  // --- typed from paper

  #openPaper(person) {
    this.#open = person;
    this.#key = newKey(); // one opening is one dose: pressed twice it is recorded once
    for (const name of FIELDS) this.#field(name).value = "";
    by("shown-paper").querySelector("[data-who]").textContent = [person.name, localDay(person.birth_date)].filter(Boolean).join(" · ");
    this.#drawOther();
    this.#wrong("shown-paper", null);
    by("shown-paper").showModal();
  }

  #drawOther() {
    this.#field("other_product").closest(".field").hidden = by("shown-product").value !== "other";
  }

  async #type() {
    const said = Object.fromEntries(FIELDS.map((name) => [name, this.#field(name).value.trim()]));
    const reply = await this.#ask("paper", { ...said, citizen: this.#open.citizen, key: this.#key });
    if (!reply || reply.problem) return this.#wrong("shown-paper", reply);
    by("shown-paper").close();
    if (this.#changed(reply.person)) this.#messages.show("ok", this.#words.get("shown_typed"));
  }

  // --- taken back

  #openTakeBack(person, dose, what) {
    this.#open = person;
    this.#dose = dose;
    this.#key = newKey();
    by("shown-reason").value = "";
    for (const chip of by("shown-take-back").querySelectorAll(".chip")) chip.setAttribute("aria-pressed", "false");
    by("shown-take-back").querySelector("[data-what]").textContent = what;
    this.#wrong("shown-take-back", null);
    by("shown-take-back").showModal();
  }

  async #takeBack() {
    const said = { citizen: this.#open.citizen, record: this.#dose.shown, reason: by("shown-reason").value.trim(), key: this.#key };
    const reply = await this.#ask("withdraw", said);
    if (!reply || reply.problem) return this.#wrong("shown-take-back", reply);
    by("shown-take-back").close();
    if (this.#changed(reply.person)) this.#messages.show("ok", this.#words.get("shown_taken_back"));
  }

  // --- within

  #field(name) {
    return by("shown-paper").querySelector(`[name="${name}"]`);
  }

  async #ask(action, said) {
    try {
      return await this.#appliance.post(this.#urls[`shown_${action}`], said);
    } catch {
      this.#messages.mute();
      return null;
    }
  }

  /** Say in the dialog what is wrong, and mark the field. */
  #wrong(id, reply) {
    const line = by(id).querySelector("[data-problem]");
    for (const field of by(id).querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    line.hidden = !reply?.problem;
    if (!reply?.problem) return;
    line.textContent = [this.#words.of(reply.problem.text), this.#words.of(reply.problem.next_step)].filter(Boolean).join(" ");
    const field = reply.field && by(id).querySelector(`[name="${reply.field}"]`);
    if (field) {
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
    line.scrollIntoView({ block: "nearest" });
  }
}
