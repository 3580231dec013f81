/** Captions pictures until the next would cost more than is left: `node caption.js 0.01 photo.jpg …` */

import { estimate, GeminiClient, prepare } from "gemini-vision-wasm";

const [sum, ...files] = process.argv.slice(2);
const model = "gemini-3.8-flash";
const longestAnswer = 200;

const client = new GeminiClient({ apiKey: process.env.GEMINI_API_KEY, baseUrl: process.env.GEMINI_BASE_URL });
let left = Number(sum);

for (const file of files) {
  try {
    const photo = await prepare(file);
    const ask = { model, contents: [photo, "Caption this image."], config: { maxOutputTokens: longestAnswer } };
    const most = (await estimate(ask, { outputTokens: longestAnswer })).cost.usd;
    if (most > left) {
      process.stderr.write(`${file}: may cost $${most.toFixed(6)}, and $${left.toFixed(6)} are left\n`);
      process.exitCode = 1;
      break;
    }
    const { text, cost } = await client.models.generateContent(ask);
    left -= cost.usd;
    process.stdout.write(`${file}\t${text}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`); // it names the file; the others go on
    process.exitCode = 1;
  }
}
