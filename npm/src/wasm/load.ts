/**
 * Brings a WebAssembly module to life, in every runtime alike: compiles it from wherever `init` or the package's own
 * address says, and keeps one instance. A load that fails is forgotten, so the next call tries again; an instance that
 * traps, or has grown large, is thrown away, and the next call gets a fresh one.
 */

import { builtin } from "../builtin.js";
import { InputError } from "../errors.js";
import type { InitOptions, WasmSource } from "../types.js";

type WasmName = keyof NonNullable<InitOptions["wasm"]>;

/** How one module is brought to life, and how it tells what stopped it. */
interface ModuleKind<Module> {
  readonly name: WasmName;
  /** Lazy, because `import.meta.url` is no address in every runtime. */
  readonly defaultUrl: () => URL;
  /** @throws when what was compiled is not this module */
  instantiate(compiled: WebAssembly.Module): Promise<Module>;
  /** After a trap: whether it was for want of memory. */
  ranOutOfMemory(module: Module): boolean;
  /** Of its memory. */
  heapBytes(module: Module): number;
}

/**
 * WebAssembly memory never shrinks: a larger one goes with its instance. Photos of usual phones stay below, for a fresh
 * instance has to ask the system for its memory page by page.
 */
const keptHeapBytes = 192 * 1024 * 1024;

const configured = new Map<WasmName, WasmSource | Promise<WasmSource>>();
const loaders = new Map<WasmName, { reset(): void }>();

/**
 * Says where the `.wasm` files come from. Needed only where they are not beside the JavaScript: a bundler that moved them,
 * a runtime that wants compiled modules. Takes effect at once; what is loaded already is loaded anew at its next use.
 */
export function init({ wasm = {} }: InitOptions = {}): void {
  for (const [name, source] of Object.entries(wasm) as [WasmName, WasmSource | Promise<WasmSource>][]) {
    if (source === undefined) continue;
    configured.set(name, source);
    loaders.get(name)?.reset();
  }
}

export class WasmLoader<Module> {
  readonly #kind: ModuleKind<Module>;
  #compiled: Promise<WebAssembly.Module> | undefined;
  #instance: Promise<Module> | undefined;

  constructor(kind: ModuleKind<Module>) {
    this.#kind = kind;
    loaders.set(kind.name, this);
  }

  reset(): void {
    this.#compiled = undefined;
    this.#instance = undefined;
  }

  /** The one instance. @throws InputError `wasm-load` */
  get(): Promise<Module> {
    if (this.#instance === undefined) {
      const loading = this.#load();
      this.#instance = loading;
      loading.catch(() => {
        if (this.#instance === loading) this.reset();
      });
    }
    return this.#instance;
  }

  /**
   * Runs work on the instance. Work must be synchronous: what it leaves in the heap belongs to it only until it returns.
   *
   * @throws InputError `out-of-memory` when the module ran out of memory where it could not answer with a value, and
   *   `malformed` when the input made it trap; both times the next call starts with a fresh instance.
   */
  async run<Result>(work: (module: Module) => Result): Promise<Result> {
    let loading: Promise<Module>;
    let module: Module;
    do {
      loading = this.get();
      module = await loading;
      // Others waited for it as well, and an earlier one may have stopped it.
    } while (loading !== this.#instance);
    try {
      return work(module);
    } catch (error) {
      const trapped = error instanceof WebAssembly.RuntimeError;
      if (!trapped && !(error instanceof RangeError)) throw error;
      const outOfMemory = !trapped || this.#kind.ranOutOfMemory(module);
      this.#instance = undefined;
      const message = outOfMemory
        ? "There is not enough memory for this input."
        : `This input stopped the ${this.#kind.name} module, which is a defect of this package; please report it.`;
      throw new InputError(outOfMemory ? "out-of-memory" : "malformed", message, { cause: error });
    } finally {
      if (this.#kind.heapBytes(module) > keptHeapBytes) this.#instance = undefined;
    }
  }

  async #load(): Promise<Module> {
    const { name, defaultUrl } = this.#kind;
    const source = configured.get(name) ?? defaultUrl();
    if (source === false) {
      throw new InputError("wasm-load", `init({ wasm: { ${name}: false } }) turned the ${name} module off.`);
    }
    try {
      const loading = this.#compiled ?? compileAny(source);
      this.#compiled = loading;
      return await this.#kind.instantiate(await loading);
    } catch (cause) {
      const where = source instanceof URL || typeof source === "string" ? ` from ${String(source)}` : "";
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `${name}.wasm could not be loaded${where}: ${reason}`;
      throw new InputError("wasm-load", message, { cause, retryable: true });
    }
  }
}

async function compileAny(source: Exclude<WasmSource, false> | Promise<WasmSource>): Promise<WebAssembly.Module> {
  const settled = await source;
  if (settled === false) throw new Error("the promise given to init turned it off");
  return compile(settled);
}

function compile(source: Exclude<WasmSource, false>): Promise<WebAssembly.Module> | WebAssembly.Module {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return compileBytes(source);
  if (typeof Response === "function" && source instanceof Response) return compileResponse(source);
  return compileUrl(new URL(String(source), baseUrl()));
}

/** Relative addresses are the page's, where there is one. */
function baseUrl(): string | undefined {
  return typeof location === "object" ? location.href : undefined;
}

async function compileUrl(url: URL): Promise<WebAssembly.Module> {
  const files = url.protocol === "file:" ? builtin("fs/promises") : undefined;
  if (files !== undefined) return compileBytes(await files.readFile(url));
  return compileResponse(await fetch(url));
}

const bundlerMend =
  "A bundler or server moved the file. Vite 7's development server wants optimizeDeps: { exclude: " +
  '["gemini-vision-wasm"] }; esbuild and Rollup want node_modules/gemini-vision-wasm/dist/*.wasm beside the bundle; ' +
  "anywhere, init({ wasm: { core, media, codec, heif } }) takes the addresses.";

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`HTTP status ${response.status}. ${bundlerMend}`);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/html")) throw new Error(`the answer is an HTML page. ${bundlerMend}`);
  if (type.startsWith("application/wasm")) return WebAssembly.compileStreaming(response);
  return compileBytes(await response.arrayBuffer());
}

async function compileBytes(bytes: ArrayBuffer | ArrayBufferView): Promise<WebAssembly.Module> {
  const view = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes);
  const isWasm = view[0] === 0 && view[1] === 0x61 && view[2] === 0x73 && view[3] === 0x6d;
  if (!isWasm) throw new Error(`what was found there is no WebAssembly. ${bundlerMend}`);
  return WebAssembly.compile(view as Uint8Array<ArrayBuffer>);
}
