/** Values as source code of other languages writes them. */

/** A name that may stand without quotation marks. */
const plainName = /^[A-Za-z_]\w*$/;

/** Something that is to stand in the code as it is: a call, a variable. */
export class Raw {
  constructor(readonly text: string) {}
}

/** Short ones on one line, long ones on several. */
function enclose(open: string, inner: readonly string[], close: string, indent: string, space: string): string {
  if (inner.length === 0) return open + close;
  const line = `${open}${space}${inner.join(", ")}${space}${close}`;
  if (line.length + indent.length < 96 && !line.includes("\n")) return line;
  return `${open}\n${inner.map((text) => `${indent}  ${text},`).join("\n")}\n${indent}${close}`;
}

export function javascript(value: unknown, indent = ""): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) {
    const inner = value.map((one) => javascript(one, `${indent}  `));
    return enclose("[", inner, "]", indent, "");
  }
  if (typeof value === "object" && value !== null) {
    const inner = Object.entries(value).map(([name, one]) => {
      const text = javascript(one, `${indent}  `);
      if (text === name) return name;
      return `${plainName.test(name) ? name : JSON.stringify(name)}: ${text}`;
    });
    return enclose("{", inner, "}", indent, " ");
  }
  return JSON.stringify(value);
}

/** JSON's strings are Python's strings; true, false and null are not. */
export function python(value: unknown, indent = ""): string {
  if (value instanceof Raw) return value.text;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) {
    const inner = value.map((one) => python(one, `${indent}  `));
    return enclose("[", inner, "]", indent, "");
  }
  if (typeof value === "object") {
    const inner = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one, `${indent}  `)}`);
    return enclose("{", inner, "}", indent, "");
  }
  return JSON.stringify(value);
}
