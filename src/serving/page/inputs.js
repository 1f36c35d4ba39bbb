// Every way a picture comes in: chosen, dropped, pasted, taken; and the keys.
import { Problem } from "./api.js";
import { openCamera, setUpCamera } from "./camera.js";
import { byId } from "./view.js";

// take(files): pictures to read. fail(problem): what went wrong instead.
export function setUpInputs(take, fail) {
  for (const id of ["file", "capture"]) {
    byId(id).addEventListener("change", (event) => {
      take([...event.target.files]);
      event.target.value = "";
    });
  }
  byId("choose").addEventListener("click", () => byId("file").click());
  byId("camera").addEventListener("click", () => openCamera().catch(fail));
  setUpCamera((file) => take([file]));
  setUpDrop(take, fail);
  document.addEventListener("paste", (event) => {
    if (isTyped(event)) return;
    const files = [...event.clipboardData.files];
    if (files.length) take(files);
    else fail(new Problem("no_file"));
  });
}

function setUpDrop(take, fail) {
  let depth = 0;
  const veil = (on) => byId("veil").classList.toggle("on", on);
  window.addEventListener("dragenter", (event) => {
    event.preventDefault();
    depth += 1;
    veil(true);
  });
  window.addEventListener("dragleave", () => {
    depth = Math.max(depth - 1, 0);
    veil(depth > 0);
  });
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    veil(false);
    const files = [...event.dataTransfer.files];
    if (files.length) take(files);
    else fail(new Problem("no_file"));
  });
}

// Keys act alone, can be switched off (WCAG 2.1.4), and never while a dialog is open or something is typed.
export function setUpKeys(actions, sample) {
  const box = byId("keys-on");
  box.checked = recall() !== "off";
  box.addEventListener("change", () => remember(box.checked ? "on" : "off"));
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("help-close").addEventListener("click", () => byId("help").close());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyped(event)) return;
    if (event.key === "Escape") actions.Escape();
    if (!box.checked && event.key !== "?") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (key === "?") byId("help").showModal();
    else if (key in actions) actions[key]();
    else if (/^[1-9]$/.test(key)) sample(Number(key) - 1);
  });
}

// Whether an event is of a field that somebody writes in.
function isTyped(event) {
  return event.target.matches?.("input[type=text]") ?? false;
}

// A browser that keeps nothing for pages is no reason to fail.
function recall() {
  try {
    return localStorage.getItem("keys");
  } catch {
    return null;
  }
}

function remember(value) {
  try {
    localStorage.setItem("keys", value);
  } catch {
    byId("keys-on").title = "The browser does not keep this choice";
  }
}
