// How a person is shown at the desk and at screening: facts, doses, what to mind. Builds elements and asks nothing.

import { element, mark } from "/static/js/staff-words.js";
import { localDay } from "./shared.js";

/** <dl> of what is known; `fields`: keys of the person that have a word of the same name. */
export function facts(words, person, fields = ["birth_date", "sex", "document", "phone", "address", "guardian"]) {
  const list = element("dl", "", { class: "person-facts" });
  const add = (label, value) => {
    if (!value) return;
    const pair = element("div", "");
    pair.append(element("dt", words.get(label)), element("dd", value));
    list.append(pair);
  };
  for (const name of fields) add(name, shown(words, person, name));
  add("temporary", person.code);
  add("priority_group", person.priority_group ? words.of(person.group) : "");
  const booked = person.appointment;
  add("appointment", booked ? [booked.slot, booked.product].filter(Boolean).join(", ") : words.get("walk_in"));
  add("doses", doses(words, person.doses));
  return list;
}

function shown(words, person, name) {
  if (name === "birth_date") {
    const age = person.age === null || person.age === undefined ? "" : ` (${words.get("age_n", { n: person.age })})`;
    return person.birth_date ? localDay(person.birth_date) + age : "";
  }
  if (name === "sex") return person.sex ? words.get(person.sex) : "";
  return person[name];
}

export function doses(words, known) {
  if (!known?.length) return words.get("no_doses");
  return known.map((one) => [localDay(one.on), one.product, one.shown && words.get("shown_mark")].filter(Boolean).join(" ")).join("; ");
}

/** What staff must mind, as badges that say it in words. */
export function warnings(words, person) {
  const list = element("ul", "", { class: "plain-list" });
  for (const one of person.warnings ?? []) {
    const line = element("li", "", { class: "notice notice--warning" });
    const sign = mark("warning");
    sign.setAttribute("class", "notice-mark");
    const said = element("div", "");
    said.append(element("b", words.of(one)));
    if (one.code === "same_name") {
      for (const other of person.namesakes) said.append(element("p", [other.name, localDay(other.birth_date), other.document, other.address].filter(Boolean).join(" · ")));
    }
    line.append(sign, said);
    list.append(line);
  }
  return list;
}
