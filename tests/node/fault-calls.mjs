/** The calls of the table of faults. They know neither Node nor the page: both run them. */

export const model = "gemini-3.5-flash";
const ask = { model, contents: "Hello" };
const messages = [{ role: "user", content: "Hello" }];
export const src = [{ key: "a", contents: "Hello" }];

export async function all(iterable) {
  const list = [];
  for await (const entry of iterable) list.push(entry);
  return list;
}

/** `on`: the call of the emulator that is struck. `result`: something to compare, the same whatever happened on the way. */
export const calls = {
  generateContent: { on: "generateContent", result: async (client) => (await client.models.generateContent(ask)).text },
  generateContentStream: {
    on: "streamGenerateContent",
    isStream: true,
    result: async (client) => (await (await client.models.generateContentStream(ask)).response).text,
  },
  countTokens: { on: "countTokens", result: async (client) => (await client.models.countTokens(ask)).totalTokens },
  "models.list": {
    on: "models.list",
    result: async (client) => (await all(client.models.list({ pageSize: 20 }))).length,
  },
  "chats.sendMessage": {
    on: "generateContent",
    result: async (client) => {
      const chat = client.chats.create({ model });
      await chat.sendMessage({ message: "Hello" });
      return chat.getHistory().length;
    },
  },
  "chat.completions": {
    on: "chat.completions",
    result: async (client) => (await client.chat.completions.create({ model, messages })).choices[0].message.content,
  },
  "chat.completions, streamed": {
    on: "chat.completions",
    isStream: true,
    result: async (client) => {
      const chunks = await all(await client.chat.completions.create({ model, messages, stream: true }));
      return chunks.map(({ choices }) => choices[0].delta.content).join("");
    },
  },
  "files.upload, its start": {
    on: "files.start",
    result: async (client, { jpeg }) => (await client.files.upload({ file: jpeg })).sizeBytes,
  },
  "files.upload, its last piece": {
    on: "files.finalize",
    resumes: true,
    result: async (client, { jpeg }) => (await client.files.upload({ file: jpeg })).sizeBytes,
  },
  "files.get": {
    on: "files.get",
    result: async (client, { file }) => (await client.files.get({ name: file })).sizeBytes,
  },
  "files.list": { on: "files.list", result: async (client) => (await all(client.files.list())).length },
  "files.delete": { on: "files.delete", result: (client, { file }) => client.files.delete({ name: file }) },
  "batches.create": {
    on: "batches.create",
    isOnce: true,
    result: async (client) => (await client.batches.create({ model, src })).done,
  },
  "batches.get": {
    on: "batches.get",
    result: async (client, { batch }) => (await client.batches.get({ name: batch })).name !== "",
  },
  "batches.list": { on: "batches.list", result: async (client) => (await all(client.batches.list())).length },
  "batches.results": {
    on: "batches.get",
    result: async (client, { batch }) => (await all(client.batches.results({ name: batch })))[0].response.text,
  },
};

/** Does a call, and tells how it ended in a way that can leave a page; `shown` is all that anybody gets to see of it. */
export async function attempt(GeminiClient, { call, url, key, timeoutMs, given }, show) {
  const retries = [];
  const onRetry = (event) => retries.push(event);
  const client = new GeminiClient({ apiKey: key, baseUrl: url, timeoutMs, onRetry });
  try {
    const value = await calls[call].result(client, given);
    return { value, shown: show([value, retries]) };
  } catch (error) {
    const { name, code, status } = error;
    return { error: { name, code, status }, shown: show([error, retries]) };
  }
}
