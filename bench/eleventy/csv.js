// The tables beside index pages: their headings, and the lines of sheets and goals, each made once.
const END = "\r\n";
const QUOTED = /[",\n]/;
const OFFICE = "fiscal_year,division_slug,unit_slug,division,unit";
const COUNTS = "goals,achieved,partly,missed,not_evaluated,no_result,no_rating";
const ENDS = "address,licence";

const cell = (words) => (QUOTED.test(words) ? `"${words.replaceAll('"', '""')}"` : words);
const counted = ({ tallies }, key) => `${tallies[key].total},${tallies[key].counts.join(",")}`;
const ends = ({ base_url: base, licence }, address) => `${base}${address.slice(1)},${licence}${END}`;
const office = ({ fiscal_year: year, place, division, unit }) => `${year},${place.replace("/", ",")},${cell(division)},${cell(unit)}`;

function sheetCells(sheet) {
  const { city, slug, created, evaluated, policy_indicators: indicators, tally, address } = sheet;
  const kind = city.divisions[slug].kind[1];
  sheet.cells ??= `${office(sheet)},${kind},${created},${evaluated ?? ""},,${cell(indicators.join("\n"))},${counted(city, tally)},${ends(city, address)}`;
  return sheet.cells;
}

function goalCells(sheet) {
  const { city, goals, states, address } = sheet;
  const line = ({ number, objective, policies, rating }, at) =>
    `${office(sheet)},${number},${cell(objective)},${cell(policies.join("\n"))},${city.states[states[at]].word},${rating ?? ""},${ends(city, `${address}#goal-${number}`)}`;
  sheet.goalCells ??= goals.map(line);
  return sheet.goalCells;
}

const table = (heads, lines) => `\ufeff${heads}${END}${lines.join("")}`;

export const sheetRows = (sheets) => table(`${OFFICE},kind,created,evaluated,source,policy_indicators,${COUNTS},${ENDS}`, sheets.map(sheetCells));

/** Give the table of some sheets' goals: of all, or of those that a policy code counts. */
export const goalRows = (sheets, slug) =>
  table(
    `${OFFICE},goal,objective,policies,state,rating,${ENDS}`,
    sheets.flatMap((sheet) => (slug ? sheet.cited[slug].map((number) => goalCells(sheet)[number]) : goalCells(sheet))),
  );

export function divisionRows(city, { rows }) {
  const line = ({ address, words, sheets, tally }) => `${address.split("/").at(-2)},${cell(words)},${sheets},${counted(city, tally)},${ends(city, address)}`;
  return table(`division_slug,name,sheets,${COUNTS},${ENDS}`, rows.map(line));
}

export function policyRows(city) {
  const line = (slug) => {
    const { code, plan, level, above, tally } = city.policies[slug];
    return `${code},${cell(plan)},${level},${above},,${counted(city, tally)},${ends(city, `/policies/${slug}/`)}`;
  };
  return table(`code,plan,level,above,title,${COUNTS},${ENDS}`, city.policy_order.map(line));
}
