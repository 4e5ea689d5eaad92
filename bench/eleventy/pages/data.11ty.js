export const data = {
  pagination: { data: "site.sheets", size: 1, alias: "sheet" },
  permalink: ({ sheet }) => `${sheet.address}sheet.json`,
  eleventyExcludeFromCollections: true,
};

const goalData = ({ number, objective, policies, indicators, initiatives, rating, status, next, notes }) => ({
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
});

export const render = ({ sheet }) =>
  `${JSON.stringify({
    address: sheet.address.slice(1),
    division_slug: sheet.slug,
    unit_slug: sheet.place.split("/")[1],
    fiscal_year: sheet.fiscal_year,
    created: sheet.created,
    evaluated: sheet.evaluated,
    division: sheet.division,
    unit: sheet.unit,
    source: null,
    policy_indicators: sheet.policy_indicators,
    goals: sheet.goals.map(goalData),
  })}\n`;
