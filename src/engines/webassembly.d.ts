// The part of the WebAssembly interface that the engines use; Node's own types leave it out.

declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type ModuleImports = Record<string, (...values: never[]) => number>;
  class Module {
    constructor(bytes: Uint8Array);
    private readonly compiled: true;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, ModuleImports>);
    readonly exports: unknown;
  }
}
