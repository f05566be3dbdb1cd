/** The table that the builder links against, compared with what is there. */
import { describe, expect, it } from 'vitest';
import { createWasi, IMPLEMENTATIONS } from '../../../../functions/runtime/wasi/index.ts';
import { parseFunctionName } from '../../../../functions/runtime/wasi/names.ts';
import { findProvided, PROVIDED_INTERFACES } from '../../../../functions/runtime/wasi/provided.ts';
import { lowerCamelCase, upperCamelCase } from '../../../../src/component/names.ts';
import { testContext } from './context.ts';

type Members = Readonly<Record<string, unknown>>;

const imports = createWasi(Object.keys(PROVIDED_INTERFACES), testContext()) as Readonly<Record<string, Members>>;

/** What jco's glue would look up for the functions and resources of an interface: `read`, `Fields#get`, `Fields.fromList`. */
function expectedMembers(name: string): string[] {
  const { functions = [], resources = [] } = PROVIDED_INTERFACES[name] ?? {};
  const members = functions.flatMap((text) => {
    const path = parseFunctionName(text);
    const member = lowerCamelCase(path.name);
    if (path.kind === 'constructor') return [];
    if (path.kind === 'freestanding') return [member];
    return [`${upperCamelCase(path.resource ?? '')}${path.kind === 'static' ? '.' : '#'}${member}`];
  });
  return [...resources.map(upperCamelCase), ...members].sort();
}

function actualMembers(implementation: Members): string[] {
  const ofFunctions = new Set(['length', 'name', 'prototype']);
  return Object.entries(implementation)
    .flatMap(([key, value]) => {
      if (typeof value !== 'function' || !/^[A-Z]/.test(key)) return [key];
      const statics = Object.getOwnPropertyNames(value).filter((each) => !ofFunctions.has(each));
      const methods = Object.getOwnPropertyNames(value.prototype).filter((each) => each !== 'constructor');
      return [key, ...statics.map((each) => `${key}.${each}`), ...methods.map((each) => `${key}#${each}`)];
    })
    .sort();
}

describe('the provided interfaces', () => {
  it('are the implemented ones', () => {
    expect([...IMPLEMENTATIONS.keys()].sort()).toEqual(Object.keys(PROVIDED_INTERFACES).sort());
  });

  it.each(Object.keys(PROVIDED_INTERFACES))('%s has exactly the functions of the table', (name) => {
    expect(actualMembers(imports[name] ?? {})).toEqual(expectedMembers(name));
  });

  it.each([
    'wasi:cli/stdout@0.2.0',
    'wasi:cli/stdout@0.2.12',
    'wasi:io/poll@0.2.3',
    'wasi:clocks/timezone@0.2.1',
    'wasi:cli/stdout@0.2.13',
    'wasi:keyvalue/store@0.2.0-draft',
    'wasi:keyvalue/store@0.2.0-draft2',
    'wasi:keyvalue/store@0.2.0-rc.1',
    'wasi:config/store@0.2.0-rc.1',
  ])('provide %s', (name) => {
    expect(findProvided(name)).toBeDefined();
  });

  it.each([
    'wasi:cli/stdout',
    'wasi:cli/stdout@0.3.0',
    'wasi:cli/stdout@0.2.0-rc-2023-11-10',
    'wasi:cli/stdout@0.20.0',
    'wasi:keyvalue/store@0.2.0',
    'wasi:cli/run@0.2.12',
    'wasi:keyvalue/store@0.2.1-draft',
    'wasi:keyvalue/store@0.2.0-rcx',
    'toString@0.2.0',
    '__proto__@0.2.0',
    '',
  ])('do not provide %s', (name) => {
    expect(findProvided(name)).toBeUndefined();
  });

  it('leave out what a component does not import', () => {
    expect(Object.keys(createWasi(['wasi:cli/stdin', 'acme:own/thing'], testContext()))).toEqual(['wasi:cli/stdin']);
  });
});
