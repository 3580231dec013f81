/** A request in openai's shape: nothing of it is lost without a word, and schemas are JSON Schema there. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { buildRequest } from "gemini-vision-wasm";

const model = "gemini-3.5-flash";

/** What a config becomes besides model and messages, and what is said of the rest. */
async function written(config, contents = "Hi") {
  const { body, warnings } = await buildRequest({ model, contents, config }, { api: "openai" });
  const { model: _, messages, ...rest } = JSON.parse(Buffer.from(body).toString());
  assert.ok(warnings.every(({ code }) => code === "config-left-out"));
  return { messages, rest, left: warnings.map(({ message }) => message.replace(/ has no place .*/, "")) };
}

const formatOf = async (config) => (await written(config)).rest.response_format;
const schemaOf = async (responseSchema) => (await formatOf({ responseSchema })).json_schema.schema;

describe("thinking", () => {
  const google = (thinking) => ({ extra_body: { google: { thinking_config: thinking } } });
  const cases = [
    [{ thinkingLevel: "LOW" }, { reasoning_effort: "low" }],
    [{ thinkingBudget: 0 }, google({ thinking_budget: 0 })],
    [{ includeThoughts: true }, google({ include_thoughts: true })],
    [{ thinkingLevel: "HIGH", includeThoughts: false }, google({ include_thoughts: false, thinking_level: "high" })],
    [{ thinkingLevel: null, thinkingBudget: undefined }, {}],
    [null, {}],
  ];
  for (const [thinkingConfig, expected] of cases) {
    test(JSON.stringify(thinkingConfig), async () => {
      assert.deepEqual(await written({ thinkingConfig }), { ...(await written({})), rest: expected });
    });
  }
});

describe("the format of the answer", () => {
  const schema = { type: "object" };
  const jsonSchema = { type: "json_schema", json_schema: { name: "answer", schema } };
  const json = "application/json";
  const cases = [
    [{ responseMimeType: json }, { type: "json_object" }, []],
    [{ responseJsonSchema: schema }, jsonSchema, []],
    [{ responseSchema: { type: "OBJECT" } }, jsonSchema, []],
    [{ responseMimeType: json, responseSchema: schema }, jsonSchema, []],
    [{ responseMimeType: "text/plain" }, undefined, []],
    [{ responseMimeType: "text/plain", responseSchema: schema }, undefined, ["config.responseSchema"]],
    [
      { responseMimeType: "text/x.enum", responseSchema: { type: "STRING", enum: ["a"] } },
      undefined,
      ["config.responseMimeType", "config.responseSchema"],
    ],
    [{ responseJsonSchema: schema, responseSchema: { type: "STRING" } }, jsonSchema, ["config.responseSchema"]],
  ];
  for (const [config, format, left] of cases) {
    test(JSON.stringify(config), async () => {
      const { rest, left: told } = await written(config);
      assert.deepEqual(rest, format === undefined ? {} : { response_format: format });
      assert.deepEqual(told, left);
    });
  }
});

describe("a schema", () => {
  test("of OpenAPI becomes one of JSON Schema, at every depth, whatever its members are called", async () => {
    const point = { type: "ARRAY", items: { type: "INTEGER" }, minItems: "2", maxItems: 2 };
    const given = {
      type: "OBJECT",
      required: ["type"],
      propertyOrdering: ["type", "nullable", "enum"],
      properties: {
        type: { type: "STRING", nullable: true, enum: ["CAT", "DOG"], description: "STRING" },
        nullable: { type: "BOOLEAN", nullable: false },
        enum: { anyOf: [{ type: "NUMBER" }, point], nullable: true },
        anything: { type: "TYPE_UNSPECIFIED" },
      },
    };
    assert.deepEqual(await schemaOf(given), {
      type: "object",
      required: ["type"],
      propertyOrdering: ["type", "nullable", "enum"],
      properties: {
        type: { type: ["string", "null"], enum: ["CAT", "DOG", null], description: "STRING" },
        nullable: { type: "boolean" },
        enum: {
          anyOf: [
            { type: "number" },
            { type: "array", items: { type: "integer" }, minItems: 2, maxItems: 2 },
            { type: "null" },
          ],
        },
        anything: {},
      },
    });
  });

  test("of JSON Schema stays as it is", async () => {
    const responseJsonSchema = { type: "object", properties: { type: { const: "STRING" } }, nullable: true };
    assert.deepEqual((await formatOf({ responseJsonSchema })).json_schema.schema, responseJsonSchema);
  });

  test("that contains itself, or is too deep, is refused", async () => {
    const circle = { type: "OBJECT", properties: {} };
    Object.assign(circle.properties, { one: circle, two: circle });
    await assert.rejects(schemaOf(circle), { name: "InputError", code: "bad-argument" });
    let deep = { type: "STRING" };
    for (let i = 0; i < 5000; i++) deep = { type: "ARRAY", items: deep };
    await assert.rejects(schemaOf(deep), { name: "InputError", code: "bad-argument" });
  });
});

test("what else has no place is told, once", async () => {
  const part = { text: "x", thoughtSignature: "eA==" };
  const picture = { inlineData: { mimeType: "image/png", data: "AAAA" } };
  const { messages, left } = await written(
    { topK: 3, tools: null, systemInstruction: { parts: [{ text: "Be short." }, picture] } },
    [part, part, { ...picture, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } }],
  );
  assert.equal(messages[0].content, "Be short.");
  assert.deepEqual(left, [
    "config.topK",
    "What is no text in config.systemInstruction",
    "A part's thoughtSignature",
    "A part's mediaResolution",
  ]);
});
