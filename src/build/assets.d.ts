/** What `scripts/build.ts` writes: wrangler's rules import `.txt` as text and `.bin` as data. */
declare module '*.txt' {
  const text: string;
  export default text;
}

declare module '*.bin' {
  const data: ArrayBuffer;
  export default data;
}
