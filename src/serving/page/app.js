// The page's course of events: a picture comes in, is shown, sent, and what was read is shown.
import { askServer, curlLine, fetchSample, listSamples, Problem, read } from "./api.js";
import { toClipboard } from "./clipboard.js";
import { offerCorrections, promise } from "./feedback.js";
import { setUpInputs, setUpKeys } from "./inputs.js";
import { drawPlate } from "./plate.js";
import { openCamera } from "./camera.js";
import { byId, clearCards, clearOutlines, hidePicture, make, pretty, showAnswer, showPicture } from "./view.js";
import { formatName, measured, parts, problem } from "./words.js";

// Answers faster than this come without a progress bar, which would only flicker.
const PATIENCE_MS = 180;
const KEPT = 8;

let running = null;
let last = [];
let sampleNames = [];
let wanted = "";
// What the server said of its model before any picture.
let ready = null;
const visits = [];

// Reads pictures one after another; a new call ends the one before.
async function take(files, isSample = false) {
  running?.abort(new DOMException("replaced", "AbortError"));
  const mine = (running = new AbortController());
  last = files;
  for (const [index, file] of files.entries()) {
    const prefix = files.length > 1 ? `Picture ${index + 1} of ${files.length}. ` : "";
    const done = await takeOne(file, isSample, mine, prefix);
    if (!done) break;
  }
  if (running === mine) running = null;
}

// Returns whether to go on with the next picture.
async function takeOne(file, isSample, mine, prefix) {
  const visit = { file, isSample, url: URL.createObjectURL(file), name: file.name || "picture" };
  startWaiting(prefix);
  const shown = showPicture(visit.url, visit.name);
  const began = performance.now();
  try {
    visit.answer = await read(file, (stage, share) => tellStage(prefix, stage, share), mine.signal);
    visit.ms = performance.now() - began;
    await shown;
    // Another picture may have come while this one was decoded.
    mine.signal.throwIfAborted();
    show(visit, prefix);
    keep(visit);
    return true;
  } catch (error) {
    await shown;
    URL.revokeObjectURL(visit.url);
    if (running !== mine) return false;
    if (error.name === "AbortError") {
      stopWaiting();
      hidePicture();
      clearCards();
      byId("programs").hidden = true;
      byId("waiting").hidden = false;
      say("Cancelled.");
      return false;
    }
    stopWaiting();
    clearCards();
    byId("programs").hidden = byId("waiting").hidden = true;
    fail(error, () => take(last, isSample), prefix);
    return error instanceof Problem && !problem(error.code).again;
  }
}

function show(visit, prefix = "") {
  stopWaiting();
  clearProblem();
  const { answer } = visit, found = answer.plates.length > 0;
  const spoken = found ? showAnswer(answer) : nothing(answer);
  offerCorrections(visit, say, fail);
  byId("waiting").hidden = true;
  byId("programs").hidden = false;
  byId("curl").textContent = curlLine(visit.name, visit.isSample);
  byId("json").textContent = pretty(answer);
  const whole = visit.ms >= 1000 ? `${(visit.ms / 1000).toFixed(1)} s` : `${Math.round(visit.ms)} ms`;
  const { width, height } = answer.image;
  say(prefix + spoken, `${prefix}${width} × ${height} pixels, read in ${Math.round(answer.ms)} ms, here after ${whole}`);
  tellModel(answer.model.version === ready?.version ? ready : answer.model);
}

function nothing(answer) {
  clearOutlines();
  clearCards();
  byId("problem").classList.add("calm");
  byId("problem").replaceChildren(
    make("h3", {}, "No plate found"),
    make("p", {}, "Nothing here reads like a plate. If there is one, get closer: it takes about 50 pixels of width, in focus."),
    make("p", {}, `This model knows ${formatName(answer.model?.format ?? "other")}.`),
  );
  return "";
}

// A short list of what was read, to go back to.
function keep(visit) {
  const before = visits.findIndex((one) => visit.isSample && one.isSample && one.name === visit.name);
  if (before >= 0) URL.revokeObjectURL(visits.splice(before, 1)[0].url);
  visits.unshift(visit);
  for (const old of visits.splice(KEPT)) URL.revokeObjectURL(old.url);
  const entries = visits.map((one) => {
    const text = one.answer.plates.map((plate) => parts(plate, one.answer.model?.format ?? "").spoken).join(", ");
    const open = make("button", { type: "button" },
      make("img", { src: one.url, alt: "" }), make("b", {}, text || "No plate"), make("span", {}, one.name));
    open.addEventListener("click", async () => {
      running?.abort(new DOMException("replaced", "AbortError"));
      running = null;
      await showPicture(one.url, one.name);
      show(one);
    });
    return make("li", {}, open);
  });
  byId("history").hidden = visits.length < 2;
  byId("history").querySelector("ul").replaceChildren(...entries);
}

function startWaiting(prefix) {
  clearProblem();
  byId("status").replaceChildren();
  byId("easel").setAttribute("aria-busy", "true");
  tellStage(prefix, "sending", 0);
  clearTimeout(startWaiting.timer);
  // Until then the cards of the picture before stay, so that a fast answer takes their place without a flicker.
  startWaiting.timer = setTimeout(() => {
    clearCards();
    byId("programs").hidden = true;
    byId("waiting").hidden = false;
    byId("progress").hidden = false;
  }, PATIENCE_MS);
}

function stopWaiting() {
  clearTimeout(startWaiting.timer);
  const hadFocus = document.activeElement === byId("cancel");
  byId("progress").hidden = true;
  byId("easel").removeAttribute("aria-busy");
  if (hadFocus) byId("reading").focus();
}

function tellStage(prefix, stage, share = 0) {
  const bar = byId("bar"), sending = stage === "sending" && share < 1;
  if (sending) bar.value = share;
  else bar.removeAttribute("value");
  const names = { sending: `Sending, ${Math.floor(share * 100)}%`, queueing: "The server is busy; waiting for a turn" };
  byId("stage-name").textContent = prefix + (sending || stage === "queueing" ? names[stage] : "Reading");
}

// seen: shown in place of what is said, where the page shows that already.
function say(text, seen = "") {
  byId("status").replaceChildren(make("span", seen ? { class: "hidden" } : {}, text), make("span", { "aria-hidden": "true" }, seen));
}

function clearProblem() {
  if (byId("problem").contains(document.activeElement)) byId("reading").focus();
  byId("problem").classList.remove("calm");
  byId("problem").replaceChildren();
}

function fail(error, again = null, prefix = "") {
  if (!(error instanceof Problem)) console.error(error);
  const code = error instanceof Problem ? error.code : "unknown", told = problem(code);
  clearProblem();
  const box = byId("problem");
  box.append(make("h3", {}, prefix + told.title), make("p", {}, told.remedy));
  if (error.message && error.code) box.append(make("p", { class: "detail" }, `The server says: ${error.message}`));
  if (error.id) box.append(make("p", { class: "detail" }, `Code ${code}, request ${error.id}`));
  if (told.again && again) {
    const button = make("button", { type: "button" }, "Try again");
    button.addEventListener("click", again);
    box.append(button);
  }
}

function tellModel(model) {
  if (!model) {
    byId("model").textContent = "The server does not answer";
    return;
  }
  const known = [formatName(model.format), measured(model.metrics), `version ${model.version}`];
  byId("model").textContent = known.filter(Boolean).join(" · ");
}

function copy(text, button) {
  if (text) toClipboard(text, button).then(() => say("Copied."), () => fail(new Problem("copy")));
}

async function readSample(index) {
  const name = sampleNames[index];
  if (!name) return;
  wanted = name;
  try {
    const file = await fetchSample(name);
    // Another sample may have been asked for, and be read, by now.
    if (wanted === name) await take([file], true);
  } catch (error) {
    fail(error, () => readSample(index));
  }
}

async function showSamples() {
  sampleNames = await listSamples();
  const entries = sampleNames.map((name, index) => {
    const label = name.replace(/^\d+-/, "").replace(/\.\w+$/, "").replace(/-/g, " ");
    const button = make("button", { type: "button" },
      make("img", { src: `samples/${name}`, alt: "", width: 640, height: 480 }),
      make("span", {}, label[0].toUpperCase() + label.slice(1)));
    if (index < 9) button.append(make("kbd", {}, String(index + 1)));
    button.addEventListener("click", () => readSample(index));
    return make("li", {}, button);
  });
  byId("samples").querySelector("ul").replaceChildren(...entries);
  byId("samples").hidden = !entries.length;
}

const text = () => byId("plates").querySelector(".copy-text");
const shown = (id) => (byId("programs").hidden ? "" : byId(id).textContent);
byId("blank").append(drawPlate({ swiss: false, groups: [""], spoken: "" }, false));
byId("cancel").addEventListener("click", () => running?.abort());
byId("copy-curl").addEventListener("click", (event) => copy(shown("curl"), event.currentTarget));
byId("copy-json").addEventListener("click", (event) => copy(shown("json"), event.currentTarget));
byId("plates").addEventListener("click", (event) => {
  const button = event.target.closest(".copy-text");
  if (button) copy(button.dataset.text, button);
});
setUpInputs(take, fail);
setUpKeys({
  o: () => byId("file").click(),
  c: () => openCamera().catch(fail),
  t: () => copy(text()?.dataset.text, text()),
  j: () => copy(shown("json"), byId("copy-json")),
  u: () => copy(shown("curl"), byId("copy-curl")),
  Escape: () => running?.abort(),
}, readSample);
askServer().then((server) => {
  ready = server?.model ?? null;
  tellModel(ready);
  if (server) byId("promise").textContent = promise(server.collects);
});
showSamples();
