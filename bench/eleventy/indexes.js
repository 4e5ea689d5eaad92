// Every page but the sheets' own: each with its file, and what makes its HTML.
import { divisionRows, goalRows, policyRows, sheetRows } from "./csv.js";
import { chart, entryLine, first, goalLine, goalReason, lines, page, policyLinks, rating, searchField, standings, tallyWords, text } from "./html.js";

function grouped(sheets, key) {
  const groups = new Map();
  for (const sheet of sheets) {
    const name = key(sheet);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(sheet);
  }
  return [...groups];
}

export function indexes(city) {
  const of = (key) => grouped(city.sheets, key);
  const made = [home(city), notFound(city), search(city), policies(city)];
  for (const [year, sheets] of of((sheet) => sheet.fiscal_year)) made.push(yearPage(city, String(year), sheets), goalsPage(city, String(year), sheets));
  for (const [slug, sheets] of of((sheet) => sheet.slug)) made.push(divisionPage(city, slug, sheets));
  for (const [place, sheets] of of((sheet) => sheet.place)) made.push(unitPage(city, place, sheets));
  for (const kind of Object.keys(city.lists)) made.push(divisions(city, kind));
  for (const slug of Object.keys(city.policies)) made.push(policyPage(city, slug));
  return made.flatMap((parts) => files(city, parts));
}

/** Give the files of a page: its own, and the table of what it lists, where it lists anything. */
function files(city, { rows, ...parts }) {
  const file = parts.file ?? `${parts.address}index.html`;
  if (!rows) return [{ file, made: () => page(city, { ...parts, body: parts.body() }) }];
  const [listed, made] = rows;
  const beside = `${parts.address}rows.csv`;
  const data = [[beside, `このページの${listed}（CSV形式）`]];
  return [{ file, made: () => page(city, { ...parts, data, body: parts.body() }) }, { file: beside, made }];
}

const link = ([address, words]) => `<li><a href="${address}">${text(words)}</a></li>`;
const goalLines = (sheet, numbers) => lines(numbers, (number) => `${goalLine(sheet, number)}</li>`);

function home(city) {
  const { home: told, years } = city;
  const year = years[told.year];
  const find = new Map(city.sheets.map((sheet) => [sheet.address, sheet]));
  const missed = ([address, number]) => goalReason(find.get(address), number, find.get(address).goals[number].status);
  return {
    address: "/",
    title: `${city.city} ${city.title}`,
    description: `${city.city}の各部署が、年度の初めに何を約束し、どうなったか。${told.sheets}枚のシート、${told.goals}件の目標を載せています。`,
    feed: true,
    tally: year.tally,
    data: [["/data/", "データを使う"]],
    body: () => `<h1>${city.city}の部署が約束したことと、その結果</h1>
<p class="lead">${city.city}の部署は、年度ごとに「${city.title}」を作ります。1年間の目標を書き、年度の終わりに評価します。このサイトには、${told.sheets}枚のシートと${told.goals}件の目標を載せています。</p>
<search>
<form class="search-form" action="/search/">
${searchField("目標を言葉か政策コードで探す")}
</form>
</search>
<h2>${year.words}の評価</h2>
<p>${year.coverage}</p>
${chart(city, year.tally, `載せている目標${city.tallies[year.tally].total}件の評価（${told.year}年度）`)}
<p><a class="more" href="/years/${told.year}/">${told.year}年度のすべてのシート</a></p>
<h2>シートを探す</h2>
<ul class="ways">
${lines(told.ways, ([address, words, more]) => `<li><a href="${address}"><span class="way-words">${words}</span><span class="way-more">${text(more)}</span></a></li>`)}
</ul>
<h2>年度から</h2>
<ul class="links">
${lines(told.years, (other) => `<li><a href="/years/${other}/">${years[other].words}</a> シート${years[other].sheets}枚、${tallyWords(city, years[other].tally)}</li>`)}
</ul>
<h2>未達成の目標（${told.year}年度）</h2>
<p>${told.year}年度の未達成の目標は${told.missed}件です。${told.missed > told.missed_rows.length ? `そのうち${told.missed_rows.length}件を載せています。` : ""}市の部署が書いた「目標達成状況」といっしょに示します。</p>
<ul class="goal-lines">
${lines(told.missed_rows, missed)}
</ul>
<h2>新しいシート</h2>
<ul class="entries">
${lines(told.latest_rows, (address) => entryLine(find.get(address)))}
</ul>`,
  };
}

function notFound(city) {
  return {
    file: "/404.html",
    title: "ページが見つかりません",
    description: "お探しのページは、このサイトにありません。",
    body: () => `<h1>ページが見つかりません</h1>
<p class="lead">アドレスが変わったか、打ち間違いがあるかもしれません。次のページから探せます。</p>
<ul class="links">
<li><a href="/">ホーム</a></li>
${lines(city.home.years, (year) => `<li><a href="/years/${year}/">${city.years[year].words}の目標</a></li>`)}
<li><a href="/wards/">区から探す</a></li>
<li><a href="/departments/">部署から探す</a></li>
<li><a href="/policies/">政策から探す</a></li>
</ul>`,
  };
}

function search(city) {
  const choice = (name, words, choices) => `<div><label class="search-label" for="search-${name}">${words}</label><select class="search-select" id="search-${name}" name="${name}">
<option value="">すべて</option>
${lines(choices, ([value, shown]) => `<option value="${value}">${text(shown)}</option>`)}
</select></div>`;
  const years = city.home.years.map((year) => [year, city.years[year].words]);
  return {
    address: "/search/",
    title: "目標を検索する",
    description: `${city.city}の目標を、言葉や政策コードで探します。年度、区・部署、評価で絞れます。`,
    script: '<script type="module" src="/assets/search.js"></script>',
    way: [],
    here: "検索",
    data: [["/data/", "データを使う"]],
    body: () => `<h1>目標を検索する</h1>
<search class="search-page">
<form class="search-form" id="search-form" action="/search/">
${searchField("言葉か政策コード（2文字以上。間を空けると、すべてを含む目標を探します）")}
<div class="search-choices">
${choice("year", "年度", years)}
${choice("division", "区・部署", city.found_divisions.map((slug) => [slug, city.divisions[slug].name]))}
${choice("rating", "評価", city.states.map(({ slug, word }) => [slug, word]))}
</div>
</form>
</search>
<p class="search-status" id="search-status" role="status"></p>
<p class="search-code" id="search-code"></p>
<div class="search-found">
<section id="search-results" aria-labelledby="search-results-title" hidden>
<h2 id="search-results-title">見つかった目標</h2>
<ol class="results" id="search-list"></ol>
</section>
<p hidden><button class="search-button" id="search-more" type="button">さらに10件</button></p>
<section id="search-ways" aria-labelledby="search-ways-title">
<h2 id="search-ways-title">一覧から探す</h2>
<p>上の検索には JavaScript が必要です。検索が動かないときも、次の一覧から探せます。</p>
<ul class="links">
<li><a href="/wards/">区から探す</a></li>
<li><a href="/departments/">部署から探す</a></li>
<li><a href="/policies/">政策から探す</a></li>
${lines(years, ([year, words]) => `<li><a href="/years/${year}/">${words}のすべてのシート</a></li>`)}
</ul>
</section>
</div>`,
  };
}

function yearPage(city, year, sheets) {
  const known = city.years[year];
  const group = ([slug, found]) => `<h2><a href="${city.divisions[slug].address}">${text(city.divisions[slug].name)}</a></h2>
<ul class="entries">
${lines(found, entryLine)}
</ul>`;
  return {
    address: `/years/${year}/`,
    title: `${known.words}の目標`,
    description: `${city.city}の${known.words}の目標管理シート${sheets.length}枚を、区と部署に分けて示します。`,
    way: [],
    here: `${year}年度`,
    rows: ["シート", () => sheetRows(sheets)],
    tally: known.tally,
    body: () => `<h1>${known.words}の目標</h1>
<p class="lead">シート${sheets.length}枚、目標${city.tallies[known.tally].total}件です。</p>
<h2>評価の状況</h2>
<p>${known.coverage}</p>
${chart(city, known.tally, `載せている目標${city.tallies[known.tally].total}件の評価（${year}年度）`)}
<p><a class="more" href="/years/${year}/goals/">${year}年度の目標${city.tallies[known.tally].total}件の一覧表</a></p>
${standings(city, known.standings, "standings", `区・部署ごとの評価（${year}年度）`, "区・部署", true)}
${lines(grouped(sheets, (sheet) => sheet.slug), group)}
<h2>ほかの年度</h2>
<ul class="links">
${lines(known.others, (other) => link([`/years/${other}/`, city.years[other].words]))}
</ul>`,
  };
}

function goalsPage(city, year, sheets) {
  const { words, coverage, tally } = city.years[year];
  const { total } = city.tallies[tally];
  const row = (sheet, goal, at) => `<tr><th scope="row"><a href="${sheet.address}#goal-${goal.number}">${text(first(goal.objective))}</a></th><td>${rating(city, sheet.states[at])}</td><td>${text(sheet.division)}</td><td>${text(sheet.unit)} 目標${goal.number}</td><td>${policyLinks(city, goal.policies)}</td></tr>`;
  return {
    address: `/years/${year}/goals/`,
    title: `${words}の目標の一覧表`,
    description: `${city.city}の${words}の目標${total}件を、1つの表にまとめています。`,
    script: '<script src="/assets/tables.js" defer></script>',
    way: [[`/years/${year}/`, `${year}年度`]],
    here: "目標の一覧表",
    rows: ["目標の一覧", () => goalRows(sheets)],
    tally,
    body: () => `<h1>${words}の目標の一覧表</h1>
<p class="lead">${coverage}</p>
<div class="table-tools" data-table="goals" data-kinds="評価,区・部,政策コード" data-count="件の目標"></div>
<div class="scroll" role="group" aria-labelledby="goals-caption" tabindex="0">
<table class="goal-table" id="goals">
<caption id="goals-caption">${year}年度の目標${total}件</caption>
<thead><tr><th scope="col">組織目標</th><th scope="col">評価</th><th scope="col">区・部</th><th scope="col">課・機関</th><th scope="col">政策コード</th></tr></thead>
<tbody>
${lines(sheets, (sheet) => lines(sheet.goals, (goal, at) => row(sheet, goal, at)))}
</tbody>
</table>
</div>`,
  };
}

function divisionPage(city, slug, sheets) {
  const known = city.divisions[slug];
  const group = ([year, found]) => `<h2>${city.years[year].words}</h2>
${chart(city, known.groups[year], `目標${city.tallies[known.groups[year]].total}件の評価（${known.name}、${year}年度）`)}
<ul class="entries">
${lines(found, entryLine)}
</ul>`;
  return {
    address: known.address,
    title: `${known.name}の目標`,
    description: `${city.city}${known.name}の目標管理シート${sheets.length}枚を、年度と課に分けて示します。`,
    way: [known.kind],
    here: known.name,
    rows: ["シート", () => sheetRows(sheets)],
    feed: true,
    body: () => `<h1>${text(known.name)}の目標</h1>
<p class="lead">シート${sheets.length}枚、目標${city.tallies[known.tally].total}件を載せています。</p>
${lines(grouped(sheets, (sheet) => sheet.fiscal_year), group)}
<h2>課・機関</h2>
<p>それぞれの目標を、年度を追って読めます。</p>
<ul class="links">
${lines(known.units, ([address, name, count]) => `<li><a href="${address}">${text(name)}</a> シート${count}枚</li>`)}
</ul>`,
  };
}

function divisions(city, kind) {
  const [title, description, here, compared] = city.lists[kind];
  return {
    address: `/${kind}/`,
    title,
    description,
    way: [],
    here,
    rows: ["区・部署", () => divisionRows(city, compared)],
    body: () => `<h1>${title}</h1>
<p class="lead">${description}</p>
${standings(city, compared, "standings", `${here}ごとの評価（すべての年度）`, here, true)}`,
  };
}

function unitPage(city, place, sheets) {
  const [{ unit, division, slug }] = sheets;
  const known = city.divisions[slug];
  const group = (sheet) => `<h2><a href="${sheet.address}">${city.years[sheet.fiscal_year].words}のシート</a></h2>
${chart(city, sheet.tally, `目標${sheet.goals.length}件の評価（${sheet.fiscal_year}年度）`)}
<ul class="goal-lines">
${goalLines(sheet, [...sheet.goals.keys()])}
</ul>`;
  return {
    address: `/units/${place}/`,
    title: `${division} ${unit}の目標の移り変わり`,
    description: `${city.city}${division}${unit}の目標を、年度を追って示します。`,
    way: [known.kind, [known.address, division]],
    here: unit,
    rows: ["目標の一覧", () => goalRows(sheets)],
    body: () => `<h1>${text(division)} ${text(unit)}の目標の移り変わり</h1>
<p class="lead">シート${sheets.length}枚を載せています。${sheets.length === 1 ? "ほかの年度のシートは、まだ載せていません。" : ""}</p>
${lines(sheets, group)}`,
  };
}

function tree(city, branches, here) {
  const branch = ({ slug, code, tally, below, open }) => {
    const counted = tally ? ` <span class="branch-tally">${tallyWords(city, tally)}</span>` : "";
    const folded = below.length
      ? `<details class="branch"${open ? " open" : ""}><summary>${code}の下のコード（${below.length}個）</summary>
${tree(city, below, here)}</details>
`
      : "";
    return `<li><a href="/policies/${slug}/"${slug === here ? ' aria-current="page"' : ""}>${code}</a>${counted}
${folded}</li>`;
  };
  return `<ul class="branches">
${lines(branches, branch)}
</ul>`;
}

function policies(city) {
  return {
    address: "/policies/",
    title: "政策から探す",
    description: `${city.city}の目標を、総合計画などの政策コードごとにまとめています。`,
    way: [],
    here: "政策",
    rows: ["政策コード", () => policyRows(city)],
    body: () => `<h1>政策から探す</h1>
<p class="lead">目標には、計画のどこに当たるかを表す政策コードが書かれています。同じコードが書かれた目標を、部署と年度をこえて集めました。コードがいくつもある目標は、それぞれのコードで数えています。</p>
${lines(city.plans, ({ slug, name, branches, standings: compared }) => `<h2>${text(name)}</h2>
${standings(city, compared, `standings-${slug}`, `${text(name)}のコードごとの評価（すべての年度）`, "政策コード", false)}
<h3>${text(name)}のすべてのコード</h3>
${tree(city, branches, "")}`)}`,
  };
}

function policyPage(city, slug) {
  const { code, plan, tally, groups, crumbs, around, has_below: hasBelow } = city.policies[slug];
  const { total } = city.tallies[tally];
  const sheets = city.sheets.filter((sheet) => slug in sheet.cited);
  const ofDivision = ([division, found]) => `<h3><a href="${city.divisions[division].address}">${text(city.divisions[division].name)}</a></h3>
<ul class="goal-lines">
${lines(found, (sheet) => goalLines(sheet, sheet.cited[slug]))}
</ul>`;
  const group = ([year, found]) => `<h2>${city.years[year].words}</h2>
<p>${tallyWords(city, groups[year])}</p>
${lines(grouped(found, (sheet) => sheet.slug), ofDivision)}`;
  return {
    address: `/policies/${slug}/`,
    title: `${code}に関わる目標`,
    description: `政策コード「${code}」が書かれた${city.city}の目標${total}件を、年度と部署に分けて示します。`,
    way: crumbs,
    here: code,
    rows: ["目標の一覧", () => goalRows(sheets, slug)],
    feed: true,
    body: () => `<h1>${code}に関わる目標</h1>
<p class="lead">${hasBelow ? `「${code}」と、その下のコード` : `「${code}」`}が書かれた目標は${total}件です。${text(plan)}のコードです。</p>
${chart(city, tally, `目標${total}件の評価（すべての年度）`)}
<h2>「${code}」とまわりのコード</h2>
${tree(city, around, slug)}
${lines(grouped(sheets, (sheet) => sheet.fiscal_year), group)}`,
  };
}
