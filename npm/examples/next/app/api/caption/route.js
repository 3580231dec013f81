import { ApiError, estimate, GeminiClient, InputError, prepare } from "gemini-vision-wasm";

export const runtime = "nodejs";

const model = "gemini-3.8-flash";
const largestBytes = 20e6;
const mostUsd = 0.01;

/** A form with a field `picture` → `{ caption, usd }`. Who may ask, and how often, is for you to check. */
export async function POST(request) {
  const picture = (await request.formData()).get("picture");
  if (!(picture instanceof Blob)) return problem(400, "Send a form with a field `picture`.");
  try {
    const photo = await prepare(picture, { maxEdge: 2048, limits: { maxBytes: largestBytes }, signal: request.signal });
    const ask = { model, contents: [photo, "Caption this image."], config: { maxOutputTokens: 200 } };
    const { cost } = await estimate(ask, { outputTokens: 200 });
    if (cost.usd > mostUsd) return problem(413, `This would cost $${cost.usd.toFixed(4)}.`);
    const client = new GeminiClient({ apiKey: process.env.GEMINI_API_KEY, baseUrl: process.env.GEMINI_BASE_URL });
    const answer = await client.models.generateContent(ask, { signal: request.signal });
    return Response.json({ caption: answer.text, usd: answer.cost.usd });
  } catch (error) {
    // What was sent cannot be used: its sender may know why. What the service said is for you alone.
    if (error instanceof InputError) return problem(error.code === "too-large" ? 413 : 415, error.message);
    if (error instanceof ApiError) return problem(502, "The service did not answer.");
    throw error;
  }
}

function problem(status, message) {
  return Response.json({ error: message }, { status });
}
