// Search all goals without a server. The build leaves a table of all goals (goalsheets/table.py) and files that tell
// which goals have a pair of letters (goalsheets/postings.py). Pairs give candidates; a candidate is shown once its
// words were found in its sheet's own data (sheet.json). The page works without this script, as a way into the indexes.

const PER_STEP = 10; // results shown at once
const SHEETS_PER_STEP = 10; // sheets loaded for them at most, where candidates turn out wrong
const BUDGET = 48; // what the postings of one search may weigh, in steps of 256 bytes before compression
const FIRST_SIGN = 0x23;
const RUNS = "!#$%&()*";

const DROPPED = /[\s\x1c-\x1f\x85\xad\u200b-\u200d\u2060\ufe00-\ufe0f\ufeff\u{e0100}-\u{e01ef}]/u;
const KATAKANA = /[ァ-ヶヽヾ]/;
const DASHES = /[‐‑‒–—―−ー－﹣]/g;
const CLUSTER = /[^][\p{M}ﾞﾟ\u1160-\u11ff\uffa0-\uffdc]*/gu; // letters that folding may join
const BREAKS = /[、。]/; // pairs across these are not in the postings

function foldedLetter(letter) {
  const low = letter.toLowerCase();
  const folded = [...low].length === 1 ? low : letter;
  if (KATAKANA.test(folded)) return String.fromCharCode(folded.charCodeAt(0) - 0x60);
  return DROPPED.test(folded) ? "" : folded;
}

/** Fold text as goalsheets/letters.py does. */
export function folded(text) {
  return Array.from(text.normalize("NFKC"), (letter) => foldedLetter(letter)).join("");
}

/** Return the policy codes that a text may mean, with or without the name of the plan, however it is typed. */
export function codesOf(text, plans) {
  const plain = text.replace(DASHES, "-").normalize("NFKC").replace(DASHES, "-").trim();
  const [, prefix, digits] = /^([^\d\s-]*)\s*(\d{1,3}(?:-\d{1,3}){0,2})$/.exec(plain) ?? [];
  if (!digits || (!prefix && !digits.includes("-"))) return [];
  const numbers = digits.split("-").map(Number).join("-");
  return plans
    .filter(([name]) => !prefix || folded(name) === folded(prefix))
    .map(([name, slug]) => ({ key: `${name}-${numbers}`, words: name + numbers, address: `policies/${slug}-${numbers}/` }));
}

/** Return the words of a query, folded, with the codes that each may mean; letters typed one by one are one word. */
export function termsOf(query, plans) {
  const typed = codesOf(query, plans).length ? [query] : query.split(/\s+/u);
  const terms = typed.map((text) => ({ word: folded(text), codes: codesOf(text, plans) })).filter(({ word }) => word);
  const single = terms.length > 1 && terms.every(({ word }) => [...word].length === 1);
  return single ? [{ word: terms.map(({ word }) => word).join(""), codes: [] }] : terms;
}

/** Return the number of the file that has a pair of letters or a code. */
export function shardOf(key, shards) {
  let mixed = 0;
  for (const letter of key) mixed = ((mixed + letter.codePointAt(0)) * 0x9e3779) % 0x1000000;
  return (mixed >> 8) % shards;
}

/** Return where in a text some folded words stand, as pairs of first and end, in order and apart. */
export function placesOf(text, words) {
  const starts = [], ends = [];
  let plain = "";
  for (const { 0: cluster, index } of text.matchAll(CLUSTER)) {
    const letters = folded(cluster);
    plain += letters;
    for (let unit = 0; unit < letters.length; unit++) {
      starts.push(index);
      ends.push(index + cluster.length);
    }
  }
  const found = [];
  for (const word of words) {
    for (let at = plain.indexOf(word); word && at >= 0; at = plain.indexOf(word, at + word.length)) {
      found.push([starts[at], ends[at + word.length - 1]]);
    }
  }
  found.sort((one, other) => one[0] - other[0]);
  const apart = [];
  for (const [first, end] of found) {
    const last = apart.at(-1);
    if (last && first <= last[1]) last[1] = Math.max(last[1], end);
    else apart.push([first, end]);
  }
  return apart;
}

/** Return the fields of a goal, and of its sheet's head, with their names on the form. */
function fieldsOf(goal, sheet, place) {
  const fields = [["組織目標", goal.objective], ...goal.policies.map((code) => ["政策コード", code])];
  for (const row of goal.indicators) {
    fields.push(["指標", row.name], ["目標", row.target], ["結果", row.result]);
    fields.push(["目標達成状況", row.status], ["今後の方針", row.next], ...row.policies.map((code) => ["政策コード", code]));
  }
  for (const row of goal.initiatives) fields.push(...row.names.map((name) => ["取組", name]), ["概要", row.summary]);
  fields.push(["目標達成状況", goal.status], ["今後の方針", goal.next], ...goal.notes.map((note) => ["転記上の注記", note]));
  fields.push(...sheet.policy_indicators.map((name) => ["関連する政策指標", name]), ["年度", place.yearWords]);
  fields.push(["組織名", place.division[1]], ["組織名", place.unit[1]], ["組織名", sheet.division], ["組織名", sheet.unit]);
  return fields.filter(([, text]) => text);
}

/** Tell whether a field is a code that is one of some codes, or below it. */
function cites({ keys = [] }, codes) {
  return codes.some((code) => keys.some((key) => key.startsWith(`${code.key}-`)));
}

/** Look words up in a site; `load` gives the text of one of its files. */
export class Index {
  static async open(load) {
    return new Index(load, JSON.parse(await load("search/table.json")));
  }

  constructor(load, table) {
    Object.assign(this, { load, table, sheets: [], blocks: new Map(), files: new Map() });
    const units = table.divisions.flatMap((division) => division[3].map((unit) => ({ division, unit })));
    const states = [];
    for (const [year, yearWords, runs, counts, ofYear] of table.years) {
      let next = 0;
      for (let run = 0; run < runs.length; run += 2) {
        for (let rank = runs[run]; rank < runs[run] + runs[run + 1]; rank++) {
          const count = counts.charCodeAt(next++) - FIRST_SIGN;
          const block = `${year}.${Math.floor(rank / table.unitsInBlock)}`;
          if (!this.blocks.has(block)) this.blocks.set(block, states.length + this.sheets.length);
          this.sheets.push({ year, yearWords, ...units[rank], first: states.length, count });
          const before = states.length - this.sheets.at(-1).first;
          for (let goal = before; goal < count; goal++) states.push(0);
        }
      }
      const from = states.length - ofYear.length;
      for (let goal = 0; goal < ofYear.length; goal++) states[from + goal] = Number(ofYear[goal]);
    }
    this.states = Uint8Array.from(states);
    this.sheetOf = new Uint32Array(states.length);
    this.sheets.forEach(({ first, count }, number) => this.sheetOf.fill(number, first, first + count));
  }

  /** Return the text of a file that belongs to this table, loaded once. */
  file(path) {
    if (!this.files.has(path)) {
      const text = this.load(`${path}?${this.table.version}`);
      this.files.set(path, text);
      text.catch(() => this.files.delete(path));
    }
    return this.files.get(path);
  }

  weight(key) {
    const number = shardOf(key, this.table.shards);
    if (this.files.has(`search/pairs/${number.toString(16)}.txt`)) return 0;
    return Math.max(0, this.table.sizes.charCodeAt(number) - FIRST_SIGN + 1);
  }

  /** Return, for each goal, whether it or its sheet's head has a pair or a code. */
  async bits(key) {
    const number = shardOf(key, this.table.shards);
    const parts = new Uint8Array(this.states.length + this.sheets.length);
    if (this.table.sizes[number] === " ") return parts;
    const text = `\n${await this.file(`search/pairs/${number.toString(16)}.txt`)}`;
    const start = text.indexOf(`\n${key}\t`);
    if (start < 0) return parts;
    for (const piece of text.slice(start + key.length + 2, text.indexOf("\n", start + 1)).split(" ")) {
      const [block, packed] = piece.split(":");
      const bytes = atob(packed.replace(/[!#$%&()*]/g, (sign) => "A".repeat(2 << RUNS.indexOf(sign))));
      const first = this.blocks.get(block);
      for (let at = 0; at < bytes.length; at++) {
        for (let byte = bytes.charCodeAt(at), bit = 0; byte; byte >>= 1, bit++) {
          if (byte & 1) parts[first + 8 * at + bit] = 1;
        }
      }
    }
    return parts;
  }

  /** Turn marks of parts (each sheet's head, then its goals) into marks of goals: what the head has, all goals have. */
  ofGoals(parts, mark) {
    const goals = new Uint8Array(this.states.length);
    this.sheets.forEach(({ first, count }, number) => {
      const head = first + number;
      for (let goal = 0; goal < count; goal++) if (parts[head] || parts[head + 1 + goal]) goals[first + goal] = mark;
    });
    return goals;
  }

  /** Return for each goal: 2 it has the word, 1 it may have it, 0 it has not. */
  async having(word, budget) {
    const letters = [...word];
    const pairs = new Set(letters.slice(1).map((letter, before) => letters[before] + letter));
    const keys = [...pairs].filter((pair) => !BREAKS.test(pair));
    if (!keys.length) return new Uint8Array(this.states.length).fill(1);
    keys.sort((one, other) => this.weight(one) - this.weight(other)); // those that few goals have come first
    let spent = 0;
    const chosen = keys.filter((key, number) => (spent += this.weight(key)) <= budget || number === 0);
    const [parts, ...others] = await Promise.all(chosen.map((key) => this.bits(key)));
    for (const other of others) for (let at = 0; at < parts.length; at++) parts[at] &= other[at];
    return this.ofGoals(parts, letters.length === 2 ? 2 : 1);
  }

  /** Find the goals that have all words of a query, or cite the code that a word means, and pass the filters. */
  async find(query, filters = {}) {
    const terms = termsOf(query, this.table.plans);
    const long = terms.filter(({ word }) => [...word].length > 1).length;
    if (terms.length && !long) return null;
    const sure = new Uint8Array(this.states.length).fill(2), cites = new Uint8Array(this.states.length);
    for (const term of terms) {
      const [having, ...citing] = await Promise.all([
        this.having(term.word, BUDGET / long),
        ...term.codes.map(async (code) => this.ofGoals(await this.bits(code.key), 2)),
      ]);
      term.codes = term.codes.filter((_, number) => citing[number].includes(2));
      for (const marks of citing) marks.forEach((mark, goal) => { if (mark) having[goal] = 2, cites[goal] = 1; });
      for (let goal = 0; goal < sure.length; goal++) sure[goal] = Math.min(sure[goal], having[goal]);
    }
    const order = [...sure.keys()].filter((goal) => sure[goal] && this.passes(goal, filters));
    const cited = order.filter((goal) => cites[goal]);
    return {
      terms, sure, at: 0, wrong: 0,
      cited: cited.length,
      order: [...cited, ...order.filter((goal) => !cites[goal])],
      unsure: order.filter((goal) => sure[goal] === 1).length,
    };
  }

  passes(goal, { year, division, rating }) {
    const sheet = this.sheets[this.sheetOf[goal]];
    return (!year || String(sheet.year) === year) && (!division || sheet.division[0] === division)
      && (!rating || this.table.states[this.states[goal]][0] === rating);
  }

  /** Return the next goals that were found, each looked at in its sheet. */
  async next(found, count = PER_STEP, most = SHEETS_PER_STEP) {
    const shown = [], sheets = new Set();
    while (shown.length < count && sheets.size < most && found.at < found.order.length) {
      const room = Math.min(count - shown.length, most - sheets.size);
      const some = found.order.slice(found.at, found.at + room);
      found.at += some.length;
      for (const goal of some) sheets.add(this.sheetOf[goal]);
      for (const result of await Promise.all(some.map((goal) => this.result(goal, found)))) {
        if (result) shown.push(result);
        else found.wrong++;
      }
      found.unsure -= some.filter((goal) => found.sure[goal] === 1).length;
    }
    return shown;
  }

  /** Return what is shown of a goal, or null where its sheet has not all words. */
  async result(number, found) {
    const place = this.sheets[this.sheetOf[number]];
    const address = `sheets/${place.year}/${place.division[0]}/${place.unit[0]}/`;
    const sheet = JSON.parse(await this.file(`${address}sheet.json`));
    const goal = sheet.goals[number - place.first];
    const words = found.terms.map(({ word }) => word);
    const fields = fieldsOf(goal, sheet, place).map(([name, text]) => ({ name, text, places: placesOf(text, words) }));
    for (const field of fields.filter(({ name }) => name === "政策コード")) {
      field.keys = codesOf(field.text, this.table.plans).map((code) => `${code.key}-`);
      const cited = found.terms.some(({ codes }) => cites(field, codes));
      if (cited) field.places = [[0, field.text.length]];
    }
    const plain = fields.map(({ text }) => folded(text));
    const has = ({ word, codes }) => plain.some((text) => text.includes(word)) || fields.some((field) => cites(field, codes));
    if (!found.terms.every(has)) return null;
    const title = goal.objective.replace(/^\n+/, "").split("\n")[0].replace(/^・/, "");
    const state = this.table.states[this.states[number]];
    return { address: `${address}#goal-${goal.number}`, title, state, place, number: goal.number, fields };
  }
}

// From here on: the page.

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Return a stretch of a text around its first match, with all matches marked. */
function marked(text, places, around = Infinity) {
  const from = places.length ? Math.max(0, places[0][0] - around) : 0;
  const to = places.length ? Math.min(text.length, places[0][1] + 2 * around) : text.length;
  const pieces = [from > 0 ? "…" : ""];
  let end = from;
  for (const [first, last] of places.filter(([first, last]) => first >= from && last <= to)) {
    pieces.push(text.slice(end, first), element("mark", "", text.slice(first, last)));
    end = last;
  }
  pieces.push(text.slice(end, to), to < text.length ? "…" : "");
  return pieces;
}

function listItem({ address, title, state: [slug, mark, word], place, number, fields }, root, words) {
  const link = element("a", "", ...marked(title, placesOf(title, words)));
  link.href = new URL(address, root);
  const sign = element("span", "", `${mark} `);
  sign.ariaHidden = "true";
  const rating = element("span", `rating rating-${slug}`, ...(mark ? [sign] : []), word);
  const where = `${place.year}年度 ${place.division[1]} ${place.unit[1]} 目標${number}`;
  const item = element("li", "result", element("h3", "", link), element("p", "result-where", rating, ` ${where}`));
  const elsewhere = fields.filter(({ name, text, places }) => places.length && !(name === "組織目標" && text === title));
  for (const { name, text, places } of elsewhere.slice(0, 2)) {
    item.append(element("p", "result-text", element("span", "result-field", `${name}：`), ...marked(text, places, 40)));
  }
  return item;
}

class SearchPage {
  constructor(form) {
    this.form = form;
    this.root = new URL("..", import.meta.url);
    for (const name of ["status", "code", "results", "list", "more", "ways"]) {
      this[name] = document.getElementById(`search-${name}`);
    }
    this.run = 0;
    form.addEventListener("submit", (event) => (event.preventDefault(), this.search("pushState")));
    form.addEventListener("change", (event) => event.target !== form.elements.q && this.search("pushState"));
    form.addEventListener("input", (event) => event.target === form.elements.q && !event.isComposing && this.soon());
    form.addEventListener("compositionend", () => this.soon());
    form.addEventListener("compositionstart", () => clearTimeout(this.timer));
    this.more.addEventListener("click", () => this.showMore());
    addEventListener("popstate", () => this.restore());
    this.restore();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.search("replaceState"), 300);
  }

  get values() {
    return Object.fromEntries([...new FormData(this.form)].filter(([, value]) => value.trim()));
  }

  restore() {
    const asked = new URLSearchParams(location.search);
    for (const field of this.form.elements) if (field.name) field.value = asked.get(field.name) ?? "";
    for (const field of this.form.querySelectorAll("select")) if (field.selectedIndex < 0) field.value = "";
    this.search();
  }

  /** Load a file; the table is asked for anew each time a page is opened, and names the version of all others. */
  async load(path) {
    const answer = await fetch(new URL(path, this.root), path.includes("?") ? {} : { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.text();
  }

  async search(remember) {
    clearTimeout(this.timer);
    const run = ++this.run, { q = "", ...filters } = this.values;
    const asked = new URLSearchParams(this.values).toString();
    if (remember && location.search.slice(1) !== asked) history[remember](null, "", asked ? `?${asked}` : location.pathname);
    if (!asked) return this.clear("");
    try {
      this.index ??= Index.open((path) => this.load(path));
      const index = await this.index, found = await index.find(q, filters);
      if (run !== this.run) return undefined;
      if (!found) return this.clear("2文字以上の言葉を入れてください。");
      const results = await index.next(found);
      if (run !== this.run) return undefined;
      this.found = found;
      this.list.replaceChildren();
      return this.show(results);
    } catch {
      this.index = undefined;
      if (run !== this.run) return undefined;
      return this.clear("検索に必要なデータを読み込めませんでした。通信を確かめてから、ページを読み込み直してください。");
    }
  }

  clear(words) {
    this.found = null;
    this.results.hidden = true;
    this.ways.hidden = false;
    this.code.replaceChildren();
    this.status.textContent = words;
  }

  show(results) {
    const { found } = this, { terms, order, wrong, unsure, at, cited } = found;
    const count = order.length - wrong, left = order.length - at;
    const words = terms.map(({ word }) => word);
    this.list.append(...results.map((result) => listItem(result, this.root, words)));
    const shown = this.list.children.length;
    const rest = shown < count ? `${shown}件を示しています。` : "";
    if (count === 0) {
      this.status.textContent = "見つかりませんでした。言葉を短くするか、別の言い方にするか、年度などの条件を外してみてください。";
    } else if (!shown) {
      this.status.textContent = "似た文字の並びの目標を調べましたが、まだ見つかっていません。続きを調べられます。";
    } else if (unsure && wrong) { // pairs of letters are a poor guide to these words
      const sure = (count - unsure).toLocaleString("ja"), maybe = unsure.toLocaleString("ja");
      this.status.textContent = `${sure}件の目標が見つかりました。ほかの${maybe}件にも、この言葉があるかもしれません。`;
    } else {
      this.status.textContent = `${unsure ? "約" : ""}${count.toLocaleString("ja")}件の目標が見つかりました。${rest}`;
    }
    this.code.replaceChildren();
    for (const { words: name, address } of terms.flatMap(({ codes }) => codes)) {
      const link = element("a", "", `政策コード「${name}」のページ`);
      link.href = new URL(address, this.root);
      this.code.append(`「${name}」は政策コードです。このコードか、その下のコードが書かれた目標を先に示します。`, link, " ");
    }
    if (cited && cited < count) this.code.append(`コードが書かれた目標は${cited}件です。`);
    this.results.hidden = !shown;
    this.ways.hidden = shown > 0;
    this.more.parentElement.hidden = !left;
    this.more.textContent = shown && !(unsure && wrong) ? `さらに${Math.min(PER_STEP, left)}件` : "続きを調べる";
  }

  async showMore() {
    const index = await this.index, run = this.run, before = this.list.children.length;
    const results = await index.next(this.found);
    if (run !== this.run) return;
    this.show(results);
    const first = this.list.children[before]?.querySelector("a");
    if (first) first.focus();
    else if (this.more.parentElement.hidden) this.form.elements.q.focus(); // not lost with the button
  }
}

const form = globalThis.document?.getElementById("search-form");
if (form) new SearchPage(form);
