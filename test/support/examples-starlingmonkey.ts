/** The large case: a component of about 12 MB with SpiderMonkey inside. */
import { kept } from './kept-fixture.ts';

const SOURCE = "export function greet(name) { return 'Hello from StarlingMonkey, ' + name + '!'; }";
const WORLD = `package demo:starling@0.1.0;
world starling {
  export greet: func(name: string) -> string;
}`;

/** Takes some seconds the first time. */
export function starlingMonkey(source = SOURCE, world = WORLD): Promise<Uint8Array> {
  return kept('starlingmonkey', [source, world], async () => {
    const { componentize } = await import('@bytecodealliance/componentize-js');
    // As text: by file path this version fails.
    const { component } = await componentize(source, world);
    return component;
  });
}
