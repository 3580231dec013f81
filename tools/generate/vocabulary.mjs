// src/base/vocabulary.json → enums and tables.

import { check, cppEnum, cppHeader, cppNamedEnum, pascal, singularPascal, snake, tsHeader, tsNames } from "./text.mjs";

const isNameList = (list) => list.every((entry) => typeof entry === "string");

/** A list of strings is an enum; a list of objects with a `name` is an enum and a table with one row each. */
export function vocabularyHeader(vocabulary) {
  const lists = Object.entries(vocabulary);
  const enums = lists.filter(([, list]) => isNameList(list));
  const tables = lists.filter(([, list]) => !isNameList(list));
  const body = enums.map(([plural, list]) => cppNamedEnum(singularPascal(plural), list));
  const enumTypes = new Map(enums.map(([plural, list]) => [singularPascal(plural), list]));
  for (const [plural, rows] of tables) body.push(...vocabularyTable(plural, rows, enumTypes));
  return cppHeader("src/base/vocabulary.json", ["array", "cstdint"], body);
}

function vocabularyTable(plural, rows, enumTypes) {
  const type = singularPascal(plural);
  const fields = Object.keys(rows[0]);
  const cppType = (field) => {
    if (enumTypes.has(pascal(field))) return pascal(field);
    return { string: "const char*", boolean: "bool", number: "std::int32_t" }[typeof rows[0][field]];
  };
  const cppValue = (field, value, name) => {
    const names = enumTypes.get(pascal(field));
    if (names === undefined) return JSON.stringify(value);
    check(names.includes(value), `${type} "${name}": ${field} "${value}" is not in the vocabulary`);
    return `${pascal(field)}::k${pascal(value)}`;
  };
  const cppRow = (row) => {
    check(Object.keys(row).join() === fields.join(), `${type} "${row.name}": fields differ from the first row's`);
    return `    {${fields.map((field) => cppValue(field, row[field], row.name)).join(", ")}},`;
  };
  return [
    cppEnum(
      type,
      rows.map((row) => row.name),
    ),
    `struct ${type}Row {\n${fields.map((field) => `  ${cppType(field)} ${snake(field)};`).join("\n")}\n};`,
    `/// Indexed by ${type}.\ninline constexpr std::array<${type}Row, ${rows.length}> k${pascal(plural)}{{\n` +
      `${rows.map(cppRow).join("\n")}\n}};`,
  ];
}

export function vocabularyTs(vocabulary) {
  const lines = Object.entries(vocabulary).map(([plural, list]) => {
    const type = isNameList(list)
      ? `export type ${singularPascal(plural)} = (typeof ${plural})[number];`
      : `export type ${singularPascal(plural)} = (typeof ${plural})[number]["name"];`;
    return `${tsNames(plural, list)}\n${type}\n`;
  });
  return `${tsHeader("src/base/vocabulary.json")}\n${lines.join("\n")}`;
}
