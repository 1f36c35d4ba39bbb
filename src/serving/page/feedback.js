// "Wrong? Correct it": under each plate, and where none was found, if the server collects pictures.
import { sendFeedback } from "./api.js";
import { byId, make } from "./view.js";

// The server's words for a plate of which nothing is said, and for what is no plate.
const AS_READ = "=", NO_PLATE = "-";

// visit: a picture's file and answer, and in `texts` what was said of its plates. done, fail: as the page's own.
export function offerCorrections(visit, done, fail) {
  if (!visit.answer.feedback) return;
  visit.texts ??= visit.answer.plates.map(() => AS_READ);
  const send = (texts, text) => {
    const last = texts.findLastIndex((one) => one !== AS_READ);
    return sendFeedback(visit.file, visit.answer.feedback, texts.slice(0, last + 1)).then((kept) => {
      visit.texts = texts;
      done(kept ? thanks(text) : "The server could not keep it. Who runs it finds the reason in its log.");
    }, fail);
  };
  [...byId("plates").children].forEach((card, index) => {
    const { pattern } = visit.answer.plates[index];
    card.append(correction("Wrong? Correct it", "What stands on this plate", pattern, "No plate here", (text) => send(
      visit.texts.map((one, place) => (place === index ? text : one)), text)));
  });
  if (!visit.answer.plates.length) {
    byId("problem").append(correction("Missed one? Tell us", "What stands on the plate", "", "", (text) => send(text ? [text] : [], text)));
  }
}

function thanks(text) {
  return text === NO_PLATE ? "Thank you. Noted that there is no plate." : "Thank you. Noted.";
}

// A button that opens a form for one plate. none: what the button for "there is no plate" says, or "".
function correction(open, label, text, none, send) {
  const form = make("form", { class: "correction", hidden: "" });
  const field = make("input", {
    type: "text", value: text, maxlength: "40", autocomplete: "off", autocapitalize: "characters", spellcheck: "false",
  });
  const sent = make("button", { type: "submit", class: "primary" }, "Send");
  form.append(make("label", {}, make("span", {}, label), field), sent);
  const opener = make("button", { type: "button", class: "opener", "aria-expanded": "false" }, open);
  const show = (on) => {
    form.hidden = !on;
    opener.setAttribute("aria-expanded", String(on));
    (on ? field : opener).focus();
    if (on) field.select();
  };
  const give = async (value) => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    await send(value);
    for (const button of form.querySelectorAll("button")) button.disabled = false;
    show(false);
  };
  if (none) {
    const nothing = make("button", { type: "button" }, none);
    nothing.addEventListener("click", () => give(NO_PLATE));
    form.append(nothing);
  }
  opener.addEventListener("click", () => show(form.hidden));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(field.value.trim());
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  return make("div", { class: "wrong" }, opener, form);
}

// What the page promises about pictures. collects: as /readyz says it, or undefined.
export function promise(collects) {
  if (!collects) return "Pictures go to this server only, and it keeps none.";
  const days = collects.days === 1 ? "a day" : `${collects.days} days`;
  const doubtful = collects.below > 0 ? `those that it reads with less than ${Math.round(collects.below * 100)}% confidence, and ` : "";
  return `Pictures go to this server only. It keeps ${doubtful}those that you correct, for ${days}.`;
}
