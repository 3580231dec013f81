/** A value that fits a schema, for tests of code that reads structured answers. */

type Schema = Record<string, unknown>;

/** Schemas that contain themselves would never end. */
const deepest = 8;

/** OpenAPI's subset (types in capitals) and JSON Schema alike, as far as both are commonly used. */
export function sampleOf(schema: unknown, depth = 0): unknown {
  const { type, enum: values, const: only, default: given, anyOf, oneOf, allOf } = (schema ?? {}) as Schema;
  if (only !== undefined) return only;
  if (Array.isArray(values) && values.length > 0) return values[0];
  if (given !== undefined) return given;
  const choices = [anyOf, oneOf, allOf].find((list) => Array.isArray(list) && list.length > 0) as unknown[] | undefined;
  if (choices !== undefined) return sampleOf(choices[0], depth + 1);
  if (depth > deepest) return null;
  const name = String(Array.isArray(type) ? type[0] : type).toLowerCase();
  return sampleOfType(name, schema as Schema, depth);
}

function sampleOfType(name: string, schema: Schema, depth: number): unknown {
  switch (name) {
    case "string":
      return "text"
        .padEnd(Number(schema.minLength ?? 0), ".")
        .slice(0, Number(schema.maxLength ?? Number.MAX_SAFE_INTEGER));
    case "integer":
    case "number":
      return Number(schema.minimum ?? Math.min(0, Number(schema.maximum ?? 0)));
    case "boolean":
      return true;
    case "array": {
      const length = Math.max(1, Number(schema.minItems ?? 1));
      return Array.from({ length }, () => sampleOf(schema.items, depth + 1));
    }
    case "object": {
      const members = Object.entries((schema.properties ?? {}) as Schema);
      return Object.fromEntries(members.map(([key, member]) => [key, sampleOf(member, depth + 1)]));
    }
    default:
      return null;
  }
}
