/** Components that use one capability as often as they are told: core modules of `guests/`, with the WIT that they are written to. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { ROOT } from '../scripts/local/paths.ts';

const KEYVALUE = `package wasi:keyvalue@0.2.0-draft {
  interface store {
    variant error { no-such-store, access-denied, other(string) }
    open: func(identifier: string) -> result<bucket, error>;
    resource bucket {
      get: func(key: string) -> result<option<list<u8>>, error>;
      set: func(key: string, value: list<u8>) -> result<_, error>;
    }
  }
}`;

const MESSAGING = `package wasi:messaging@0.2.0-draft {
  interface types {
    variant error { timeout, connection(string), permission-denied(string), other(string) }
    resource client { connect: static func(name: string) -> result<client, error>; }
    resource message { constructor(data: list<u8>); }
  }
  interface producer {
    use types.{client, message, error};
    send: func(c: borrow<client>, topic: string, message: message) -> result<_, error>;
  }
}`;

const WASI_PACKAGES = ['cli', 'clocks', 'filesystem', 'http', 'io', 'random', 'sockets'];

/** A capability that is measured, by what its guest does. */
export type Guest = 'get' | 'fetch' | 'send';

/** The component of a guest; it exports `run`. */
export async function buildGuest(guest: Guest): Promise<Uint8Array> {
  const witSource = await witOf(guest);
  const core = await parse(await readFile(join(import.meta.dirname, 'guests', `${guest}.wat`), 'utf8'));
  return componentNew(await componentEmbed({ binary: core, witSource, features: { tag: 'all' } }));
}

async function witOf(guest: Guest): Promise<string> {
  switch (guest) {
    case 'get':
      return `${world('wasi:keyvalue/store@0.2.0-draft', 'count: u32')}\n${KEYVALUE}`;
    case 'send':
      return `${world('wasi:messaging/producer@0.2.0-draft', 'count: u32')}\n${MESSAGING}`;
    case 'fetch': {
      const packages = await Promise.all(WASI_PACKAGES.map(nestedPackage));
      return [world('wasi:http/outgoing-handler@0.2.12', 'authority: string, count: u32'), ...packages].join('\n');
    }
  }
}

function world(imported: string, params: string): string {
  return `package bench:guests;\nworld guest { import ${imported}; export run: func(${params}); }`;
}

/** A WASI package as jco has it, in the form that may stand beside others in one text. */
async function nestedPackage(name: string): Promise<string> {
  const path = join(ROOT, `node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/wasi-${name}/package.wit`);
  const text = await readFile(path, 'utf8');
  return `${text.replace(/^package ([^;]+);/m, 'package $1 {')}}`;
}
