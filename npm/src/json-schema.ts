/** A schema as `responseSchema` takes it, which is a part of OpenAPI 3.0's, as JSON Schema. */

/** No request may be nested deeper; whoever writes it says so. */
const maxDepth = 100;

/** Members that hold one schema, a list of them, or schemas by names of the caller's. */
const single = ["items", "additionalProperties"];
const lists = ["anyOf", "prefixItems"];
const maps = ["properties", "$defs"];
/** The REST API writes them as text, for they are int64 there. */
const counts = ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"];

type Schema = Record<string, unknown>;

/** "STRING" becomes "string" and `nullable` a further type; everything else stays. What is no schema is given back. */
export function toJsonSchema(schema: unknown): unknown {
  // What is shared stays shared, so that one that contains itself has an end here and is told by whoever writes it.
  const known = new Map<unknown, Schema>();
  const convert = (value: unknown, depth: number): unknown => {
    if (typeof value !== "object" || value === null || Array.isArray(value) || depth > maxDepth) return value;
    const before = known.get(value);
    if (before !== undefined) return before;
    const converted: Schema = {};
    known.set(value, converted);
    const inner = (member: unknown): unknown => convert(member, depth + 1);
    for (const [name, member] of Object.entries(value)) {
      if (single.includes(name)) converted[name] = inner(member);
      else if (lists.includes(name) && Array.isArray(member)) converted[name] = member.map(inner);
      else if (maps.includes(name)) converted[name] = mapMembers(member, inner);
      else if (counts.includes(name)) converted[name] = Number(member);
      else if (name === "type") Object.assign(converted, typeOf(member));
      else if (name !== "nullable") converted[name] = member;
    }
    if ((value as Schema).nullable === true) allowNull(converted);
    return converted;
  };
  return convert(schema, 0);
}

function mapMembers(members: unknown, convert: (member: unknown) => unknown): unknown {
  if (typeof members !== "object" || members === null) return members;
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, convert(member)]));
}

/** Without a type anything goes. */
function typeOf(type: unknown): { type?: unknown } {
  if (typeof type !== "string") return { type };
  return type === "TYPE_UNSPECIFIED" ? {} : { type: type.toLowerCase() };
}

/** In JSON Schema null is a type of its own, and each limit has to let it pass. */
function allowNull(schema: Schema): void {
  if (typeof schema.type === "string") schema.type = [schema.type, "null"];
  if (Array.isArray(schema.enum)) schema.enum = [...schema.enum, null];
  if (Array.isArray(schema.anyOf)) schema.anyOf = [...schema.anyOf, { type: "null" }];
}
