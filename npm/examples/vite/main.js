import { GeminiClient } from "gemini-vision-wasm/client";
import { estimate, prepare } from "gemini-vision-wasm/worker"; // off the main thread

// The server of this page passes requests on to the service, and adds the key: see vite.config.js.
const client = new GeminiClient({ baseUrl: location.origin });
const $ = (selector) => document.querySelector(selector);

let ask;

$("input").addEventListener("change", async ({ target: { files } }) => {
  $("button").disabled = true;
  try {
    const photo = await prepare(files[0], { maxEdge: 2048 });
    ask = { model: "gemini-3.8-flash", contents: [photo, "Caption this image."] };
    const { tokens, cost } = await estimate(ask);
    $("#price").textContent = `${tokens} tokens, $${cost.usd.toFixed(6)}`;
    $("img").src = URL.createObjectURL(photo.toBlob());
    $("img").hidden = false;
    $("button").disabled = false;
  } catch (error) {
    $("#price").textContent = error.message;
  }
});

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("output").value = "";
  try {
    for await (const { text } of await client.models.generateContentStream(ask)) $("output").value += text;
  } catch (error) {
    $("output").value = error.message;
  }
});
