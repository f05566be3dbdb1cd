/** Named types as one line of WIT. */
import { expect, it } from 'vitest';
import { exportedFunctions } from '../../../src/component/functions.ts';
import { typeDefinitions } from '../../../src/component/type-definitions.ts';
import { decoded, fromWit } from '../../support/component-fixtures.ts';

it('writes each named type once, as WIT spells it', async () => {
  const component = await fromWit(`package a:b;
    interface i {
      type id = u32;
      flags f { x, y }
      variant v { none, some(id) }
      enum e { p, q }
      record r { a: list<v>, b: option<f> }
      go: func(r: r, e: e) -> result<r, id>;
    }
    world w { export i; }`);
  expect(typeDefinitions(exportedFunctions(decoded(component).world))).toEqual([
    { name: 'r', interface: 'a:b/i', definition: 'record r { a: list<v>, b: option<f> }' },
    { name: 'v', interface: 'a:b/i', definition: 'variant v { none, some(id) }' },
    { name: 'id', interface: 'a:b/i', definition: 'type id = u32' },
    { name: 'f', interface: 'a:b/i', definition: 'flags f { x, y }' },
    { name: 'e', interface: 'a:b/i', definition: 'enum e { p, q }' },
  ]);
});
