// The dialogs of an injection table: correcting a dose, waste, a new vial, printing again. Each intended action has a key of its own.

import { element } from "/static/js/staff-words.js";
import { newKey } from "./shared.js";

const by = (id) => document.getElementById(id);

/** @param page {appliance, words, urls, messages, took, look, refresh, glass} */
export function sheets({ appliance, words, urls, messages, took, look, refresh, glass }) {
  let key = newKey();
  let dose = null;
  let confirming = [];

  async function send(url, said, form = null) {
    let reply;
    try {
      reply = await appliance.post(url, { key, ...said });
    } catch {
      messages.mute();
      return null;
    }
    took(reply);
    if (!reply.problem) {
      key = newKey();
      return reply;
    }
    if (reply.problem.code !== "vaccination.not_recorded") key = newKey();
    const problem = form?.querySelector("[data-problem]");
    if (problem) {
      problem.replaceChildren(...told(reply.problems));
      problem.hidden = false;
      if (form === by("correct").querySelector("form")) toConfirm(form, reply.problems.filter((one) => one.severity === "open"));
    } else {
      messages.finding(reply.problem);
    }
    return null;
  }

  /** Every reason in a line of its own, and once what to do next. */
  function told(problems) {
    const steps = [...new Set(problems.map((one) => words.of(one.next_step)))];
    return [...problems.map((one) => element("b", words.of(one.text))), ...steps.map((one) => element("span", one))];
  }

  /** What must be confirmed before it is saved: a dose that was given stays recordable, whatever stands against its lot. */
  function toConfirm(form, problems) {
    confirming = problems.map((one) => one.code);
    form.confirm.checked = false;
    by("correct-confirm-row").hidden = !problems.length;
    if (problems.length) form.confirm.focus();
  }

  function show(name) {
    key = newKey();
    const dialog = by(name);
    dialog.querySelector("[data-problem]").hidden = true;
    for (const chip of dialog.querySelectorAll(".chip")) chip.setAttribute("aria-pressed", "false");
    if (!dialog.open) dialog.showModal();
  }

  const forms = {
    correct: async (form) => {
      const said = { dose: dose.record, reason: form.reason.value, void: form.void.checked };
      const changed = { product: form.product.value, lot: form.lot.value, number: Number(form.number.value) || 0, body_site: form.body_site.value, confirmed: form.confirm.checked ? confirming : [] };
      const reply = await send(urls.correct, { correction: form.void.checked ? said : { ...said, ...changed } }, form);
      if (!reply) return;
      by("correct").close();
      by("recent").close();
      messages.show("ok", words.get("saved"));
      refresh();
      look();
    },
    waste: async (form) => {
      const { product, lot, number: vial } = glass();
      const waste = { product, lot, vial, doses: Number(form.doses.value) || 0, reason: form.reason.value, note: form.note.value };
      if (!(await send(urls.waste, { waste }, form))) return;
      by("waste").close();
      messages.show("ok", words.get("wasted"));
      look();
    },
  };
  document.addEventListener("submit", (event) => {
    const act = forms[event.target.dataset?.form];
    if (!act) return;
    event.preventDefault();
    act(event.target);
  });
  by("correct").addEventListener("input", (event) => {
    if (!["product", "lot", "number", "void"].includes(event.target.name)) return;
    const form = event.target.form;
    form.querySelector("[data-problem]").hidden = true; // another lot: what was said and confirmed of the one before is void
    toConfirm(form, []);
  });

  return {
    correct(one) {
      dose = one;
      show("correct");
      const form = by("correct").querySelector("form");
      by("correct-who").textContent = `${one.time} · ${one.name} · ${one.product} · ${one.lot}`;
      form.reset();
      toConfirm(form, []);
      form.product.value = one.product;
      form.lot.value = one.lot;
      form.number.value = one.number;
      form.body_site.value = one.body_site;
    },
    waste() {
      show("waste");
      by("waste-doses").value = glass().left;
      by("waste-doses").max = glass().left;
    },
    async open() {
      key = newKey();
      const { product, lot } = glass();
      const reply = await send(urls.open, { dose: { glass: { lot, product, new: true } } });
      if (!reply) return;
      messages.show("ok", words.get("vial_opened"), reply.write ? words.get("write", { number: reply.write }) : "");
      look(null, reply.table.vial.handle);
    },
    async print(one) {
      const reply = await send(urls.reprint, { record: one.record });
      if (reply) messages.show("info", words.get("printing"));
    },
  };
}
