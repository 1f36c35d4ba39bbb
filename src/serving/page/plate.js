// A plate's text set like a plate, in the letters that the pipeline draws its plates with. Lengths: 100 is a cap height.
import { GLYPHS } from "./glyphs.js";

const NS = "http://www.w3.org/2000/svg";
const GAP = 15, GROUP_GAP = 34, EDGE = 30, SHIELD = 56;
// Least inner widths: long plates are 50 cm wide and 11 cm high, those with two lines 30 and 16.
const ONE_LINE = 600, TWO_LINES = 470;

export function svg(name, attributes = {}) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

// Returns an SVG picture of a plate's parts (see words.js) with their text as its name.
export function drawPlate(parts, twoLines) {
  const rows = twoLines ? twoRows(parts) : [oneRow(parts)];
  const width = Math.max(...rows.map((row) => row.width), twoLines ? TWO_LINES : ONE_LINE) + 2 * EDGE;
  const height = rows.length * 100 + (rows.length - 1) * 28 + 2 * 28;
  const plate = svg("svg", { class: "enamel", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": parts.spoken });
  plate.append(
    svg("rect", { class: "sheet", x: 3, y: 3, width: width - 6, height: height - 6, rx: 16 }),
    svg("rect", { class: "rim", x: 9, y: 9, width: width - 18, height: height - 18, rx: 11 }),
  );
  rows.forEach((row, line) => {
    const group = svg("g", { transform: `translate(${(width - row.width) / 2} ${28 + line * 128})` });
    group.append(...row.items);
    plate.append(group);
  });
  return plate;
}

function oneRow(parts) {
  const row = new Row();
  if (parts.service) {
    row.badge(parts.service);
    row.word(parts.canton);
    row.space(1.5 * GROUP_GAP);
  } else if (parts.swiss) {
    row.shield(20);
    row.word(parts.canton);
    row.dot();
  }
  row.words(parts.groups);
  return row;
}

function twoRows(parts) {
  const first = new Row(), second = new Row();
  if (!parts.swiss) {
    const half = Math.ceil(parts.groups.length / 2);
    const halves = parts.groups.length > 1 ? [parts.groups.slice(0, half), parts.groups.slice(half)] : [parts.groups, []];
    first.words(halves[0]);
    second.words(halves[1]);
    return halves[1].length ? [first, second] : [first];
  }
  if (parts.service) first.badge(parts.service);
  else first.shield(SHIELD);
  first.word(parts.canton);
  // The room of the canton's own shield, so that the letters stand in the middle.
  if (!parts.service) first.space(2 * SHIELD);
  second.words(parts.groups);
  return [first, second];
}

class Row {
  items = [];
  width = 0;

  space(length) {
    this.width += length;
  }

  words(groups) {
    groups.forEach((group, i) => {
      if (i) this.space(GROUP_GAP);
      this.word(group);
    });
  }

  word(text) {
    [...text].forEach((char, i) => {
      if (i) this.space(GAP);
      const [width, path] = GLYPHS[char] ?? [88, null];
      const place = `translate(${this.width} 0)`;
      if (path) {
        this.items.push(svg("path", { d: path, transform: place, "fill-rule": "evenodd" }));
      } else {
        const letter = svg("text", { x: this.width + 44, y: 92, "text-anchor": "middle", "font-size": 100 });
        letter.textContent = char;
        this.items.push(letter);
      }
      this.width += width;
    });
  }

  dot() {
    this.items.push(svg("circle", { cx: this.width + 26, cy: 52, r: 9 }));
    this.width += 52;
  }

  badge(text) {
    const start = this.width, inner = new Row();
    inner.word(text);
    const scale = 0.72;
    this.items.push(svg("rect", { class: "badge", x: start, y: 0, width: inner.width * scale + 28, height: 100, rx: 8 }));
    const letters = svg("g", { class: "badge-text", transform: `translate(${start + 14} 14) scale(${scale})` });
    letters.append(...inner.items);
    this.items.push(letters);
    this.width += inner.width * scale + 28 + GROUP_GAP;
  }

  // gap: what is left free after it.
  shield(gap) {
    this.items.push(
      svg("path", { class: "shield", transform: `translate(${this.width} 18)`, d: "M0 0H56V36C56 52 44 61 28 67C12 61 0 52 0 36Z" }),
      svg("path", { class: "cross", transform: `translate(${this.width} 18)`, d: "M22 12H34V25H47V37H34V50H22V37H9V25H22Z" }),
    );
    this.width += SHIELD + gap;
  }
}
