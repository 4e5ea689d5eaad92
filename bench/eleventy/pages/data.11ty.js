export const data = {
  pagination: { data: "site.sheets", size: 1, alias: "sheet" },
  permalink: ({ sheet }) => `${sheet.address}sheet.json`,
  eleventyExcludeFromCollections: true,
};

const goalData = ({ number, objective, policies, indicators, initiatives, rating, status, next, notes }, state) => ({
  number,
  objective,
  policies,
  indicators: indicators.map(({ name, target, result }) => ({ name, target, result, policies: [], status: null, next: null })),
  initiatives: initiatives.map((initiative) => ({ names: initiative.names, summary: initiative.summary, indicators: [] })),
  rating,
  status,
  next,
  continues: null,
  notes: notes ?? [],
  state,
});

export const render = ({ sheet }) =>
  `${JSON.stringify({
    address: `${sheet.city.base_url}${sheet.address.slice(1)}`,
    fiscal_year: sheet.fiscal_year,
    division_slug: sheet.slug,
    unit_slug: sheet.place.split("/")[1],
    division: sheet.division,
    unit: sheet.unit,
    created: sheet.created,
    evaluated: sheet.evaluated,
    source: null,
    policy_indicators: sheet.policy_indicators,
    licence: sheet.city.licence,
    goals: sheet.goals.map((goal, at) => goalData(goal, sheet.city.states[sheet.states[at]].word)),
  })}\n`;
