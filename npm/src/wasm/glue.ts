/** Modules bound by embind: their generated glue, given the compiled module, looks for no file and fetches nothing. */

/** What the generated glue takes. */
type Factory<Module> = (options: {
  printErr: () => void;
  instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ) => object;
}) => Promise<Module>;

export function instantiateGlue<Module>(factory: Factory<Module>, compiled: WebAssembly.Module): Promise<Module> {
  // The glue has no way to hear of an instantiation that fails later, so the outer promise listens for it.
  return new Promise((resolve, reject) => {
    factory({
      printErr: () => {},
      instantiateWasm: (imports, done) => {
        WebAssembly.instantiate(compiled, imports)
          .then((instance) => done(instance, compiled), reject)
          .catch(reject);
        return {};
      },
    }).then(resolve, reject);
  });
}
