/** The command line of `npm start`. */
import { parseArgs } from 'node:util';

export interface StartOptions {
  readonly port: number;
  readonly fresh: boolean;
}

export const DEFAULT_PORT = 8787;

export const USAGE = `Usage: npm start -- [--port ${DEFAULT_PORT}] [--fresh]

  --port N   loopback port of the local edge (1 to 65535)
  --fresh    forget all components, policies and state of earlier runs
  --help     show this`;

export type ParsedOptions =
  | { readonly kind: 'start'; readonly options: StartOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the arguments after the script's name; anything unknown is wrong usage. */
export function parseStartOptions(args: readonly string[]): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string' }, fresh: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals: false,
    });
    if (values.help === true) return { kind: 'help' };
    const text = values.port ?? String(DEFAULT_PORT);
    const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    if (port < 1 || port > 65_535)
      return { kind: 'wrong', message: `--port must be a number from 1 to 65535, not "${text}".` };
    return { kind: 'start', options: { port, fresh: values.fresh === true } };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}
