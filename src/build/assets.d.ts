/** What `scripts/build.ts` writes: wrangler's rules import `.txt` as text and `.wasm` as compiled modules. */
declare module '*.txt' {
  const text: string;
  export default text;
}

declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
