export default {
  // On the server it is loaded from node_modules, beside its .wasm files.
  serverExternalPackages: ["gemini-vision-wasm"],
};
