// What is shown: the picture with its plates outlined, and a card for each of them.
import { drawPlate, svg } from "./plate.js";
import { isTwoLines, straighten } from "./warp.js";
import { origin, parts, percent, verdict } from "./words.js";

// Characters below this are marked, so that somebody looks at them.
const DOUBTFUL = 0.9;

export const byId = (id) => document.getElementById(id);

export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Shows a picture at once, before anything is known about it; resolves to whether the browser can show it.
export async function showPicture(url, name) {
  const picture = byId("picture"), easel = byId("easel");
  clearOutlines();
  picture.alt = `Your picture, ${name}`;
  picture.src = url;
  try {
    await picture.decode();
  } catch {
    if (picture.src === url) hidePicture();
    return false;
  }
  const ratio = picture.naturalWidth / picture.naturalHeight;
  byId("frame").style.setProperty("--ratio", ratio.toFixed(5));
  byId("frame").hidden = false;
  byId("invite").hidden = true;
  easel.dataset.state = "picture";
  return true;
}

export function hidePicture() {
  byId("frame").hidden = true;
  byId("invite").hidden = false;
  byId("easel").dataset.state = "empty";
}

export function clearOutlines() {
  byId("outlines").replaceChildren();
  byId("tags").replaceChildren();
}

export function clearCards() {
  byId("plates").replaceChildren();
}

// Shows an answer over the picture that is shown, and returns what a screen reader says about it.
export function showAnswer(answer) {
  clearOutlines();
  clearCards();
  const { width, height } = answer.image, outlines = byId("outlines");
  outlines.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const spoken = answer.plates.map((plate, index) => {
    const told = parts(plate, answer.model?.format ?? "");
    const twoLines = isTwoLines(plate.quad, plate.text.length);
    const corners = plate.quad.map(([x, y]) => `${x + 0.5},${y + 0.5}`).join(" ");
    const outline = svg("g", { class: "outline" });
    outline.append(svg("polygon", { class: "halo", points: corners }), svg("polygon", { class: "line", points: corners }));
    outlines.append(outline);
    const entry = card(plate, told, twoLines, index, answer);
    byId("plates").append(entry);
    byId("tags").append(tag(plate, told, answer.image, entry));
    tie(entry, outline);
    return `${told.spoken}, ${verdict(plate).toLowerCase()}`;
  });
  const count = answer.plates.length;
  return count === 1 ? `One plate: ${spoken[0]}.` : `${count} plates: ${spoken.join("; ")}.`;
}

// A small label at the outline; it leads to the plate's card.
function tag(plate, told, { width, height }, entry) {
  const xs = plate.quad.map(([x]) => x), ys = plate.quad.map(([, y]) => y);
  const label = make("button", { type: "button", class: "tag", "aria-label": `${told.spoken}: show its card` }, told.spoken);
  const left = Math.min(...xs) / width, right = 1 - Math.max(...xs) / width, top = Math.min(...ys) / height;
  if (left <= right || left < 0.6) label.style.left = `${Math.max(left, 0) * 100}%`;
  else label.style.right = `${Math.max(right, 0) * 100}%`;
  label.style.top = `${(top > 0.12 ? top : Math.min(Math.max(...ys) / height, 0.9)) * 100}%`;
  label.classList.toggle("below", top <= 0.12);
  label.addEventListener("click", () => {
    entry.focus();
    entry.scrollIntoView({ block: "nearest" });
  });
  return label;
}

// Whoever looks at a card sees its outline stand out.
function tie(entry, outline) {
  const mark = (on) => () => outline.classList.toggle("strong", on);
  entry.addEventListener("pointerenter", mark(true));
  entry.addEventListener("pointerleave", mark(false));
  entry.addEventListener("focus", mark(true));
  entry.addEventListener("blur", mark(false));
}

function card(plate, told, twoLines, index, answer) {
  const name = `plate-${index}`;
  const entry = make("li", { class: "card", tabindex: "-1", "aria-labelledby": name });
  const title = make("h3", { id: name, class: "hidden" }, `Plate ${index + 1} of ${answer.plates.length}: ${told.spoken}`);
  const sure = make("p", { class: "verdict" }, make("strong", {}, verdict(plate)), plate.partial ? ` ${plate.pattern}` : ` ${percent(plate.confidence)}`);
  const copy = make("button", { type: "button", class: "copy-text", "data-text": plate.text }, "Copy text");
  if (index === 0) copy.append(" ", make("kbd", {}, "T"));
  const rest = plate.partial ? `Where the ? stands, characters are hidden or beyond the picture's edge (that this is all: ${percent(plate.confidence)})` : "";
  const meaning = make("p", { class: "meaning" }, [rest, told.meaning, weakest(plate)].filter(Boolean).join(". ") + ".");
  const head = make("div", { class: "head" }, make("div", {}, sure, meaning), copy);
  const faces = make("div", { class: twoLines ? "faces two" : "faces" });
  const picture = byId("picture");
  if (!byId("frame").hidden) {
    const crop = make("canvas", { role: "img", "aria-label": "The plate cut out of the picture and straightened" });
    straighten(crop, picture, plate.quad, picture.naturalWidth / answer.image.width, twoLines);
    faces.append(make("figure", {}, crop, make("figcaption", {}, "Seen")));
  }
  faces.append(make("figure", {}, drawPlate(told, twoLines), make("figcaption", {}, "Read")));
  entry.append(title, faces, head, characters(plate), details(plate));
  return entry;
}

function weakest(plate) {
  const least = plate.characters.reduce((a, b) => (b.confidence < a.confidence ? b : a));
  if (least.confidence >= DOUBTFUL) return "No character is in doubt";
  const doubtful = plate.characters.filter((c) => c.confidence < DOUBTFUL).length;
  return doubtful > 1
    ? `${doubtful} characters are in doubt, most of all ${least.char}: check them`
    : `${least.char} is in doubt (${percent(least.confidence)}): check it`;
}

function characters(plate) {
  const list = make("ol", { class: "characters", "aria-label": "How sure of each character" });
  for (const { char, confidence } of plate.characters) {
    const fill = make("span", { class: "fill" });
    fill.style.width = `${(confidence * 100).toFixed(1)}%`;
    const item = make(
      "li", confidence < DOUBTFUL ? { class: "doubtful" } : {},
      make("b", {}, char),
      make("span", { class: "track", "aria-hidden": "true" }, fill),
      make("span", { class: "share" }, confidence > 0.99 ? ">99%" : `${Math.floor(confidence * 100)}%`),
    );
    list.append(item);
  }
  return list;
}

function details(plate) {
  const [x1, y1, x2, y2] = plate.box.map(Math.round);
  return make("p", { class: "detail" },
    `That a plate is there: ${percent(plate.score)}. ${x2 - x1} × ${y2 - y1} pixels at ${x1}, ${y1}.${origin(plate)}`);
}

// Pretty JSON, with corners and boxes on one line each.
export function pretty(answer) {
  const flat = (text) => text.replace(/\s+/g, " ").replace(/\[ /g, "[").replace(/ \]/g, "]");
  return JSON.stringify(answer, null, 2)
    .replace(/\[\s+-?[\d.e+-]+(?:,\s+-?[\d.e+-]+)*\s+\]/g, flat)
    .replace(/\{\s+"char": "[^"]*",\s+"confidence": [\d.e+-]+\s+\}/g, flat);
}
