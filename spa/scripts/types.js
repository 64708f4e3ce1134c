// Writes src/generated/<service>.d.ts from the published contracts in ../openapi.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const SERVICES = ['blog', 'users'];
const REF = '#/components/schemas/';

/**
 * The names of the schemas that a part of the contract leads to.
 * @param {any} part
 * @param {any} contract
 * @param {Set<string>} [names]
 */
function reached(part, contract, names = new Set()) {
  if (part && typeof part === 'object') {
    const name = typeof part.$ref === 'string' && part.$ref.startsWith(REF) ? part.$ref.slice(REF.length) : '';
    if (name && !names.has(name)) reached(contract.components.schemas[name], contract, names.add(name));
    for (const child of Object.values(part)) reached(child, contract, names);
  }
  return names;
}

/**
 * Answers hold every field (unless `fields=` chose), which JSON Schema leaves open; what callers send may leave fields out.
 * @param {any} contract
 */
function answersAreWhole(contract) {
  const operations = Object.values(contract.paths).flatMap((path) => Object.values(path));
  const sent = reached(operations.map(({ requestBody }) => requestBody), contract);
  for (const [name, schema] of Object.entries(contract.components.schemas)) {
    if (!sent.has(name)) schema.required = Object.keys(schema.properties ?? {});
  }
  return contract;
}

/**
 * Alternatives that differ by pattern only are one type; openapi-typescript would call it unknown.
 * @param {any} part
 */
function withoutPatterns(part) {
  if (!part || typeof part !== 'object') return part;
  if (part.type && part.anyOf?.every((/** @type {any} */ branch) => !branch.type && !branch.$ref)) delete part.anyOf;
  for (const child of Object.values(part)) withoutPatterns(child);
  return part;
}

for (const service of SERVICES) {
  const text = await readFile(new URL(`../../openapi/${service}.json`, import.meta.url), 'utf8').catch(() => null);
  if (text === null) continue;
  const types = new URL(`../src/generated/${service}.d.ts`, import.meta.url);
  const generated = astToString(await openapiTS(answersAreWhole(withoutPatterns(JSON.parse(text))), { alphabetize: true }));
  await mkdir(new URL('.', types), { recursive: true });
  // An unchanged file keeps its date, so that editors and type checkers do not start over.
  if ((await readFile(types, 'utf8').catch(() => '')) !== generated) await writeFile(types, generated);
}
