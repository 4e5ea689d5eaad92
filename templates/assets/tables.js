// Sort and filter a table. Without this script it is a plain table with every row.
"use strict";

const ORDER = new Intl.Collator("ja", { numeric: true });
const ALL = "すべて";

function folded(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The values of a cell: each of its links, or its words.
function valuesOf(cell) {
  const links = [...cell.querySelectorAll("a")];
  return (links.length ? links : [cell]).map((part) => wordsOf(part));
}

// The words of a part of the page as they are heard: a mark beside a word is for the eye.
function wordsOf(part) {
  const copy = part.cloneNode(true);
  for (const silent of copy.querySelectorAll("[aria-hidden]")) silent.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
}

class Table {
  constructor(place) {
    this.table = document.getElementById(place.dataset.table);
    this.body = this.table.tBodies[0];
    this.noun = place.dataset.count;
    this.heads = [...this.table.tHead.rows[0].cells];
    this.titles = this.heads.map((head) => head.textContent);
    this.rows = [...this.body.rows].map((row) => ({
      row,
      words: [...row.cells].map(wordsOf),
      values: [...row.cells].map(valuesOf),
      text: folded(row.textContent),
    }));
    this.sorted = { column: -1, down: false };
    this.selects = place.dataset.kinds.split(",").map((title) => this.select(title));
    this.input = element("input", { type: "search", autocomplete: "off" });
    this.status = element("p", { role: "status" });
    const labels = this.selects.map(({ title, list }) => element("label", {}, title, list));
    labels.push(element("label", {}, "言葉", this.input));
    place.append(element("div", { class: "filters" }, ...labels), this.status);
    this.heads.forEach((head, column) => this.makeSortable(head, column));
    this.listen();
    this.read();
    this.show();
  }

  select(title) {
    const column = this.titles.indexOf(title);
    const found = [...new Set(this.rows.flatMap(({ values }) => values[column]))];
    if (found.some((value) => /\d/.test(value))) found.sort(ORDER.compare);
    const list = element("select", {}, ...[ALL, ...found].map((value) => element("option", {}, value)));
    return { title, column, list };
  }

  makeSortable(head, column) {
    const button = element("button", { type: "button", class: "sort" }, head.textContent);
    button.addEventListener("click", () => {
      const again = this.sorted.column === column;
      this.sorted = again && this.sorted.down ? { column: -1, down: false } : { column, down: again };
      this.change();
    });
    head.replaceChildren(button);
  }

  listen() {
    for (const { list } of this.selects) list.addEventListener("change", () => this.change());
    this.input.addEventListener("input", (event) => event.isComposing || this.change());
    this.input.addEventListener("compositionend", () => this.change());
    this.table.addEventListener("focusin", ({ target }) => Table.reveal(target));
    window.addEventListener("popstate", () => {
      this.read();
      this.show();
    });
  }

  // Browsers leave what the keyboard reaches half out of sight in a part that scrolls sideways.
  static reveal(reached) {
    if (reached.matches(":focus-visible")) reached.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  // The choices stand in the address, so that they can be passed on.
  read() {
    const asked = new URLSearchParams(location.search);
    for (const { title, list } of this.selects) {
      list.value = asked.get(title) ?? ALL;
      if (list.selectedIndex < 0) list.value = ALL;
    }
    this.input.value = asked.get("言葉") ?? "";
    const [title, down] = (asked.get("並べ方") ?? "").split(",");
    this.sorted = { column: this.titles.indexOf(title), down: down === "逆" };
  }

  change() {
    const asked = new URLSearchParams();
    for (const { title, list } of this.selects) if (list.value !== ALL) asked.set(title, list.value);
    if (this.input.value) asked.set("言葉", this.input.value);
    const { column, down } = this.sorted;
    if (column >= 0) asked.set("並べ方", this.titles[column] + (down ? ",逆" : ""));
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
    this.show();
  }

  show() {
    const words = folded(this.input.value).split(/\s+/).filter(Boolean);
    const shown = this.rows.filter(
      ({ values, text }) =>
        this.selects.every(({ column, list }) => list.value === ALL || values[column].includes(list.value)) &&
        words.every((word) => text.includes(word)),
    );
    const { column, down } = this.sorted;
    if (column >= 0) {
      shown.sort((one, other) => ORDER.compare(one.words[column], other.words[column]) * (down ? -1 : 1));
    }
    this.body.replaceChildren(...shown.map(({ row }) => row));
    this.heads.forEach((head, number) => {
      if (number === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    this.status.textContent =
      shown.length === this.rows.length
        ? `${this.rows.length}${this.noun}をすべて示しています。`
        : `${this.rows.length}${this.noun}のうち、${shown.length}件を示しています。`;
  }
}

for (const place of document.querySelectorAll("[data-table]")) new Table(place);
