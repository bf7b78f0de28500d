// Draws what stands beside the verdict: traveller, vehicle, the last passages, surge banner, live strip. Sends nothing.

import { element, mark } from "/static/js/staff-words.js";

const by = (id) => document.getElementById(id);

const REVEALED_MS = 60_000; // then the page masks them again, for whoever looks over the officer's shoulder

export class Panels {
  #words;
  #revealed = null; // who was asked for in full

  constructor(words) {
    this.#words = words;
  }

  draw(state) {
    this.#traveller(this.#asked(state.traveller));
    this.#vehicle(state.vehicle);
    this.#recent(state.recent);
    this.#surge(state.surge);
    this.#strip(state);
    this.#note(state.notes[0]);
  }

  /** Who was asked for in full stays so while they stand here, long enough to hold it against a card: the look is on record. */
  #asked(one) {
    const of = one && `${one.passage} ${one.shown.length}`; // a further document may tell more: that is another look
    if (one?.revealed) this.#revealed = { of, name: one.name, birth: one.birth, number: one.number, read: one.read, until: performance.now() + REVEALED_MS };
    const known = this.#revealed;
    if (!one || known?.of !== of || performance.now() > known.until) {
      this.#revealed = null;
      return one;
    }
    return { ...one, name: known.name, birth: known.birth, number: known.number, read: known.read, revealed: true };
  }

  #traveller(one) {
    by("traveller").hidden = !one;
    by("verdict-who").textContent = one?.name || one?.number || "";
    if (!one) return;
    by("traveller-name").textContent = one.name || one.number || "–";
    by("traveller-line").textContent = [one.birth, one.number].filter(Boolean).join(" · ");
    by("traveller-read").textContent = one.read.map((told) => this.#words.of(told)).join(" · ");
    by("traveller-read").hidden = !one.read.length;
    by("reveal").disabled = one.revealed;
    by("reveal").textContent = one.revealed ? this.#words.get("revealed") : this.#words.get("reveal");
    by("papers").replaceChildren(...one.shown.slice(-4).map((paper) => this.#paper(paper)));
  }

  #paper({ kind, trust }) {
    const line = element("li", "", { "data-trust": trust, "data-tone": { verified: "admit", invalid: "refuse" }[trust] ?? "refer" });
    line.append(mark({ verified: "ok", invalid: "fault" }[trust] ?? "info"), element("span", this.#words.of(kind)), element("span", this.#words.get(trust), { class: "trust" }));
    return line;
  }

  #vehicle(one) {
    by("vehicle-left").hidden = !one;
    by("vehicle-panel").toggleAttribute("data-empty", !one);
    by("vehicle-name").textContent = one ? one.plate || this.#words.get("vehicle") : this.#words.get("vehicle");
    const line = by("vehicle-line");
    if (!one) {
      line.textContent = this.#words.get("vehicle_none");
      by("vehicle-people").replaceChildren();
      return;
    }
    const counted = one.expected ? this.#words.get("of_people", { n: one.people, m: one.expected }) : this.#words.get("people_n", { n: one.people });
    const parts = [counted, one.missing ? this.#words.get("missing_n", { n: one.missing }) : ""].filter(Boolean);
    const word = element("span", "", { class: "vehicle-verdict", "data-tone": one.decision ?? "" });
    if (one.decision) word.append(mark(one.decision), element("span", this.#words.get(one.decision)));
    line.replaceChildren(...(one.decision ? [word, " "] : []), parts.join(" · "));
    by("vehicle-people").replaceChildren(...one.worst.slice(0, 4).map((person) => this.#person(person.name || "–", person.decision)));
  }

  #person(name, decision, tail = "") {
    const line = element("li", "", { "data-tone": decision });
    line.append(mark(decision), element("span", name));
    if (tail) line.append(element("span", tail, { class: "tail" }));
    return line;
  }

  #recent(rows) {
    by("recent").replaceChildren(...rows.map((row) => {
      const line = this.#person(row.name || (row.counted ? this.#words.get("people_n", { n: row.people }) : row.plate || "–"), row.decision, row.undone ? this.#words.get("undone") : "");
      line.classList.toggle("is-undone", row.undone);
      line.prepend(element("time", row.time));
      return line;
    }));
  }

  #surge(surge) {
    by("surge-banner").hidden = !surge;
    if (surge) by("surge-banner").textContent = this.#words.get("surge_banner", { t: surge.until, why: surge.reason });
  }

  #note(note) {
    by("note").hidden = !note;
    by("last-note").hidden = !note;
    if (!note) return;
    by("note").textContent = `${note.time} · ${note.operator}: ${note.text}`;
    by("last-note-text").textContent = by("note").textContent;
  }

  #strip({ pace, inside, later, links }) {
    by("pace-people").textContent = pace.people;
    by("pace-seconds").textContent = pace.seconds === null ? "–" : pace.seconds < 0.1 ? "< 0.1" : pace.seconds;
    by("inside").textContent = inside;
    by("later").textContent = later;
    by("later-strip").hidden = !later;
    by("unsent").textContent = links.unsent;
    by("contact").textContent = links.contact ? this.#words.of(links.contact) : this.#words.get("no_platform");
    by("contact").dataset.level = links.contact_level;
    by("clock").textContent = this.#words.get(`clock_${links.clock}`);
    by("clock").dataset.level = links.clock === "bad" ? "fault" : "ok";
  }
}
