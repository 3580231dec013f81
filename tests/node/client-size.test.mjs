/** What a page downloads for `/client` before its first call, as a bundler cuts it: small, and without any wasm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const most = 10 * 1024;

test("/client is at most 10 KB, compressed, and reaches no wasm", async () => {
  const { metafile, outputFiles } = await build({
    stdin: {
      contents: 'export * from "gemini-vision-wasm/client";',
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    ...{ bundle: true, minify: true, splitting: true, format: "esm", target: "es2022", platform: "browser" },
    ...{ outdir: "out", write: false, metafile: true, external: ["node:*"] },
  });
  const inputs = Object.keys(metafile.inputs);
  assert.deepEqual(
    inputs.filter((name) =>
      /wasm\/|\.wasm$|core\.mjs|codec\.mjs/.test(name.split("gemini-vision-wasm/dist/")[1] ?? ""),
    ),
    [],
  );
  const [entry] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>");
  const eager = new Set();
  const follow = (name) => {
    if (eager.has(name)) return;
    eager.add(name);
    for (const { path, kind } of metafile.outputs[name].imports) if (kind === "import-statement") follow(path);
  };
  follow(entry);
  const files = outputFiles.filter(({ path }) =>
    [...eager].some((name) => path.endsWith(name.replace(/^.*out\//, "/"))),
  );
  assert.equal(files.length, eager.size);
  const bytes = files.reduce((sum, { contents }) => sum + brotliCompressSync(contents).length, 0);
  assert.ok(bytes > 1000 && bytes <= most, `${bytes} bytes`);
});
