// The stock page: a consignment's code by scanner or camera goes into the form and is compared at once.

import { Words } from "/static/js/staff-words.js";
import { Appliance, Messages, cameraButton, listenToScanner, pageData } from "./shared.js";

const data = pageData();
const by = (id) => document.getElementById(id);
const words = new Words(data.words, data.language);
const messages = new Messages(by("message"), words);

function scanned(payload) {
  by("payload").value = payload;
  by("consignment").requestSubmit();
}

listenToScanner(4000, scanned);
const appliance = new Appliance({ csrf: data.csrf, sign_in: data.sign_in });
cameraButton(by("camera-button"), appliance, data.urls.frame, scanned, (problem) => messages.show("warning", words.get(problem)));
const wrong = document.querySelector("[autofocus]");
if (wrong) {
  wrong.focus(); // by itself: selecting focuses too, and where it comes before the browser's own autofocus, nothing moves into view
  (wrong.closest(".field") ?? wrong).scrollIntoView({ block: "center" });
  wrong.select?.(); // what was typed wrong gives way to what is typed or scanned next
}
