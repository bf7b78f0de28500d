// Draws what an injection table's page shows: the person, the vial, the answer. Sends nothing.

import { element, mark } from "/static/js/staff-words.js";

const by = (id) => document.getElementById(id);
const LEVEL = { bar: "fault", concern: "fault", open: "warning", note: "info", ground: "ok" };
const OUTCOME = { eligible: "ok", caution: "warning", postpone: "fault", contraindicated: "fault", "": "fault" };
const CONSENT = { given: "ok", declined: "fault", withdrawn: "fault", "": "fault" };

export class Cards {
  constructor(words) {
    this.words = words;
  }

  person(person) {
    by("person").hidden = !person;
    by("clear").hidden = !person;
    document.querySelector('[data-type="who"]').hidden = Boolean(person);
    if (!person) return by("person").replaceChildren();
    const { words } = this;
    const head = element("div", "", { class: "injection-head" });
    if (person.ticket) head.append(element("span", person.ticket, { class: "ticket" }));
    const name = element("div");
    name.append(element("h3", person.name || "?", { class: "person-name", id: "person-name" }));
    const age = person.age === null ? "" : words.get("years", { n: person.age });
    const line = [person.birth && words.get("born", { birth: person.birth }), age, words.get(person.sex)].filter(Boolean).join(" · ");
    name.append(element("p", line, { class: "injection-birth", id: "person-birth" }));
    name.append(element("p", [words.get("ask_birth"), person.document].filter(Boolean).join(" · "), { class: "person-line" }));
    head.append(name);
    const badges = element("div", "", { class: "injection-badges" });
    badges.append(this.badge(OUTCOME[person.outcome], words.get(`screened_${person.outcome}`)));
    badges.append(this.badge(CONSENT[person.consent], words.get(`consent_${person.consent}`)));
    if (person.guardian) badges.append(this.badge("info", words.get("guardian", { name: person.guardian })));
    if (person.temporary) badges.append(this.badge("warning", words.get("temporary")));
    const doses = person.doses.map((one) => `${one.product} ${one.on} (${one.told ? words.of(one.told) : one.site || one.lot})`).join("; ");
    const earlier = element("p", doses ? `${words.get("earlier")}: ${doses}` : words.get("no_earlier"), { class: "injection-earlier" });
    return by("person").replaceChildren(head, badges, earlier);
  }

  badge(level, text) {
    const made = element("span", "", { class: `badge badge--${level}` });
    made.append(mark(level), document.createTextNode(text));
    return made;
  }

  vial(vial, nowMs) {
    const known = vial?.product || vial?.lot;
    by("vial").hidden = !known;
    by("waste-open").hidden = !vial?.open || vial.left < 1;
    by("new-vial").hidden = !vial?.product || vial.single;
    if (!known) return by("vial").replaceChildren();
    const { words } = this;
    const box = element("div", "", { class: "injection-vial" });
    box.append(element("p", [vial.product || words.get("product_unknown"), vial.maker !== vial.product && vial.maker].filter(Boolean).join(" · "), { class: "injection-product" }));
    const list = element("dl");
    const add = (key, text, more = {}) => {
      const row = element("div");
      row.append(element("dt", words.get(key)), element("dd", text, more));
      list.append(row);
    };
    add("lot", vial.lot);
    add("expiry", vial.expiry || words.get("expiry_unknown"));
    if (!vial.single) {
      const left = words.get("left", { left: vial.left, doses: vial.doses });
      // how many doses a vial of an unknown vaccine holds, nobody knows
      add("vial", [vial.number || words.get("vial_new"), vial.product && left].filter(Boolean).join(" · "), { id: "vial-left" });
    }
    if (vial.use_by && !vial.single) {
      const minutes = Math.floor((vial.use_by_ms - nowMs) / 60_000);
      const time = minutes < 0 ? words.get("too_late") : words.get("minutes_left", { n: minutes });
      const more = minutes < 15 ? { "data-late": "true" } : {};
      list.append(element("div"));
      list.lastChild.append(element("dt", words.get("use_by", { time: vial.use_by })), element("dd", time, more));
    }
    box.append(list);
    return by("vial").replaceChildren(box);
  }

  /** The answer to a case; nothing to say about a table where nobody stands. */
  verdict(shown) {
    const { words } = this;
    if (!shown?.person) {
      const ofVial = shown?.findings.filter((one) => one.severity !== "open" && one.code !== "vaccination.citizen_unknown") ?? [];
      return this.answer("ready", "emblem", words.get("ready"), words.get("ready_hint"), ofVial);
    }
    const dose = shown.dose ? words.get("dose", shown.dose) : "";
    const line = [dose, shown.vial?.product].filter(Boolean).join(" · ");
    if (shown.may_give) return this.answer("admit", "admit", words.get("may"), line, shown.findings);
    if (shown.barred) return this.answer("refuse", "refuse", words.get("do_not"), line, shown.findings);
    return this.answer("ask", "ask", words.get("answer_first"), line, shown.findings);
  }

  answer(verdict, sign, word, line, findings = [], write = "") {
    by("confirm").dataset.verdict = verdict;
    by("verdict-mark").firstElementChild.setAttribute("href", `/static/img/marks.svg#${sign}`);
    by("verdict-word").textContent = word;
    by("verdict-line").textContent = line;
    const rows = findings.map((one) => {
      const level = LEVEL[one.severity] ?? "info";
      const row = element("li", "", { class: "injection-finding", "data-level": level, "data-code": one.code });
      row.append(mark(level), element("b", this.words.of(one.text)));
      const step = this.words.of(one.next_step);
      if (step) row.append(element("p", step));
      return row;
    });
    if (write) rows.push(element("li", this.words.get("write", { number: write }), { class: "injection-write" }));
    by("findings").replaceChildren(...rows);
  }

  recent(rows, on) {
    const list = rows.map((one) => {
      const row = element("li");
      row.append(element("time", one.time));
      const dose = this.words.get("dose", one);
      const lot = [one.product, dose, one.lot, one.corrected && this.words.get("corrected")].filter(Boolean).join(" · ");
      const text = element("div");
      text.append(element("b", one.name || "?"), element("p", lot, { class: "person-line" }));
      const buttons = element("div", "", { class: "button-row" });
      for (const [key, act] of [["correct", on.correct], ["print", on.print]]) {
        const button = element("button", this.words.get(key), { class: "button", type: "button" });
        button.setAttribute("aria-label", `${this.words.get(key)}: ${one.name}, ${lot}`);
        button.addEventListener("click", () => act(one));
        buttons.append(button);
      }
      row.append(text, buttons);
      return row;
    });
    by("recent-list").replaceChildren(...(list.length ? list : [element("li", this.words.get("recent_none"))]));
  }
}
