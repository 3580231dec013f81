/** POST a picture: what it is, and what each model would charge for it. Nothing is sent on, and no key is needed. */

import { compare, InputError } from "gemini-vision-wasm/estimate"; // neither client nor codec
import { probe } from "gemini-vision-wasm/probe";

export default {
  async fetch(request) {
    if (request.method !== "POST")
      return new Response("POST a picture.\n", { status: 405, headers: { Allow: "POST" } });
    try {
      const info = await probe(request.body, { signal: request.signal });
      const rows = await compare({ contents: { media: info } });
      const prices = rows.map(({ model, tokens, cost }) => ({ model, tokens, usd: cost?.usd ?? null }));
      return Response.json({ mimeType: info.mimeType, width: info.uprightWidth, height: info.uprightHeight, prices });
    } catch (error) {
      if (error instanceof InputError) return Response.json({ error: error.message }, { status: 415 });
      throw error;
    }
  },
};
