/** The mutex of an object: changes one after the other, whatever happens inside one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Mutex } from '../../../durable/shared/mutex.ts';

it('lets no change in before the one before has ended', async () => {
  const mutex = new Mutex();
  const first = Promise.withResolvers<void>();
  const log: string[] = [];
  const one = mutex.run(async () => {
    log.push('one begins');
    await first.promise;
    log.push('one ends');
  });
  const two = mutex.run(async () => {
    log.push('two');
  });
  // As many turns as a change that does not wait would need, and more.
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  expect(log).toEqual(['one begins']);
  first.resolve();
  await Promise.all([one, two]);
  expect(log).toEqual(['one begins', 'one ends', 'two']);
});

it('hands each caller the result or the error of its own change', async () => {
  const mutex = new Mutex();
  const results = await Promise.allSettled([
    mutex.run(async () => 1),
    mutex.run(() => Promise.reject(new Error('two'))),
    mutex.run(async () => 3),
  ]);
  expect(results).toMatchObject([{ value: 1 }, { reason: expect.objectContaining({ message: 'two' }) }, { value: 3 }]);
});

it('goes on after a change that throws before its first await', async () => {
  const mutex = new Mutex();
  const thrown = mutex.run(() => {
    throw new Error('at once');
  });
  const next = mutex.run(async () => 'next');
  await expect(thrown).rejects.toThrow('at once');
  expect(await next).toBe('next');
});

it('property 1: read, await, write loses no update, in the order of the calls', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ turns: fc.nat(5), fails: fc.boolean() }), { maxLength: 20 }),
      async (changes) => {
        const mutex = new Mutex();
        let stored: readonly number[] = [];
        await Promise.allSettled(
          changes.map(({ turns, fails }, index) =>
            mutex.run(async () => {
              const read = stored;
              for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
              if (fails) throw new Error('no');
              stored = [...read, index];
            }),
          ),
        );
        expect(stored).toEqual(changes.flatMap(({ fails }, index) => (fails ? [] : [index])));
      },
    ),
    { numRuns: 200 },
  );
});
