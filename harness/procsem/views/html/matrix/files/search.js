"use strict";
// Finds claims by words, the best first. It does what procsem/search.py does, where the rules are explained.

const searched = JSON.parse(document.getElementById("search-data").textContent);
const common = new Set(searched.common);
const parts = new Map(searched.claims.map(([claim, fields]) => [claim,
  fields.map(([weight, text]) => ({ weight, text: ` ${text} `, words: text ? text.split(" ") : [] }))]));
const vocabulary = [...new Set([...parts.values()].flat().flatMap((part) => part.words))];
const stems = new Map();

function search(text) {
  const asked = text.toLowerCase().match(/[a-z0-9_]+(?:[-.'][a-z0-9_]+)*/g) || [];
  const queries = asked.flatMap((word) => !word.includes(".") || meaning(word).length ? [word] : word.split("."));
  const meant = new Map(queries.map((query) => [query, meaning(query)]));
  const important = queries.filter((query) => !common.has(query));
  const wanted = important.length ? important : queries;
  const known = wanted.filter((query) => meant.get(query).length);
  const needed = 2 * known.length >= wanted.length ? known : wanted;
  const scored = [...parts].map(([claim, fields]) => [claim, ...score(queries, needed, meant, fields)]);
  const most = Math.max(0, ...scored.map(([, occurring]) => occurring));
  if (!most || 2 * most < needed.length) return [];
  return scored.filter(([, occurring]) => occurring === most)
    .map(([claim, , points]) => ({ claim, score: Number(points.toFixed(6)) }))
    .sort((one, other) => other.score - one.score); // sort() is stable
}

function meaning(query) {
  return likeness(query, vocabulary) ? [query] : vocabulary.filter((word) => isMisspelled(query, word));
}

function score(queries, needed, meant, fields) {
  let occurring = 0, total = 0;
  for (const query of queries) {
    const each = fields.filter((part) => part.words.length && meant.get(query).length).map((part) =>
      part.weight * Math.max(...meant.get(query).map((word) => likeness(word, part.words))) * (1 + 0.3 / part.words.length));
    const best = Math.max(0, ...each);
    if (!needed.includes(query)) total += 0.1 * best;
    else {
      if (best) occurring += 1;
      total += best + 0.2 * (each.reduce((sum, one) => sum + one, 0) - best);
    }
  }
  if (queries.length > 1) {
    const phrase = ` ${queries.join(" ")} `;
    total += Math.max(0, ...fields.filter((part) => part.text.includes(phrase)).map((part) => part.weight));
  }
  return [occurring, total];
}

function likeness(query, words) {
  if (words.includes(query)) return 1;
  const own = stem(query);
  if (words.some((word) => stem(word) === own)) return 0.8;
  if (words.some((word) => word.startsWith(query) || (query.includes("-") && word.includes(query)))) return 0.9;
  const synonyms = searched.synonyms[query] || searched.synonyms[query.replace(/s$/, "")] || [];
  return words.some((word) => synonyms.some((synonym) => word.startsWith(synonym))) ? 0.6 : 0;
}

function stem(word) {
  if (!stems.has(word)) {
    const ending = ["ing", "ed", "es", "s", "e"].find((each) => word.endsWith(each) && word.length - each.length >= 4) || "";
    stems.set(word, word.slice(0, word.length - ending.length));
  }
  return stems.get(word);
}

function isMisspelled(query, word) {
  if (query.length < 4 || word.length < 4 || query[0] !== word[0]) return false;
  const allowed = query.length >= 9 ? 2 : 1;
  const [one, other] = [stem(query), stem(word)];
  return Math.abs(one.length - other.length) <= allowed && distance(one, other) <= allowed;
}

function distance(one, other) {
  let before = [], row = [...other, ""].map((_, number) => number);
  for (let i = 1; i <= one.length; i++) {
    const last = before;
    [before, row] = [row, [i]];
    for (let j = 1; j <= other.length; j++) {
      let best = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] !== other[j - 1]));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) best = Math.min(best, last[j - 2] + 1);
      row.push(best);
    }
  }
  return row.at(-1);
}
