// Answer the queries that come in as JSON, with the search page's own script and the files of a site.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const [script, site] = process.argv.slice(2);
const source = await readFile(script);
const search = await import(`data:text/javascript;base64,${source.toString("base64")}`);
let fetched = 0;

async function load(path) {
  const data = await readFile(`${site}/${path.split("?")[0]}`);
  fetched += gzipSync(data, { level: 6 }).length;
  return data.toString();
}

const tasks = JSON.parse(await new Response(process.stdin).text());
let index = site ? await search.Index.open(load) : null;
const answers = [];
for (const { call, query, filters, all, fresh } of tasks) {
  if (fresh) index = await search.Index.open(load); // as in a page just opened
  if (call === "folded") answers.push(query.map(search.folded));
  else if (call === "shards") answers.push(query.map((key) => search.shardOf(key, 4096)));
  else if (call === "places") answers.push(search.placesOf(...query));
  else {
    const found = await index.find(query, filters);
    if (!found) {
      answers.push(null);
      continue;
    }
    const first = { count: found.order.length, unsure: found.unsure, cited: found.cited };
    const results = [];
    do results.push(...(await index.next(found, ...(all ? [Infinity, Infinity] : [])))); while (all && found.at < found.order.length);
    answers.push({
      ...first,
      wrong: found.wrong,
      results: results.map(({ address }) => address),
      fields: all ? [] : results.map(({ fields }) => fields.filter(({ places }) => places.length)),
      fetched,
    });
  }
  fetched = 0;
}
console.log(JSON.stringify(answers));
