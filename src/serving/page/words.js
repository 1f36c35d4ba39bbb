// What the page says: errors in a person's words, how sure is how sure, and the names of the cantons.

// By the API's stable codes, and by what can go wrong before an answer comes: [what, what to do, worth another try].
const PROBLEMS = {
  not_an_image: ["This file is not a picture", "Choose a JPEG, PNG, WebP or BMP."],
  wrong_type: ["This kind of file cannot be read", "Choose a JPEG, PNG, WebP or BMP, or save the picture as one."],
  truncated_image: ["The picture is incomplete", "Its end is missing. Copy or save it again from where it came from."],
  too_many_pixels: ["The picture has too many pixels", "Make it smaller. A plate is read from about 50 pixels of width."],
  too_large: ["The file is too large", "Save it as a JPEG, or make it smaller. A plate is read from about 50 pixels of width."],
  invalid_field: ["The server did not understand the request", "Load the page again: it may be older than the server."],
  not_found: ["The server has no such page", "Load the page again: it may be older than the server."],
  method_not_allowed: ["The server refused the request", "Load the page again: it may be older than the server."],
  busy: ["The server is busy", "Other pictures were first. Try again in a moment.", true],
  timeout: ["The server took too long", "It is busy, or the picture is very large. Try again.", true],
  internal: ["Something went wrong on the server", "It is not your picture's fault. Who runs the server finds it by the number below.", true],
  network: ["The server does not answer", "Is it running, and are you online? If the file is very large, the server may have hung up: choose a smaller one.", true],
  unknown: ["The answer made no sense", "Is this page served by the plate reader itself?", true],
  no_file: ["That was no picture file", "Save the picture first, then drop the file, or copy the picture itself and paste it."],
  camera_denied: ["The camera was refused", "Allow it for this page (beside the address), or choose a file."],
  camera_missing: ["No camera was found", "Connect one, or choose a file."],
  camera_busy: ["The camera cannot be used", "Another program may be using it. Close that, or choose a file.", true],
  copy: ["Nothing was copied", "The browser does not allow it here. Select the text and copy it."],
};

export function problem(code) {
  const [title, remedy, again = false] = PROBLEMS[code] ?? PROBLEMS.unknown;
  return { title, remedy, again };
}

// Never more than was measured: 0.99996 is not "100%".
export function percent(share) {
  if (share > 0.999) return ">99.9%";
  return `${(Math.floor(share * 1000) / 10).toFixed(1)}%`;
}

// What the model's card says, rounded as every other command rounds it.
export function measured({ val_acc: exact, plates } = {}) {
  if (exact === undefined) return "";
  const of = plates === undefined ? "" : ` of ${plates.toLocaleString("en")} plates`;
  return `${(exact * 100).toFixed(1)}%${of} exact on drawn test scenes`;
}

export function verdict({ confidence, partial }) {
  if (partial) return "Only a part can be seen";
  if (confidence >= 0.99) return "Practically certain";
  if (confidence >= 0.95) return "Very sure";
  if (confidence >= 0.8) return "Fairly sure";
  if (confidence >= 0.6) return "Not sure";
  return "A guess";
}

// Whose plate it is, as a sentence; nothing where that is not known.
export function origin({ region }) {
  return region ? ` Issued by ${region.name}${region.confidence < 0.95 ? `, probably (${percent(region.confidence)})` : ""}.` : "";
}

const CANTONS = {
  AG: "Aargau", AI: "Appenzell Innerrhoden", AR: "Appenzell Ausserrhoden", BE: "Bern", BL: "Basel-Landschaft",
  BS: "Basel-Stadt", FR: "Fribourg", GE: "Geneva", GL: "Glarus", GR: "Graubünden", JU: "Jura", LU: "Lucerne",
  NE: "Neuchâtel", NW: "Nidwalden", OW: "Obwalden", SG: "St. Gallen", SH: "Schaffhausen", SO: "Solothurn",
  SZ: "Schwyz", TG: "Thurgau", TI: "Ticino", UR: "Uri", VD: "Vaud", VS: "Valais", ZG: "Zug", ZH: "Zürich",
};
const SERVICES = { CD: "diplomatic corps", CC: "consular corps", AT: "administrative and technical staff" };
const SUFFIXES = { U: "dealer", V: "hired vehicle", Z: "duty unpaid" };

// A plate's parts: what stands on it in which group, and in words. Swiss ones are told by their canton.
export function parts(plate, format) {
  const service = SERVICES[plate.canton.slice(0, -2)] ? plate.canton.slice(0, -2) : "";
  const canton = plate.canton.slice(service.length);
  const split = /^(\d+)([UVZ]?)$/.exec(plate.number);
  if (!format.split("+").includes("swiss") || !CANTONS[canton] || !split) {
    const groups = plate.canton && plate.canton !== plate.text ? [plate.canton, plate.number] : [plate.text];
    return { swiss: false, groups, spoken: plate.text, meaning: "" };
  }
  const [, digits, suffix] = split;
  // Six digits stand in two groups, fewer in one.
  const halves = digits.length > 5 ? [digits.slice(0, -3), digits.slice(-3)] : [digits];
  const meaning = [`Canton of ${CANTONS[canton]}`, SERVICES[service], SUFFIXES[suffix]].filter(Boolean).join(", ");
  const spoken = [service, canton, ...halves, suffix].filter(Boolean).join(" ");
  return { swiss: true, service, canton, groups: [...halves, suffix].filter(Boolean), spoken, meaning };
}

export function formatName(format) {
  // "european*3" is drawn three times as often, which is of no interest to whoever reads.
  const names = format.split("+").map((name) => name.split("*")[0]);
  return names.map((name) => name[0].toUpperCase() + name.slice(1)).join(" and ") + " plates";
}
