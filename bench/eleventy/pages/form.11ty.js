import { lines, page, text, time } from "../html.js";

export const data = {
  pagination: { data: "site.sheets", size: 1, alias: "sheet" },
  permalink: ({ sheet }) => `${sheet.address}form/index.html`,
  eleventyExcludeFromCollections: true,
};

const broken = (words) => (words ? text(words).replaceAll("\n", "<br>") : "");
const names = (all) => (all.length === 1 ? text(all[0]) : all.map((name) => `・${text(name)}`).join("<br>"));
const codes = (printed) => printed.map(text).join("<br>");
const ratingCell = (goal, word) => (goal.rating ? `<span aria-hidden="true">${goal.rating}</span><br>${word}` : "");

function plain(goal, word) {
  const [indicator] = goal.indicators;
  const [initiative] = goal.initiatives;
  return `<tr>
<th scope="rowgroup">${goal.number}</th>
<td>${broken(goal.objective)}</td>
<td class="centred">${codes(goal.policies)}</td>
<td>${text(indicator.name)}</td>
<td class="centred">${broken(indicator.target)}</td>
<td class="centred">${broken(indicator.result)}</td>
<td>${names(initiative.names)}</td>
<td>${broken(initiative.summary)}</td>
<td class="centred">${ratingCell(goal, word)}</td>
<td>${broken(goal.status)}</td>
<td>${broken(goal.next)}</td>
</tr>`;
}

function merged(goal, word, rows) {
  const written = (html, span) => `<td class="written" rowspan="${span}">${html}</td>\n`;
  const centred = (html, span) => `<td class="centred" rowspan="${span}">${html}</td>\n`;
  const row = ({ indicator, initiative }, at) => {
    let html = "<tr>\n";
    if (!at) {
      html += `<th scope="rowgroup" rowspan="${rows.length}">${goal.number}</th>\n`;
      html += written(broken(goal.objective), rows.length) + centred(codes(goal.policies), rows.length);
    }
    if (indicator) {
      const { name, target, result } = goal.indicators[at];
      html += written(text(name), indicator) + centred(broken(target), indicator) + centred(broken(result), indicator);
    }
    if (initiative) {
      const found = goal.initiatives[at];
      html += written(names(found.names), initiative) + written(broken(found.summary), initiative);
    }
    if (!at) {
      html += centred(ratingCell(goal, word), rows.length);
      html += written(broken(goal.status), rows.length) + written(broken(goal.next), rows.length);
    }
    return `${html}</tr>`;
  };
  return lines(rows, row);
}

function head(sheet) {
  const { city } = sheet;
  return `<div class="scroll" role="group" aria-labelledby="form-head" tabindex="0">
<table class="form-head">
<caption id="form-head">様式の初めの欄</caption>
<tbody>
<tr>
<th scope="row">年度</th><td>${city.years[sheet.fiscal_year].words}</td>
<th scope="row">作成日</th><td>${time(city, sheet.created)}</td>
<th scope="row" rowspan="3">（参考）<br>関連する総合計画に<br>おける政策指標</th>
<td rowspan="3">${sheet.policy_indicators.map((words) => `・${text(words)}`).join("<br>")}</td>
</tr>
<tr><th scope="row">組織名（部）</th><td colspan="3">${text(sheet.division)}</td></tr>
<tr>
<th scope="row">組織名<br>（準部・課・機関名）</th><td>${text(sheet.unit)}</td>
<th scope="row">評価日</th><td>${time(city, sheet.evaluated)}</td>
</tr>
</tbody>
</table>
</div>`;
}

function table({ city, goals, states }) {
  const goalRows = (goal, at) => {
    const word = city.states[states[at]].word;
    const rows = city.layouts[`${goal.indicators.length}-${goal.initiatives.length}`];
    return `<tbody>
${rows ? merged(goal, word, rows) : plain(goal, word)}
</tbody>`;
  };
  return `<div class="scroll" role="group" aria-labelledby="form-goals" tabindex="0">
<table class="form-goals">
<caption id="form-goals">目標、取組、評価の欄（目標${goals.length}件）</caption>
<colgroup><col><col><col><col><col><col><col><col><col><col><col></colgroup>
<thead>
<tr>
<th scope="col" rowspan="2">No.</th>
<th scope="col" rowspan="2">組織目標</th>
<th scope="col" rowspan="2">総合計画（実施計画）上の位置づけ</th>
<th scope="colgroup" colspan="3">取組指標</th>
<th scope="colgroup" colspan="2">主な取組（事業）</th>
<th scope="col" rowspan="2">評価</th>
<th scope="col" rowspan="2">目標達成状況</th>
<th scope="col" rowspan="2">今後の方針</th>
</tr>
<tr>
<th scope="col">指標</th>
<th scope="col">目標</th>
<th scope="col">結果</th>
<th scope="col">取組名称（事業名）</th>
<th scope="col">概要</th>
</tr>
</thead>
${lines(goals, goalRows)}
</table>
</div>`;
}

export function render({ sheet }) {
  const { city, fiscal_year: year, division, unit } = sheet;
  const known = city.divisions[sheet.slug];
  const title = `${division} ${unit}の組織目標管理シート（${year}年度）`;
  return page(city, {
    address: `${sheet.address}form/`,
    title,
    description: `${city.city}${division}${unit}の${city.years[year].words}の組織目標管理シートを、様式の形に組み直した写しです。`,
    way: [known.kind, [known.address, division], [`/units/${sheet.place}/`, unit], [sheet.address, `${year}年度`]],
    here: "様式",
    tally: sheet.tally,
    canonical: sheet.address,
    body: `<div class="facsimile">
<h1>${text(title)}</h1>
<p class="facsimile-word"><strong>様式の写し</strong> シートの文字を、様式の形に組み直したものです。市が作った原本ではありません。読みやすいページと転記上の注記：<a href="${sheet.address}">${text(division)} ${text(unit)}の目標（${year}年度）</a> <span class="facsimile-address">${city.base_url}${sheet.address.slice(1)}</span></p>
<p class="on-screen">A3かA4の用紙に、横向きで印刷できます。</p>
${head(sheet)}
${table(sheet)}
<p class="form-legend"><span aria-hidden="true">○：</span>達成、<span aria-hidden="true">△：</span>一部未達成、<span aria-hidden="true">×：</span>未達成</p>
</div>`,
  });
}
