// Read the sheets and the facts that Hugo reads, and make of them one list of sheets and one of index pages.
import { readFileSync, readdirSync } from "node:fs";
import { load, CORE_SCHEMA } from "js-yaml";
import { indexes } from "./indexes.js";

const HUGO = "../hugo/";

export function city() {
  const facts = JSON.parse(readFileSync(`${HUGO}data/city.json`, "utf8"));
  const cited = JSON.parse(readFileSync(`${HUGO}data/cited.json`, "utf8"));
  const measures = JSON.parse(readFileSync(`${HUGO}data/measures.json`, "utf8"));
  const top = `${HUGO}content/sheets`;
  const sheets = readdirSync(top, { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => {
      const sheet = load(readFileSync(`${top}/${name}`, "utf8").slice(4, -4), { schema: CORE_SCHEMA });
      sheet.address = `/sheets/${name.slice(0, -3)}/`;
      [sheet.place] = sheet.units;
      sheet.slug = sheet.place.split("/")[0];
      sheet.cited = cited[sheet.address];
      sheet.measures = measures[sheet.address];
      return sheet;
    })
    .sort((one, other) => one.weight - other.weight);
  const made = { ...facts, sheets };
  const find = new Map(sheets.map((sheet) => [sheet.address, sheet]));
  for (const sheet of sheets) {
    sheet.city = made;
    sheet.last = sheet.past && find.get(`${sheet.past}/`);
  }
  return { sheets, indexes: indexes(made) };
}

export default function (config) {
  config.addGlobalData("site", city);
  config.addPassthroughCopy({ static: "." });
  return { dir: { input: "pages", output: "public" }, templateFormats: ["11ty.js"] };
}
