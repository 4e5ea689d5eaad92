import { cell, chart, first, goalReason, lines, page, policyLinks, rating, sentences, states, text, time } from "../html.js";

export const data = {
  pagination: { data: "site.sheets", size: 1, alias: "sheet" },
  permalink: ({ sheet }) => `${sheet.address}index.html`,
  eleventyExcludeFromCollections: true,
};

function table(sheet, goal, kind, caption, heads, rows) {
  const name = `goal-${goal.number}-${kind}`;
  return `<div class="scroll" role="group" aria-labelledby="${name}" tabindex="0">
<table class="form-table">
<caption id="${name}">目標${goal.number}の${caption}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("\n")}</tr></thead>
<tbody>
${rows}
</tbody>
</table>
</div>`;
}

const names = (all) =>
  all.length === 1 ? `<p>${text(all[0])}</p>` : `<ul class="bullets">${all.map((name) => `<li><p>${text(name)}</p></li>`).join("")}</ul>`;

const measure = (one) =>
  one
    ? `<svg class="measure" role="img" aria-label="目標${text(one.target)}、結果${text(one.result)}" viewBox="0 0 1000 24" width="160" height="16" preserveAspectRatio="none" focusable="false"><rect class="measure-result" vector-effect="non-scaling-stroke" y="6" width="${one.result_length}" height="12"/><line class="measure-target" vector-effect="non-scaling-stroke" x1="${one.target_length}" x2="${one.target_length}" y2="24"/></svg>`
    : "";

function unmet({ city, goals, states: became, unmet: numbers }) {
  if (!numbers.length) return "";
  const told = numbers.map((at) => `<a href="#goal-${goals[at].number}">目標${goals[at].number}</a>（${city.states[became[at]].word}）`);
  return `${told.join("、")}がどうなったかは、それぞれの「目標達成状況」にあります。`;
}

function past({ last }) {
  if (!last) return "";
  const told = last.goals.map((goal, at) => (goal.next ? `${goalReason(last, at, goal.next)}\n` : ""));
  return `<h2>前の年度の「今後の方針」</h2>
<p>前の年度のシートに「今後の方針」として書かれていることです。</p>
<ul class="goal-lines">
${told.join("")}</ul>
`;
}

const citation = ({ city, division, unit, fiscal_year: year }) => text(`${city.city} ${division} ${unit}「組織目標管理シート」${year}年度`);
const address = (sheet) => `${sheet.city.base_url}${sheet.address.slice(1)}`;
const embed = (sheet) => `${sheet.city.base_url}embed${sheet.address}`;

function record(sheet) {
  const { city, created, evaluated } = sheet;
  return `<section class="record" aria-labelledby="record">
<h2 id="record">出典、データの日付、誤りのお知らせ</h2>
<ul>
<li>出典：元のシートのアドレスは記録されていません。</li>
<li>データの日付：${time(city, created)}に作成、${evaluated ? `${time(city, evaluated)}に評価` : "まだ評価されていません"}</li>
<li>誤りのお知らせ：このサイトには、まだ連絡先がありません。</li>
<li>引用するとき：<span class="citation">${citation(sheet)}（${address(sheet)}）</span></li>
</ul>
</section>`;
}

function goalSection(sheet, goal, number) {
  const { city, fiscal_year: year, evaluated } = sheet;
  const state = sheet.states[number];
  const rest = goal.objective.includes("\n") ? goal.objective.slice(goal.objective.indexOf("\n") + 1) : "";
  const waiting = evaluated ? "記載なし" : "まだありません";
  const charts = sheet.measures[number];
  const indicators = lines(goal.indicators, (row, at) => `<tr>
<th scope="row"><p>${text(row.name)}</p></th>
<td class="figure">${cell(row.target, "記載なし")}</td>
<td class="figure">${cell(row.result, waiting)}${measure(charts.rows[at])}</td>
</tr>`);
  const initiatives = lines(goal.initiatives, (row) => `<tr>
<th scope="row">${names(row.names)}</th>
<td>${cell(row.summary, "記載なし")}</td>
</tr>`);
  const count = goal.initiatives.reduce((sum, row) => sum + row.names.length, 0);
  return `<section class="goal" id="goal-${goal.number}" aria-labelledby="goal-${goal.number}-title">
<h2 id="goal-${goal.number}-title"><span class="goal-number">目標${goal.number}</span> ${text(first(goal.objective))}</h2>
${rest ? `<div class="objective">${cell(rest)}</div>` : ""}
<p class="codes"><span>総合計画（実施計画）上の位置づけ：</span>${policyLinks(city, goal.policies)}</p>
<h3>取組指標</h3>
${table(sheet, goal, "indicators", `指標と結果（${year}年度、${goal.indicators.length}件）`, ["指標", "目標", "結果"], indicators)}
${charts.words ? `<p class="measure-words">${charts.words}</p>` : ""}
<h3>主な取組（事業）</h3>
${table(sheet, goal, "initiatives", `主な取組（事業）（${year}年度、${count}件）`, ["取組名称（事業名）", "概要"], initiatives)}
<div class="outcome outcome-${city.states[state].slug}">
<h3>評価</h3>
<p>${rating(city, state)}</p>
${evaluated ? `<div class="outcome-words">
<div>
<h4>目標達成状況</h4>
${cell(goal.status, "記載なし")}
</div>
<div>
<h4>今後の方針</h4>
${cell(goal.next, "記載なし")}
</div>
</div>` : '<p class="blank">このシートは、まだ評価されていません。</p>'}
</div>
${goal.notes ? `<div class="notes">
<h3>転記上の注記</h3>
<ul>${goal.notes.map((note) => `<li><p>${text(note)}</p></li>`).join("")}</ul>
</div>` : ""}
<div class="cite">
<a href="#goal-${goal.number}">目標${goal.number}へのリンク</a>
<details><summary>目標${goal.number}を引用する</summary>
<p class="citation">${citation(sheet)} 目標${goal.number}（${address(sheet)}#goal-${goal.number}）</p>
<p>ほかのサイトに埋めこむとき：<span class="citation">${embed(sheet)}#goal-${goal.number}</span></p>
</details>
</div>
</section>`;
}

function onward(sheet, division) {
  const { city, fiscal_year: year, place } = sheet;
  const beside = (other, rel, words, neighbour) => (other ? `<li><a href="/sheets/${other}/${place}/" rel="${rel}">${words}の${other === neighbour ? "年度" : "シート"}：${city.years[other].words}</a></li>` : "");
  const siblings = city.siblings[`${year}/${sheet.slug}`].filter(([address]) => address !== sheet.address);
  return `<nav class="onward" aria-label="関連するシート">
<h2>続けて読む</h2>
<ul class="links">
${beside(sheet.before, "prev", "前", year - 1)}
${beside(sheet.after, "next", "次", year + 1)}
<li><a href="/units/${place}/">${text(sheet.unit)}の目標の移り変わり</a></li>
<li><a href="${division.address}">${text(sheet.division)}のすべてのシート</a></li>
<li><a href="/years/${year}/">${year}年度のすべてのシート</a></li>
</ul>
${siblings.length ? `<h3>${text(sheet.division)}のほかのシート（${year}年度）</h3>
<ul class="links columns">
${lines(siblings, ([address, name]) => `<li><a href="${address}">${text(name)}</a></li>`)}
</ul>` : ""}
</nav>`;
}

export function render({ sheet }) {
  const { city, fiscal_year: year, tally } = sheet;
  const division = city.divisions[sheet.slug];
  const words = city.years[year].words;
  const title = `${sheet.division} ${sheet.unit}の目標（${year}年度）`;
  const count = sheet.goals.length;
  const body = `<h1>${text(title)}</h1>
<ul class="facts">
<li><span class="fact">年度</span> ${words}</li>
<li><span class="fact">組織名（部）</span> ${text(sheet.division)}</li>
<li><span class="fact">組織名（準部・課・機関名）</span> ${text(sheet.unit)}</li>
<li><span class="fact">作成日</span> ${time(city, sheet.created)}</li>
<li><span class="fact">評価日</span> ${time(city, sheet.evaluated) || "まだ評価されていません"}</li>
</ul>
<p><a class="more" href="${sheet.address}form/">様式のとおりに見る・印刷する</a></p>
<h2>目標の状況</h2>
<p>${sentences(city, tally)}${unmet(sheet)}</p>
${chart(city, tally, `目標${count}件の評価（${year}年度）`)}
<h2>目標の一覧</h2>
<ol class="contents">
${lines(sheet.goals, (goal, at) => `<li>${rating(city, sheet.states[at])} <a href="#goal-${goal.number}">目標${goal.number} ${text(first(goal.objective))}</a></li>`)}
</ol>
<h2>関連する総合計画における政策指標（参考）</h2>
<ul>
${lines(sheet.policy_indicators, (indicator) => `<li>${text(indicator)}</li>`)}
</ul>
${past(sheet)}${lines(sheet.goals, (goal, at) => goalSection(sheet, goal, at))}
${record(sheet)}
${onward(sheet, division)}`;
  return page(city, {
    address: sheet.address,
    title,
    description: `${city.city}${sheet.division}${sheet.unit}の${words}の目標${count}件。${states(city, tally)}。`,
    way: [division.kind, [division.address, sheet.division], [`/units/${sheet.place}/`, sheet.unit]],
    here: `${year}年度`,
    tally,
    data: [
      [`${sheet.address}form.xlsx`, "様式のとおりのExcelファイル"],
      [`${sheet.address}sheet.json`, "このシートのデータ（JSON形式）"],
      [`${sheet.address}stratml.xml`, "このシートのデータ（StratML形式のXML）"],
      ...(sheet.after ? [] : [[`${sheet.address}next.xlsx`, `${year + 1}年度に書き込むための様式（Excelファイル、目標を引きついだもの）`]]),
    ],
    body,
  });
}
