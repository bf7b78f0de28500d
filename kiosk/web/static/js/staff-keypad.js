// The number pad of the sign-in page: types into whichever of the two fields was used last. Sends nothing by itself.
"use strict";

(() => {
  const pad = document.querySelector("[data-keypad]");
  const form = document.getElementById("sign-in");
  const fields = [document.getElementById("operator"), document.getElementById("pin")];
  if (!pad || !form || fields.includes(null)) return;
  let current = fields[0].value ? fields[1] : fields[0];

  const choose = (field) => {
    current = field;
    for (const one of fields) one.classList.toggle("pin--current", one === current);
  };
  for (const field of fields) field.addEventListener("focus", () => choose(field));
  choose(current);

  const press = (key) => {
    if (key === "erase") current.value = current.value.slice(0, -1);
    else if (key === "next") {
      if (current === fields[0] && current.value) choose(fields[1]);
      else form.requestSubmit();
    } else if (current.value.length < current.maxLength) current.value += key;
  };
  pad.addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) press(button.dataset.key);
  });
  // a finger on the pad must not call up the system's keyboard, nor take the focus out of the field
  pad.addEventListener("pointerdown", (event) => event.preventDefault());
  pad.hidden = false;
})();
