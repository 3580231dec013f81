/**
 * The one walker of the schema: checks a JSON value against a message and gives it back with camelCase names, decoded
 * bytes and lists where the schema has lists. Every fault is collected, in the words of the service's JSON transcoder.
 */

import { maxFaults } from "./limits.js";
import { readScalar, wrongType } from "./read-scalar.js";
import { betaFields, enums, messages, oneofs } from "./schema.js";
import { badRequest, type FieldViolation } from "./service-error.js";

export type Message = { [field: string]: unknown };

interface Walk {
  readonly version: string;
  readonly faults: FieldViolation[];
}

/** @throws ServiceError naming every fault */
export function readMessage(type: string, value: unknown, version: string): Message {
  const walk: Walk = { version, faults: [] };
  if (!isObject(value)) {
    throw badRequest([
      { description: 'Invalid JSON payload received. Unknown name "": Root element must be a message.' },
    ]);
  }
  const message = readFields(walk, type, value, "");
  if (walk.faults.length > 0) throw badRequest(walk.faults.slice(0, maxFaults));
  return message;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** "inlineData" → "inline_data". A leading underscore stays. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The JSON name of a field written either way; undefined when the message has no such field. */
function fieldName(walk: Walk, type: string, written: string): string | undefined {
  const fields = messages[type] ?? {};
  const name = Object.hasOwn(fields, written)
    ? written
    : Object.keys(fields).find((candidate) => snakeCase(candidate) === written);
  if (name === undefined || (walk.version === "v1" && betaFields[type]?.includes(name))) return undefined;
  return name;
}

/** "Unknown name" is what the service calls every fault of structure, at the message that holds the name. */
function badName(walk: Walk, name: string, path: string, reason: string): void {
  const where = path === "" ? "" : ` at '${path}'`;
  const description = `Invalid JSON payload received. Unknown name ${JSON.stringify(name)}${where}: ${reason}`;
  walk.faults.push(path === "" ? { description } : { field: path, description });
}

function badValue(walk: Walk, path: string, reason: string): void {
  walk.faults.push({ field: path, description: `Invalid value at '${path}' ${reason}` });
}

function readFields(walk: Walk, type: string, value: Record<string, unknown>, path: string): Message {
  const message: Message = {};
  for (const [written, member] of Object.entries(value)) {
    if (walk.faults.length >= maxFaults) break;
    const name = fieldName(walk, type, written);
    if (name === undefined) {
      badName(walk, written, path, "Cannot find field.");
      continue;
    }
    if (member === null) continue; // null is "not set" in the proto3 JSON mapping
    refuseSecondOfGroup(walk, type, message, name, path);
    message[name] = readField(walk, { name, written, type: messages[type]?.[name] ?? "Value", member, path });
  }
  return message;
}

function refuseSecondOfGroup(walk: Walk, type: string, message: Message, name: string, path: string): void {
  for (const [group, members] of Object.entries(oneofs[type] ?? {})) {
    if (!members.includes(name) || !members.some((other) => other !== name && other in message)) continue;
    badValue(walk, path, `(oneof), oneof field '${group}' is already set. Cannot set '${name}'`);
  }
}

interface Field {
  name: string;
  written: string;
  /** As the schema has it: "Part[]", "map<Schema>", "string" … */
  type: string;
  member: unknown;
  /** Of the message that holds it. */
  path: string;
}

function readField(walk: Walk, { name, written, type, member, path }: Field): unknown {
  const here = path === "" ? snakeCase(name) : `${path}.${snakeCase(name)}`;
  if (type.endsWith("[]")) {
    // The service takes a single value for a list; its own documentation relies on that.
    const items = Array.isArray(member) ? member : [member];
    return items.map((item, i) => readValue(walk, type.slice(0, -2), item, `${here}[${i}]`));
  }
  if (Array.isArray(member) && type !== "Value") {
    badName(walk, written, path, "Proto field is not repeating, cannot start list.");
    return undefined;
  }
  if (type.startsWith("map<")) return readMap(walk, type.slice(4, -1), member, here);
  if (isObject(member) && !(type in messages) && type !== "Struct" && type !== "Value") {
    badName(walk, written, path, "Starting an object on a scalar field.");
    return undefined;
  }
  return readValue(walk, type, member, here);
}

function readMap(walk: Walk, type: string, member: unknown, here: string): unknown {
  if (!isObject(member)) {
    badValue(walk, here, wrongType("Map", member));
    return undefined;
  }
  const entries = Object.entries(member).map(([key, item], i) => [
    key,
    readValue(walk, type, item, `${here}[${i}].value`),
  ]);
  return Object.fromEntries(entries);
}

function readValue(walk: Walk, type: string, value: unknown, here: string): unknown {
  if (type === "Value") return value;
  if (type in messages || type === "Struct") {
    if (isObject(value)) return type === "Struct" ? value : readFields(walk, type, value, here);
    badValue(walk, here, wrongType(typeUrl(type), value));
    return undefined;
  }
  const read = type in enums ? readEnum(type, value) : readScalar(type, value);
  if ("fault" in read) badValue(walk, here, read.fault);
  return "fault" in read ? undefined : read.value;
}

function readEnum(type: string, value: unknown): { value: string } | { fault: string } {
  const names = enums[type] ?? [];
  if (typeof value === "number" && names[value] !== undefined) return { value: names[value] };
  // Older official clients write schema types in lower case, and the service takes that.
  const name = typeof value === "string" ? value.toUpperCase().replaceAll("-", "_") : "";
  return names.includes(name) ? { value: name } : { fault: wrongType(typeUrl(type), value) };
}

function typeUrl(type: string): string {
  const name = type === "Struct" ? "google.protobuf.Struct" : `google.ai.generativelanguage.v1beta.${type}`;
  return `type.googleapis.com/${name}`;
}
