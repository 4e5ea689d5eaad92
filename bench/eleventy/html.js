// The parts that pages share.
const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const SIGN = /[&<>"']/;
const EVERY_SIGN = /[&<>"']/g;

export const text = (value) => (SIGN.test(value) ? value.replace(EVERY_SIGN, (sign) => SIGNS[sign]) : value);
export const lines = (items, item) => items.map(item).join("\n");
export const first = (words) => words.split("\n", 1)[0];

/** Keep what a function of a city and a key gave. */
function kept(make) {
  const known = new Map();
  return (city, key) => {
    if (!known.has(key)) known.set(key, make(city, key));
    return known.get(key);
  };
}

const menu = kept((city, here) => `<header class="site-header">
<div class="frame">
<p class="site-name"><a href="/"${here === "/" ? ' aria-current="page"' : ""}><span class="site-city">${text(city.city)}</span> <span>${text(city.title)}</span></a></p>
<nav aria-label="主なメニュー">
<ul>
${lines(city.menu, (link) => `<li><a href="${link.address}"${link.address === here ? ' aria-current="page"' : ""}>${text(link.words)}</a></li>`)}
</ul>
</nav>
</div>
</header>`);

const footer = kept((city) => `<footer class="site-footer">
<div class="frame">
<p>${text(city.notice)}</p>
<p>${text(city.licence)}</p>
<nav aria-label="このサイトの案内">
<ul>
<li><a href="/data/">データを使う</a></li>
</ul>
</nav>
</div>
</footer>`);

const crumb = ([address, words]) => `<li><a href="${address}">${text(words)}</a></li>`;
const crumbs = (links, here) => `<nav class="crumbs frame" aria-label="現在の位置">
<ol>
${lines([["/", "ホーム"], ...links], crumb)}
<li><span aria-current="page">${text(here)}</span></li>
</ol>
</nav>
`;

const dataLinks = (links) => `<section class="data" aria-labelledby="data">
<h2 id="data">データ</h2>
<ul class="links">
${lines(links, ([address, words]) => `<li><a href="${address}">${words}</a></li>`)}
</ul>
</section>
`;

const FEED = "更新のお知らせ（Atom）";

const sharing = (city, { address, title, description, tally, canonical }) => `<link rel="canonical" href="${city.base_url}${canonical.slice(1)}">
<meta property="og:title" content="${text(title)}">
<meta property="og:description" content="${text(description)}">
<meta property="og:type" content="${address === "/" ? "website" : "article"}">
<meta property="og:url" content="${city.base_url}${canonical.slice(1)}">
<meta property="og:site_name" content="${text(city.city)} ${text(city.title)}">
<meta property="og:locale" content="ja_JP">
<meta property="og:image" content="${city.base_url}pictures/${tally ?? "plain"}.png">
<meta property="og:image:alt" content="${tally ? tallyWords(city, tally) : "組織目標管理シート"}">
<meta name="twitter:card" content="summary_large_image">
`;

export function page(city, { address, title, description, script = "", way, here, body, data = [], feed, tally, canonical = address }) {
  const links = feed ? [...data, [`${address}feed.xml`, FEED]] : data;
  const named = address === "/" || city.menu_addresses.includes(address) ? address : "";
  return `<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}${address === "/" ? "" : `｜${text(city.city)} ${text(city.title)}`}</title>
<meta name="description" content="${text(description)}">
${address ? sharing(city, { address, title, description, tally, canonical }) : ""}${feed ? `<link rel="alternate" type="application/atom+xml" title="${FEED}" href="${address}feed.xml">\n` : ""}<link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/site.css">
${script}
</head>
<body>
<a class="skip" href="#main">本文へ移動</a>
${menu(city, named)}
${way ? crumbs(way, here) : ""}<main id="main" class="frame" tabindex="-1">
${body}
${links.length ? dataLinks(links) : ""}</main>
${footer(city, "")}
</body>
</html>
`;
}

export const rating = kept((city, state) => {
  const { slug, mark, word } = city.states[state];
  return `<span class="rating rating-${slug}">${mark ? `<span aria-hidden="true">${mark}</span> ` : ""}${word}</span>`;
});

function bar(city, key, height) {
  let drawn = "";
  for (const [state, start, width] of city.tallies[key].shares) {
    drawn += `<rect class="bar-${state}" x="${start}" y="0" width="${width}" height="${height}"/>`;
    if (start) drawn += `<line class="bar-gap" vector-effect="non-scaling-stroke" x1="${start}" y1="0" x2="${start}" y2="${height}"/>`;
  }
  return `<svg class="bar" viewBox="0 0 1000 ${height}" preserveAspectRatio="none" aria-hidden="true" focusable="false">${drawn}</svg>`;
}

export const lowBar = kept((city, key) => (city.tallies[key].waiting ? "" : bar(city, key, 8)));
const highBar = kept((city, key) => (city.tallies[key].waiting ? "" : bar(city, key, 24)));

const told = (city, key, join) =>
  city.tallies[key].counts.map((count, state) => (count ? `${city.states[state].word}${join}${count}件` : "")).filter(Boolean).join("、");

export const states = kept((city, key) => told(city, key, ""));
export const tallyWords = kept((city, key) => `目標${city.tallies[key].total}件（${states(city, key)}）`);
export const sentences = kept((city, key) => {
  const { total, waiting } = city.tallies[key];
  return `この年度の目標は${total}件です。${waiting ? "まだ評価されていません。" : `市の評価は、${told(city, key, "が")}です。`}`;
});

const tallyRows = kept((city, key) =>
  city.tallies[key].counts
    .map((count, state) => (count ? `<tr><th scope="row">${rating(city, state)}</th><td>${count}件</td></tr>\n` : ""))
    .join(""));

export const chart = (city, key, caption) => `<div class="tally">
${highBar(city, key)}
<table>
<caption>${text(caption)}</caption>
<thead><tr><th scope="col">評価</th><th scope="col">目標の数</th></tr></thead>
<tbody>
${tallyRows(city, key)}</tbody>
</table>
</div>`;

export function standings(city, { rows, states: occurring }, id, caption, head, withSheets) {
  const row = ({ address, words, sheets, tally }) => {
    const { counts, total } = city.tallies[tally];
    return `<tr><th scope="row"><a href="${address}">${text(words)}</a>${lowBar(city, tally)}</th>${withSheets ? `<td>${sheets}枚</td>` : ""}<td>${total}件</td>${occurring.map((state) => `<td>${counts[state]}件</td>`).join("")}</tr>`;
  };
  return `<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0">
<table class="standings">
<caption id="${id}">${caption}</caption>
<thead><tr><th scope="col">${head}</th>${withSheets ? '<th scope="col">シート</th>' : ""}<th scope="col">目標</th>${occurring.map((state) => `<th scope="col">${rating(city, state)}</th>`).join("")}</tr></thead>
<tbody>
${lines(rows, row)}
</tbody>
</table>
</div>`;
}

export const searchField = (words) => `<label class="search-label" for="search-q">${words}</label>
<div class="search-line"><input class="search-input" id="search-q" name="q" type="search" autocomplete="off" enterkeyhint="search" spellcheck="false"><button class="search-button" type="submit">検索する</button></div>`;

export const time = (city, day) => (day ? `<time datetime="${day}">${city.days[day]}</time>` : "");

export const policyLinks = (city, codes) =>
  codes.map((code) => `<a href="/policies/${city.codes[code]}/">${text(code)}</a>`).join('<span aria-hidden="true">／</span>') || '<span class="blank">記載なし</span>';

/** Give the text of a cell its shape: lines, and lists of the lines that begin with ・. */
export function cell(words, blank) {
  if (!words) return `<span class="blank">${blank}</span>`;
  if (!words.includes("\n") && !words.startsWith("・")) return `<p>${text(words)}</p>`;
  let open = "";
  let html = "";
  for (const line of words.replace(/\n+$/, "").split("\n")) {
    if (line.startsWith("・")) {
      html += `${open === "p" ? "</p>" : ""}${open === "ul" ? "" : '<ul class="bullets">'}<li>${text(line.slice(1))}</li>`;
      open = "ul";
    } else {
      html += `${open === "ul" ? "</ul>" : ""}${open === "p" ? "<br>" : "<p>"}${text(line)}`;
      open = "p";
    }
  }
  return `${html}</${open}>`;
}

/** Give the line that stands for a sheet on index pages. */
export function entryLine(sheet) {
  const { city, tally } = sheet;
  sheet.line ??= `<li class="entry"><a href="${sheet.address}">${text(sheet.division)} ${text(sheet.unit)}（${sheet.fiscal_year}年度）</a> <span class="entry-tally">${lowBar(city, tally)}<span>${tallyWords(city, tally)}</span></span></li>`;
  return sheet.line;
}

/** Give the line that stands for a goal on index pages, without what became of it. */
export function goalLine(sheet, number) {
  sheet.goalLines ??= sheet.goals.map((goal, at) => `<li class="goal-line">${rating(sheet.city, sheet.states[at])} <span class="goal-line-words"><a href="${sheet.address}#goal-${goal.number}">${text(first(goal.objective))}</a> <span class="goal-line-where">${sheet.fiscal_year}年度 ${text(sheet.division)} ${text(sheet.unit)} 目標${goal.number}</span></span>`);
  return sheet.goalLines[number];
}

/** Give the line that stands for a goal, with what the city says of it. */
export const goalReason = (sheet, number, reason) => `${goalLine(sheet, number)}<div class="goal-line-reason">${cell(reason)}</div></li>`;
