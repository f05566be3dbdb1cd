/** What host functions cost: every one of the table something, and the ones that handle much, much. */
import { describe, expect, it } from 'vitest';
import { CallLifetime, CallOver } from '../../../../functions/runtime/lifetime.ts';
import {
  MAX_POLL_LIST,
  UNITS_PER_ENTRY,
  UNITS_PER_HOST_CALL,
  UNITS_PER_POLLED,
} from '../../../../functions/runtime/limits.ts';
import { Toll } from '../../../../functions/runtime/toll.ts';
import type { WasiContext } from '../../../../functions/runtime/wasi/context.ts';
import { createWasi } from '../../../../functions/runtime/wasi/index.ts';
import { parseFunctionName } from '../../../../functions/runtime/wasi/names.ts';
import { PROVIDED_INTERFACES } from '../../../../functions/runtime/wasi/provided.ts';
import { assign, Resource } from '../../../../functions/runtime/wasi/resource.ts';
import { lowerCamelCase, upperCamelCase } from '../../../../src/component/names.ts';
import { meterOf } from '../../../support/meter/meters.ts';
import { testContext } from './context.ts';

type HostFunction = (...values: unknown[]) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: the tests call what the glue would, which has no types
type Imports = Readonly<Record<string, any>>;

/** Fuel that `run` uses. What it throws is lost: a refusal costs as well. */
function costOf(run: (wasi: Imports, toll: Toll) => unknown, overrides: Partial<WasiContext> = {}): number {
  const [meter, lifetime] = [meterOf(1_000_000_000), new CallLifetime()];
  const toll = new Toll(meter, lifetime, { late: false });
  try {
    const answer = run(
      createWasi(Object.keys(PROVIDED_INTERFACES), testContext({ lifetime, toll, ...overrides })),
      toll,
    );
    // What it costs to begin is charged by now.
    if (answer instanceof Promise) answer.catch(() => undefined);
  } catch {
    // refused, or called with arguments that it does not take
  }
  toll.close();
  return meter.used;
}

/** Calls a function of the table as the glue would, without arguments. */
function callBare(wasi: Imports, name: string, text: string, toll: Toll): unknown {
  const { kind, resource = '', name: plain } = parseFunctionName(text);
  const [members, owner, key] = [wasi[name], upperCamelCase(resource), lowerCamelCase(plain)];
  if (kind === 'freestanding') return members[key]();
  if (kind === 'static') return members[owner][key]();
  if (kind === 'constructor') return Reflect.construct(members[owner], []);
  const object = new Resource();
  assign(object, toll);
  return Reflect.apply(members[owner].prototype[key] as HostFunction, object, []);
}

const everyFunction = Object.entries(PROVIDED_INTERFACES).flatMap(([name, { functions }]) =>
  functions.map((text) => [name, text] as const),
);

it('has the whole table to look at', () => {
  expect(everyFunction.length).toBeGreaterThan(150);
});

it.each(everyFunction)('charges %s %s', (name, text) => {
  expect(costOf((wasi, toll) => callBare(wasi, name, text, toll))).toBeGreaterThanOrEqual(UNITS_PER_HOST_CALL);
});

describe('what a function handles is charged', () => {
  it.each<[string, number, (wasi: Imports) => unknown, Partial<WasiContext>?]>([
    ['random bytes', 1_000_000, (wasi) => wasi['wasi:random/random'].getRandomBytes(1_000_000n)],
    ['insecure ones', 1_000_000, (wasi) => wasi['wasi:random/insecure'].getInsecureRandomBytes(1_000_000n)],
    ['a write', 4_000, (wasi) => wasi['wasi:cli/stdout'].getStdout().blockingWriteAndFlush(new Uint8Array(4_000))],
    ['zeroes', 4_000, (wasi) => wasi['wasi:cli/stdout'].getStdout().blockingWriteZeroesAndFlush(4_000n)],
    [
      'the environment',
      100 * (UNITS_PER_ENTRY + 50),
      (wasi) => wasi['wasi:cli/environment'].getEnvironment(),
      { environment: Array.from({ length: 100 }, () => ['K'.repeat(25), 'V'.repeat(25)] as const) },
    ],
    [
      'a list of fields',
      100 * UNITS_PER_ENTRY + 1_000,
      (wasi) => wasi['wasi:http/types'].Fields.fromList(Array.from({ length: 100 }, () => ['a', new Uint8Array(10)])),
    ],
    [
      'a list of pollables',
      MAX_POLL_LIST * UNITS_PER_POLLED,
      (wasi) => {
        const ready = wasi['wasi:clocks/monotonic-clock'].subscribeDuration(0n);
        return wasi['wasi:io/poll'].poll(Array(MAX_POLL_LIST).fill(ready));
      },
    ],
    ['a refused argument', 1_000_000, (wasi) => wasi['wasi:keyvalue/store'].open('x'.repeat(1_000_000))],
  ])('%s', (_, units, run, overrides) => {
    expect(costOf(run, overrides)).toBeGreaterThanOrEqual(units);
  });

  it.each(['get', 'has', 'delete', 'clone', 'entries'])('every entry that fields.%s looks at', (method) => {
    const list = Array.from({ length: 500 }, (_, index) => [`n${index}`, Uint8Array.of(65)]);
    const make = (wasi: Imports) => wasi['wasi:http/types'].Fields.fromList(list);
    const cost = costOf((wasi) => make(wasi)[method]('other')) - costOf(make);
    expect(cost).toBeGreaterThanOrEqual(500 * UNITS_PER_ENTRY);
  });
});

describe('a resource', () => {
  it('is an instance of the class that its call sees', () => {
    const wasi: Imports = createWasi(['wasi:cli/stdout', 'wasi:io/streams', 'wasi:http/types'], testContext());
    expect(wasi['wasi:cli/stdout'].getStdout()).toBeInstanceOf(wasi['wasi:io/streams'].OutputStream);
    expect(new wasi['wasi:http/types'].Fields()).toBeInstanceOf(wasi['wasi:http/types'].Fields);
  });

  it('that no host function made has no methods to call', () => {
    const { OutputStream } = (createWasi(['wasi:io/streams'], testContext()) as Imports)['wasi:io/streams'];
    expect(() => new OutputStream()).toThrow('no constructor');
    expect(() => new OutputStream.prototype.constructor(() => undefined).flush()).toThrow(
      'not a resource of this call',
    );
  });

  it('belongs to the call that it was made for, whoever holds it', () => {
    const [mine, other] = [testContext(), testContext()];
    const pollable = (createWasi(['wasi:clocks/monotonic-clock'], mine) as Imports)[
      'wasi:clocks/monotonic-clock'
    ].subscribeDuration(0n);
    other.toll.close();
    expect(pollable.ready()).toBe(true);
    mine.toll.close();
    expect(() => pollable.ready()).toThrow(CallOver);
  });
});
